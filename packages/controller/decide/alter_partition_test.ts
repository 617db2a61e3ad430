// The in-sync replicas of a partition, as its leader wants them.

import type { NodeId } from "@odradek/base";
import { configOf } from "@odradek/metadata/configs/mod";
import { brokerRecord, imageOf, topicRecords, uuidOf } from "@odradek/metadata/testing/image_of";
import { errorName } from "@odradek/protocol/errors";
import type { AlterPartitionRequest } from "@odradek/protocol/messages/alter_partition";
import { Refusal } from "@odradek/protocol/refusal";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decideAlterPartition } from "./alter_partition.ts";

const test = suite("decideAlterPartition");

const BROKERS = [
  brokerRecord({ id: 1 }),
  brokerRecord({ id: 2 }),
  brokerRecord({ id: 3 }),
  brokerRecord({ id: 4, isFenced: true }),
  brokerRecord({ id: 5, isInControlledShutdown: true }),
];

const T = uuidOf(1);

function changed(what: object): MetadataRecordDraft {
  return { type: "PartitionChangeRecord", partitionId: 0, topicId: T, ...what };
}

/** In leader epoch 1 and partition epoch 1; `more`: records that come behind. */
function image(more: readonly MetadataRecordDraft[] = [], isr: readonly number[] = [1, 2]) {
  const replicas = [1, 2, 3, 4, 5];
  const topic = topicRecords("t", 1, [{ replicas, isr }, { replicas: [2, 1], isr: [2] }]);
  return imageOf([...BROKERS, ...topic, changed({ leader: 1 }), ...more]);
}

type Partition = AlterPartitionRequest["topics"][number]["partitions"][number];

interface Draft {
  readonly isr?: readonly (number | readonly [id: number, brokerEpoch: number])[];
  readonly partition?: Partial<Partition>;
  readonly brokerId?: number;
  readonly brokerEpoch?: number;
  readonly topicId?: typeof T;
}

function request(draft: Draft): AlterPartitionRequest {
  const { brokerId = 1, isr = [1, 2, 3] } = draft;
  const members = isr.map((one) => typeof one === "number" ? [one, 100 + one] as const : one);
  const partition = {
    partitionIndex: 0,
    leaderEpoch: 1,
    newIsr: [],
    newIsrWithEpochs: members.map(([id, epoch]) => ({ brokerId: id, brokerEpoch: BigInt(epoch) })),
    leaderRecoveryState: 0,
    partitionEpoch: 1,
    ...draft.partition,
  };
  return {
    brokerId,
    brokerEpoch: BigInt(draft.brokerEpoch ?? 100 + brokerId),
    topics: [{ topicId: draft.topicId ?? T, partitions: [partition] }],
  };
}

const NOW = image();
const config = configOf({});

function decided(draft: Draft, given = NOW) {
  const { records, reply } = decideAlterPartition(given, request(draft), config);
  const answer = reply[0]?.partitions[0];
  if (answer === undefined) throw new Error("There is no answer");
  return { records, answer, error: errorName(answer.errorCode), next: imageOf(records, given) };
}

test("decideAlterPartition lets in and takes out, and tells what holds then", () => {
  for (const isr of [[1, 2, 3], [1], [1, 3], [3, 1, 2]]) {
    const { records, answer, error, next } = decided({ isr });
    assert.is(error, "NONE");
    assert.equal(records, [changed({ isr })]);
    const { leaderId, leaderEpoch, partitionEpoch } = answer;
    assert.equal([leaderId, leaderEpoch, partitionEpoch, answer.isr], [1, 1, 2, isr]);
    const partition = next.topics.get(T)?.partitions[0];
    assert.equal(partition?.isr, isr as NodeId[]);
    assert.is(partition?.partitionEpoch, 2);
    assert.is(partition?.leaderEpoch as number, 1);
  }
});

test("decideAlterPartition writes nothing where nothing changes", () => {
  const { records, answer, error } = decided({ isr: [2, 1] });
  assert.is(error, "NONE");
  assert.equal(records, []);
  assert.is(answer.partitionEpoch, 1);
});

