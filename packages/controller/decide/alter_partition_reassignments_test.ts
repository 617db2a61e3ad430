// Replicas in another order.

import { brokerRecord, imageOf, topicRecords, uuidOf } from "@odradek/metadata/testing/image_of";
import { errorName } from "@odradek/protocol/errors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { circumstances } from "../testing/circumstances.ts";
import { decideAlterPartitionReassignments } from "./alter_partition_reassignments.ts";

const test = suite("decideAlterPartitionReassignments");

const image = imageOf([
  ...[1, 2, 3].map((id) => brokerRecord({ id })),
  ...topicRecords("t", 1, [{ replicas: [1, 2] }]),
]);

interface Draft {
  readonly name?: string;
  readonly partitionIndex?: number;
  readonly given?: typeof image;
  readonly mayChangeCount?: boolean;
}

function decided(replicas: number[] | null, draft: Draft = {}) {
  const { name = "t", partitionIndex = 0, given = image, mayChangeCount = true } = draft;
  const topics = [{ name, partitions: [{ partitionIndex, replicas }] }];
  const command = { topics, mayChangeCount };
  const { records, reply } = decideAlterPartitionReassignments(given, command, circumstances());
  const [told] = reply[0]?.partitions ?? [];
  const next = imageOf(records, given);
  const partition = next.topics.get(uuidOf(1))?.partitions[0];
  const error = errorName(told?.errorCode ?? 0);
  return { records, error, message: told?.errorMessage, next, partition };
}

test("decideAlterPartitionReassignments changes the preferred leader", () => {
  const { records, error } = decided([2, 1]);
  assert.is(error, "NONE");
  const partition = imageOf(records, image).topics.get(uuidOf(1))?.partitions[0];
  assert.equal(partition?.replicas, [2, 1]);
  assert.equal(partition?.directories, [uuidOf(1002), uuidOf(1001)]);
  assert.equal(decided([1, 2]).records, []);
});

test("decideAlterPartitionReassignments adds what comes before it removes what goes", () => {
  const { partition, next } = decided([3, 2]);
  assert.equal(partition?.replicas, [3, 2, 1]);
  assert.equal([partition?.adding, partition?.removing], [[3], [1]]);
  assert.equal(partition?.directories, [3, 2, 1].map((id) => uuidOf(1000 + id)));
  assert.equal([partition?.leader, partition?.leaderEpoch], [1, 0]);
  // Another target takes the place of the first.
  const other = decided([1, 3], { given: next }).partition;
  assert.equal([other?.replicas, other?.adding, other?.removing], [[1, 3, 2], [], [2]]);
});

test("decideAlterPartitionReassignments ends at once where nothing has to come", () => {
  const { partition } = decided([2]);
  assert.equal(partition?.replicas, [2]);
  assert.equal([partition?.isr, partition?.adding, partition?.removing], [[2], [], []]);
  assert.equal([partition?.leader, partition?.leaderEpoch], [2, 1]);
});

test("decideAlterPartitionReassignments goes back to the replicas from before", () => {
  const { next } = decided([3, 2]);
  const { partition, error } = decided(null, { given: next });
  assert.is(error, "NONE");
  assert.equal([partition?.replicas, partition?.isr], [[2, 1], [1, 2]]);
  assert.equal([partition?.adding, partition?.removing], [[], []]);
  assert.is(partition?.leader as number, 1);
  const onlyNew = imageOf([{
    type: "PartitionChangeRecord",
    partitionId: 0,
    topicId: uuidOf(1),
    isr: [3],
    leader: 3,
  }], next);
  assert.is(decided(null, { given: onlyNew }).error, "INVALID_REPLICA_ASSIGNMENT");
});

test("decideAlterPartitionReassignments minds the count of replicas where it is told to", () => {
  const draft = { mayChangeCount: false };
  assert.is(decided([1, 2, 3], draft).error, "INVALID_REPLICATION_FACTOR");
  assert.is(decided([1, 3], draft).error, "NONE");
  const { next } = decided([3, 2]);
  assert.is(decided([2, 3], { ...draft, given: next }).error, "NONE");
});

test("decideAlterPartitionReassignments refuses what is not there", () => {
  assert.is(decided([77]).message,
    "The manual partition assignment includes broker 77, but no such broker is registered.");
  assert.is(decided(null).error, "NO_REASSIGNMENT_IN_PROGRESS");
  assert.is(decided([1], { name: "u" }).message, "Unable to find a topic named u.");
  assert.is(decided([1], { partitionIndex: 9 }).message, "Unable to find partition t:9.");
});

test.run();
