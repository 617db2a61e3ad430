// What a broker's partitions are told of two versions of the image.

import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { deltaOf } from "./delta.ts";
import { EMPTY_IMAGE } from "./image.ts";
import { brokerRecord, imageOf, topicRecords, uuidOf } from "./testing/image_of.ts";

const test = suite("deltaOf");

const before = imageOf([
  brokerRecord({ id: 1 }),
  ...topicRecords("a", 1, [{ replicas: [1] }]),
  ...topicRecords("b", 2, [{ replicas: [1] }]),
  config("b", "retention.ms", "1"),
]);

function config(resourceName: string, name: string, value: string | null): MetadataRecordDraft {
  return { type: "ConfigRecord", resourceType: 2, resourceName, name, value };
}

interface Expected {
  /** Names, as before → after. */
  readonly topics?: readonly string[];
  readonly configs?: readonly string[];
  readonly brokersChanged?: boolean;
}

test("deltaOf names what the records between two versions have changed", () => {
  const isr = { type: "PartitionChangeRecord", partitionId: 0, topicId: uuidOf(1) } as const;
  const removal = { type: "RemoveTopicRecord", topicId: uuidOf(2) } as const;
  const table: [records: MetadataRecordDraft[], expect: Expected][] = [
    [[], {}],
    [[{ type: "NoOpRecord" }, { type: "FeatureLevelRecord", name: "f", featureLevel: 1 }], {}],
    [topicRecords("c", 3, [{ replicas: [1] }]), { topics: ["→c"] }],
    [[{ ...isr, isr: [] }], { topics: ["a→a"] }],
    [[removal], { topics: ["b→"], configs: ["2 b"] }],
    [[...topicRecords("c", 3, []), { type: "RemoveTopicRecord", topicId: uuidOf(3) }], {}],
    [[removal, ...topicRecords("b", 4, [])], { topics: ["b→", "→b"], configs: ["2 b"] }],
    [[config("a", "retention.ms", "2")], { configs: ["2 a"] }],
    [[config("b", "retention.ms", null)], { configs: ["2 b"] }],
    [[brokerRecord({ id: 2 })], { brokersChanged: true }],
    [[{ ...isr, isr: [] }, config("a", "x", "y"), brokerRecord({ id: 1 })], {
      topics: ["a→a"],
      configs: ["2 a"],
      brokersChanged: true,
    }],
  ];
  for (const [records, expect] of table) {
    const delta = deltaOf(before, imageOf(records, before));
    const message = JSON.stringify(records.map(({ type }) => type));
    const topics = delta.topics.map((one) => `${one.before?.name ?? ""}→${one.after?.name ?? ""}`);
    assert.equal(topics.sort(), [...expect.topics ?? []].sort(), message);
    assert.equal([...delta.configs], expect.configs ?? [], message);
    assert.is(delta.brokersChanged, expect.brokersChanged ?? false, message);
  }
});

test("deltaOf goes by topic id, in the order of the ids", () => {
  const { topics } = deltaOf(EMPTY_IMAGE, imageOf(topicRecords("c", 0, []), before));
  assert.equal(topics.map(({ after }) => after?.id), [uuidOf(0), uuidOf(1), uuidOf(2)]);
  assert.ok(topics.every((one) => one.before === undefined));
});

test("deltaOf gives the versions of a topic themselves", () => {
  const change = { type: "PartitionChangeRecord", partitionId: 0, topicId: uuidOf(1) } as const;
  const after = imageOf([change], before);
  const [topic] = deltaOf(before, after).topics;
  assert.is(topic?.before, before.topics.get(uuidOf(1)));
  assert.is(topic?.after, after.topics.get(uuidOf(1)));
  assert.is.not(topic?.before, topic?.after);
});

test.run();
