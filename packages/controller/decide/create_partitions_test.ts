// Topics get more partitions.

import { brokerRecord, imageOf, topicRecords } from "@odradek/metadata/testing/image_of";
import { type ErrorName, errorName } from "@odradek/protocol/errors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { circumstances, refuses } from "../testing/circumstances.ts";
import { decideCreatePartitions } from "./create_partitions.ts";

const test = suite("decideCreatePartitions");

const image = imageOf([
  brokerRecord({ id: 1 }),
  brokerRecord({ id: 2 }),
  brokerRecord({ id: 3, isFenced: true }),
  ...topicRecords("t", 1, [{ replicas: [1, 2] }, { replicas: [2, 1] }]),
]);

interface Asked {
  readonly name?: string;
  readonly count: number;
  readonly replicas?: readonly (readonly number[])[];
}

function decided(topics: readonly Asked[], { validateOnly = false, mayAlter = true } = {}) {
  const request = {
    topics: topics.map(({ name = "t", count, replicas }) => ({
      name,
      count,
      assignments: replicas?.map((brokerIds) => ({ brokerIds: [...brokerIds] })) ?? null,
    })),
    timeoutMs: 1000,
    validateOnly,
  };
  const command = { request, mayAlter: () => mayAlter };
  const { records, reply } = decideCreatePartitions(image, command, circumstances());
  return { records, errors: reply.map(({ errorCode }) => errorName(errorCode)), reply };
}

test("decideCreatePartitions adds what is missing, with as many replicas as the others", () => {
  const { records, errors } = decided([{ count: 5 }]);
  assert.equal(errors, ["NONE"]);
  const partitions = imageOf(records, image).topics.get(records[0] && "topicId" in records[0]
    ? records[0].topicId
    : "" as never)?.partitions ?? [];
  assert.equal(partitions.map(({ partition }) => partition), [0, 1, 2, 3, 4]);
  for (const { replicas, isr, leader } of partitions.slice(2)) {
    assert.is(new Set(replicas).size, 2);
    assert.ok(isr.includes(leader) && isr.every((id) => replicas.includes(id) && id !== 3));
  }
});

test("decideCreatePartitions puts replicas where it is told to", () => {
  const { records } = decided([{ count: 3, replicas: [[3, 2]] }]);
  assert.equal(
    records.map((record) =>
      record.type === "PartitionRecord" && [record.partitionId, record.replicas, record.isr]
    ),
    [[2, [3, 2], [2]]],
  );
});

const REFUSED: [Asked, ErrorName, string | RegExp][] = [
  [{ count: 2 }, "INVALID_PARTITIONS", "Topic already has 2 partition(s)."],
  [{ count: 0 }, "INVALID_PARTITIONS",
    "The topic t currently has 2 partition(s); 0 would not be an increase."],
  [{ name: "u", count: 2 }, "UNKNOWN_TOPIC_OR_PARTITION", "The topic 'u' does not exist."],
  [{ count: 3, replicas: [] }, "INVALID_REPLICA_ASSIGNMENT",
    "Attempted to add 1 additional partition(s), but only 0 assignment(s) were specified."],
  [{ count: 3, replicas: [[]] }, "INVALID_REPLICA_ASSIGNMENT",
    "The manual partition assignment includes an empty replica list."],
  [{ count: 3, replicas: [[1, 1]] }, "INVALID_REPLICA_ASSIGNMENT",
    "The manual partition assignment includes the broker 1 more than once."],
  [{ count: 3, replicas: [[1, 77]] }, "INVALID_REPLICA_ASSIGNMENT",
    "The manual partition assignment includes broker 77, but no such broker is registered."],
  [{ count: 3, replicas: [[1]] }, "INVALID_REPLICA_ASSIGNMENT",
    "The manual partition assignment includes a partition with 1 replica(s), but this is not " +
    "consistent with previous partitions, which have 2 replica(s)."],
  [{ count: 20_000 }, "POLICY_VIOLATION",
    "Excessively large number of partitions per request."],
];

test("decideCreatePartitions refuses in Kafka's words what may not be", () => {
  for (const [asked, error, message] of REFUSED) {
    const { records, errors, reply } = decided([asked]);
    assert.equal([records, errors, reply[0]?.errorMessage], [[], [error], message]);
  }
});

test("decideCreatePartitions refuses once a topic that is named twice", () => {
  const { records, errors } = decided([{ count: 3 }, { count: 4 }, { name: "u", count: 1 }]);
  assert.equal([records, errors], [[], ["INVALID_REQUEST", "UNKNOWN_TOPIC_OR_PARTITION"]]);
});

test("decideCreatePartitions makes nothing when it is only asked, or may not", () => {
  const asked = decided([{ count: 3 }], { validateOnly: true });
  assert.equal([asked.records, asked.errors], [[], ["NONE"]]);
  const denied = decided([{ count: 3 }], { mayAlter: false });
  assert.equal([denied.records, denied.errors], [[], ["TOPIC_AUTHORIZATION_FAILED"]]);
});

test("decideCreatePartitions refuses a request whose records would not go in one batch", () => {
  const many = Array.from({ length: 2 }, (_, i) => topicRecords(`m${i}`, 10 + i, [{
    replicas: [1],
  }]));
  const two = imageOf(many.flat(), image);
  const topics = ["m0", "m1"].map((name) => ({ name, count: 6000, assignments: null }));
  const request = { topics, timeoutMs: 1000, validateOnly: false };
  const decide = () =>
    decideCreatePartitions(two, { request, mayAlter: () => true }, circumstances());
  refuses(decide, "POLICY_VIOLATION", /excessively large/);
});

test.run();