test("decideAlterPartition checks in the order of Kafka", () => {
  const table: [name: string, draft: Draft, error: string][] = [
    ["no such topic", { topicId: uuidOf(9) }, "UNKNOWN_TOPIC_ID"],
    ["no such partition", { partition: { partitionIndex: 7 } }, "UNKNOWN_TOPIC_OR_PARTITION"],
    ["a newer leader", { partition: { leaderEpoch: 2 } }, "NOT_CONTROLLER"],
    ["a newer partition", { partition: { partitionEpoch: 2, leaderEpoch: 0 } }, "NOT_CONTROLLER"],
    ["an older leader", { brokerId: 2, partition: { leaderEpoch: 0 } }, "FENCED_LEADER_EPOCH"],
    ["not the leader", { brokerId: 2, partition: { partitionEpoch: 0 } }, "INVALID_REQUEST"],
    ["an older partition", { partition: { partitionEpoch: 0 } }, "INVALID_UPDATE_VERSION"],
    ["who is no replica", { isr: [1, 7] }, "INVALID_REQUEST"],
    ["one twice", { isr: [1, 2, 2] }, "INVALID_REQUEST"],
    ["without the leader", { isr: [2, 3] }, "INVALID_REQUEST"],
    ["nobody", { isr: [] }, "INVALID_REQUEST"],
    ["who is fenced", { isr: [1, 4] }, "INELIGIBLE_REPLICA"],
    ["who is about to leave", { isr: [1, 5] }, "INELIGIBLE_REPLICA"],
    ["an earlier incarnation", { isr: [1, [2, 99]] }, "INELIGIBLE_REPLICA"],
    ["an incarnation that is not told", { isr: [1, [2, -1]] }, "NONE"],
    ["back to recovering", { isr: [1], partition: { leaderRecoveryState: 1 } }, "INVALID_REQUEST"],
  ];
  for (const [name, draft, error] of table) {
    assert.is(decided(draft).error, error, name);
    if (error !== "NONE") assert.equal(decided(draft).records, [], name);
  }
});

test("decideAlterPartition refuses the whole of an earlier incarnation", () => {
  try {
    decideAlterPartition(NOW, request({ brokerEpoch: 50 }), config);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, Refusal);
    assert.is((error as Refusal).error, "STALE_BROKER_EPOCH");
  }
});

test("decideAlterPartition takes it from the leader that it has recovered", () => {
  const unclean = image([changed({ leader: 1, isr: [1], leaderRecoveryState: 1 })]);
  const at = { leaderEpoch: 2, partitionEpoch: 2 };
  const still = { ...at, leaderRecoveryState: 1 };
  assert.is(decided({ isr: [1, 2], partition: still }, unclean).error, "INVALID_REQUEST");
  assert.equal(decided({ isr: [1], partition: still }, unclean).records, []);
  const { records, next } = decided({ isr: [1, 2], partition: at }, unclean);
  assert.equal(records, [changed({ isr: [1, 2], leaderRecoveryState: 0 })]);
  assert.is(next.topics.get(T)?.partitions[0]?.isRecovering, false);
});

test("decideAlterPartition completes a reassignment when all that stay are in sync", () => {
  const moving = image([changed({ addingReplicas: [3], removingReplicas: [2, 4, 5] })]);
  const at = { partitionEpoch: 2 };
  const early = decided({ isr: [1, 2], partition: at }, moving);
  assert.equal(early.records, []);
  const { records, answer, error, next } = decided({ isr: [1, 2, 3], partition: at }, moving);
  assert.is(error, "NONE");
  assert.is(records.length, 1);
  const { replicas, isr, adding, removing, leaderEpoch } = next.topics.get(T)?.partitions[0] ?? {};
  assert.equal([replicas, isr, adding, removing], [[1, 3], [1, 3], [], []]);
  assert.is(leaderEpoch as number, 2);
  assert.is(answer.leaderEpoch, 2);
});

test("decideAlterPartition elects another leader if the old one does not stay", () => {
  const moving = image([changed({ addingReplicas: [3], removingReplicas: [1, 4, 5] })]);
  const { answer, error, next } = decided({ partition: { partitionEpoch: 2 } }, moving);
  assert.is(error, "NEW_LEADER_ELECTED");
  assert.is(answer.leaderId, 2);
  assert.equal(next.topics.get(T)?.partitions[0]?.replicas.map(Number), [2, 3]);
});

test("decideAlterPartition keeps who left below the minimum as eligible", () => {
  const feature: MetadataRecordDraft = {
    type: "FeatureLevelRecord",
    name: "eligible.leader.replicas.version",
    featureLevel: 1,
  };
  const version: MetadataRecordDraft = { ...feature, name: "metadata.version", featureLevel: 27 };
  const minimum: MetadataRecordDraft = {
    type: "ConfigRecord",
    resourceType: 2,
    resourceName: "t",
    name: "min.insync.replicas",
    value: "2",
  };
  const given = image([version, feature, minimum], [1, 2, 3]);
  const eligible = (next: typeof given) =>
    next.topics.get(T)?.partitions[0]?.eligibleLeaderReplicas.map(Number);
  const enough = decided({ isr: [1, 2] }, given).next;
  assert.equal(eligible(enough), []);
  const few = decided({ isr: [1], partition: { partitionEpoch: 2 } }, enough).next;
  assert.equal(eligible(few), [2]);
  const again = decided({ isr: [1, 3], partition: { partitionEpoch: 3 } }, few).next;
  assert.equal(eligible(again), []);
});

test.run();
