// Where replicas lie, and what becomes of those whose directory has failed.

import { nodeId, ZERO_UUID } from "@odradek/base";
import { brokerRecord, imageOf, topicRecords, uuidOf } from "@odradek/metadata/testing/image_of";
import { errorName } from "@odradek/protocol/errors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { circumstances, refuses } from "../testing/circumstances.ts";
import { KEEPS_ELIGIBLE } from "../testing/eligible.ts";
import { decideAssignReplicasToDirs } from "./assign_replicas_to_dirs.ts";
import { decideBrokerHeartbeat } from "./broker_heartbeat.ts";

const test = suite("decideAssignReplicasToDirs");

const [ONE, TWO, GONE] = [uuidOf(71), uuidOf(72), uuidOf(79)];

/** Broker 1 has two directories, and has not told in which its replicas lie. */
const image = imageOf([
  ...KEEPS_ELIGIBLE,
  brokerRecord({ id: 1, directories: [ONE, TWO] }),
  brokerRecord({ id: 2 }),
  ...topicRecords("t", 1, [{ replicas: [1, 2] }, { replicas: [2, 1] }, { replicas: [2] }]),
  ...[0, 1].map((partitionId) => ({
    type: "PartitionChangeRecord" as const,
    partitionId,
    topicId: uuidOf(1),
    directories: partitionId === 0 ? [ZERO_UUID, uuidOf(1002)] : [uuidOf(1002), ZERO_UUID],
  })),
]);

interface Draft {
  readonly partitions?: readonly number[];
  readonly given?: typeof image;
  readonly brokerEpoch?: bigint;
}

function assigned(directory = ONE, draft: Draft = {}) {
  const { partitions = [0, 1], given = image, brokerEpoch = 101n } = draft;
  const { records, reply } = decideAssignReplicasToDirs(given, {
    brokerId: 1,
    brokerEpoch,
    directories: [{
      id: directory,
      topics: [{
        topicId: uuidOf(1),
        partitions: partitions.map((partitionIndex) => ({ partitionIndex })),
      }],
    }],
  }, circumstances());
  const codes = reply[0]?.topics[0]?.partitions.map(({ errorCode }) => errorName(errorCode));
  const next = imageOf(records, given);
  return { records, codes, next, partitions: next.topics.get(uuidOf(1))?.partitions ?? [] };
}

test("decideAssignReplicasToDirs keeps where replicas lie, and nothing else changes", () => {
  const { codes, partitions, next } = assigned();
  assert.equal(codes, ["NONE", "NONE"]);
  assert.equal(partitions.map(({ directories }) => directories), [
    [ONE, uuidOf(1002)],
    [uuidOf(1002), ONE],
    [uuidOf(1002)],
  ]);
  assert.equal(partitions.map(({ leader, isr }) => [Number(leader), isr.map(Number)]), [
    [1, [1, 2]],
    [2, [2, 1]],
    [2, [2]],
  ]);
  assert.equal(assigned(ONE, { given: next }).records, []);
});

test("decideAssignReplicasToDirs takes what lies in a failed directory for lost", () => {
  const { partitions } = assigned(GONE);
  assert.equal(partitions.map(({ leader, isr }) => [Number(leader), isr.map(Number)]), [
    [2, [2]],
    [2, [2]],
    [2, [2]],
  ]);
});

test("decideAssignReplicasToDirs refuses each that is not there, and all of an old life", () => {
  assert.equal(assigned(ONE, { partitions: [0, 2, 9] }).codes, [
    "NONE",
    "NOT_LEADER_OR_FOLLOWER",
    "UNKNOWN_TOPIC_OR_PARTITION",
  ]);
  refuses(() => assigned(ONE, { brokerEpoch: 7n }), "STALE_BROKER_EPOCH");
});

test("decideBrokerHeartbeat moves away what lies in a directory that has failed, once", () => {
  const first = assigned(ONE, { partitions: [0] }).next;
  const given = assigned(TWO, { partitions: [1], given: first }).next;
  const beat = (offlineLogDirs: typeof ONE[], before = given) => {
    const { records } = decideBrokerHeartbeat(before, {
      brokerId: 1,
      brokerEpoch: 101n,
      currentMetadataOffset: 200n,
      wantFence: false,
      wantShutDown: false,
      offlineLogDirs,
      cordonedLogDirs: null,
    }, circumstances());
    return { records, next: imageOf(records, before) };
  };
  assert.equal(beat([]).records, []);
  const { next } = beat([ONE]);
  assert.equal(next.brokers.get(nodeId(1))?.directories, [TWO]);
  const [one, two] = next.topics.get(uuidOf(1))?.partitions ?? [];
  assert.equal([Number(one?.leader), one?.isr.map(Number)], [2, [2]]);
  assert.equal([Number(two?.leader), two?.isr.map(Number)], [2, [2, 1]]);
  assert.equal(beat([ONE], next).records, []);
  // Who has no directory left ends by itself, and is fenced then.
  assert.equal(beat([ONE, TWO]).records, []);
});

test.run();
