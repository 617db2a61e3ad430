// Replicas in another order.

import { brokerRecord, imageOf, topicRecords, uuidOf } from "@odradek/metadata/testing/image_of";
import { errorName } from "@odradek/protocol/errors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decideAlterPartitionReassignments } from "./alter_partition_reassignments.ts";

const test = suite("decideAlterPartitionReassignments");

const image = imageOf([
  ...[1, 2, 3].map((id) => brokerRecord({ id })),
  ...topicRecords("t", 1, [{ replicas: [1, 2] }]),
]);

function decided(replicas: number[] | null, { name = "t", partitionIndex = 0 } = {}) {
  const topics = [{ name, partitions: [{ partitionIndex, replicas }] }];
  const { records, reply } = decideAlterPartitionReassignments(image, topics);
  const [told] = reply[0]?.partitions ?? [];
  return { records, error: errorName(told?.errorCode ?? 0), message: told?.errorMessage };
}

test("decideAlterPartitionReassignments changes the preferred leader", () => {
  const { records, error } = decided([2, 1]);
  assert.is(error, "NONE");
  const partition = imageOf(records, image).topics.get(uuidOf(1))?.partitions[0];
  assert.equal(partition?.replicas, [2, 1]);
  assert.equal(partition?.directories, [uuidOf(1002), uuidOf(1001)]);
  assert.equal(decided([1, 2]).records, []);
});

test("decideAlterPartitionReassignments refuses moves, and what is not there", () => {
  assert.match(decided([1, 3]).message ?? "", /cannot be moved to other brokers yet/);
  assert.is(decided([1, 3]).error, "INVALID_REPLICA_ASSIGNMENT");
  assert.is(decided([77]).message,
    "The manual partition assignment includes broker 77, but no such broker is registered.");
  assert.is(decided(null).error, "NO_REASSIGNMENT_IN_PROGRESS");
  assert.is(decided([1], { name: "u" }).message, "Unable to find a topic named u.");
  assert.is(decided([1], { partitionIndex: 9 }).message, "Unable to find partition t:9.");
});

test.run();
