// Topics and partitions, record by record.

import { Fault } from "@odradek/base";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { applyRecord } from "../apply.ts";
import { type ClusterImage, CONFIG_RESOURCE, type PartitionImage, topicNamed } from "../image.ts";
import { contentLines, imageOf, recordOf, topicRecords, uuidOf } from "../testing/image_of.ts";

const test = suite("apply topics");

const given = imageOf([
  ...topicRecords("a", 1, [{ replicas: [1, 2, 3] }, { replicas: [2, 3, 1], isr: [2] }]),
  ...topicRecords("b", 2, [{ replicas: [3] }]),
]);

function isCorrupt(thrown: unknown): boolean {
  return thrown instanceof Fault && thrown.kind === "corrupt";
}

function partitionOf(image: ClusterImage, name: string, partition: number): PartitionImage {
  const found = topicNamed(image, name)?.partitions[partition];
  assert.ok(found);
  return found;
}

test("applyTopic makes a topic without partitions, known by name and by id", () => {
  const image = imageOf(topicRecords("c", 3, []), given);
  assert.equal(image.topics.get(uuidOf(3)), { id: uuidOf(3), name: "c", partitions: [] });
  assert.is(image.topicIds.get("c"), uuidOf(3));
  assert.is(image.topics.size, 3);
});

test("applyPartition keeps everything that the record says", () => {
  const image = imageOf([{
    type: "PartitionRecord",
    partitionId: 1,
    topicId: uuidOf(2),
    replicas: [1, 2],
    isr: [2],
    removingReplicas: [1],
    addingReplicas: [2],
    leader: 2,
    leaderRecoveryState: 1,
    leaderEpoch: 7,
    partitionEpoch: 9,
    directories: [uuidOf(11), uuidOf(12)],
    eligibleLeaderReplicas: [1],
    lastKnownElr: [3],
  }], given);
  assert.equal(partitionOf(image, "b", 1), {
    partition: 1,
    replicas: [1, 2],
    isr: [2],
    adding: [2],
    removing: [1],
    leader: 2,
    leaderEpoch: 7,
    partitionEpoch: 9,
    isRecovering: true,
    directories: [uuidOf(11), uuidOf(12)],
    eligibleLeaderReplicas: [1],
    lastKnownElr: [3],
  } as unknown as PartitionImage);
  assert.is(partitionOf(image, "b", 0), partitionOf(given, "b", 0));
});

test("applyPartition takes its place again, for snapshots and repairs", () => {
  const [, partition] = topicRecords("b", 2, [{ replicas: [1, 3] }]);
  const image = imageOf([partition as MetadataRecordDraft], given);
  assert.equal(partitionOf(image, "b", 0).replicas, [1, 3]);
  assert.is(topicNamed(image, "b")?.partitions.length, 1);
});

test("applyPartitionChange changes what the record names, and epochs by their rules", () => {
  const same = partitionOf(given, "a", 1);
  type Change = Omit<MetadataRecordDraft & { type: "PartitionChangeRecord" }, "type">;
  const table: [change: Partial<Change>, expect: Partial<Record<keyof PartitionImage, unknown>>][] =
    [
      [{}, {}],
      [{ isr: [2, 1] }, { isr: [2, 1] }],
      [{ leader: 3 }, { leader: 3, leaderEpoch: 1 }],
      [{ leader: 2 }, { leader: 2, leaderEpoch: 1 }],
      [{ leader: -1 }, { leader: -1, leaderEpoch: 1 }],
      [{ replicas: [4, 2] }, { replicas: [4, 2] }],
      [{ addingReplicas: [4] }, { adding: [4] }],
      [{ removingReplicas: [3] }, { removing: [3] }],
      [{ leaderRecoveryState: 1 }, { isRecovering: true }],
      [{ leaderRecoveryState: 0 }, { isRecovering: false }],
      [{ directories: [uuidOf(9)] }, { directories: [uuidOf(9)] }],
      [{ eligibleLeaderReplicas: [3] }, { eligibleLeaderReplicas: [3] }],
      [{ lastKnownElr: [1] }, { lastKnownElr: [1] }],
    ];
  for (const [change, expect] of table) {
    const type = "PartitionChangeRecord" as const;
    const image = imageOf([{ type, partitionId: 1, topicId: uuidOf(1), ...change }], given);
    const changed = { ...same, partitionEpoch: 1, ...expect } as PartitionImage;
    assert.equal(partitionOf(image, "a", 1), changed, JSON.stringify(change));
    assert.is(partitionOf(image, "a", 0), partitionOf(given, "a", 0));
  }
});

test("applyPartitionChange empties a list, and leaves a recovery as it is unless told", () => {
  const type = "PartitionChangeRecord" as const;
  const named = { type, partitionId: 0, topicId: uuidOf(1) };
  const begun = imageOf([{
    ...named,
    leaderRecoveryState: 1,
    addingReplicas: [4],
    eligibleLeaderReplicas: [2],
  }], given);
  const next = imageOf([
    { ...named, isr: [1] },
    { ...named, addingReplicas: [], eligibleLeaderReplicas: [] },
  ], begun);
  const partition = partitionOf(next, "a", 0);
  const { isRecovering, adding, eligibleLeaderReplicas, partitionEpoch } = partition;
  assert.equal([isRecovering, adding, eligibleLeaderReplicas, partitionEpoch], [true, [], [], 3]);
});

test("applyClearElr forgets the eligible leaders of the topic, or of all", () => {
  const withElr = (name: string, number: number): MetadataRecordDraft[] =>
    topicRecords(name, number, [
      { replicas: [1, 2], isr: [1], eligibleLeaderReplicas: [2] },
      { replicas: [1, 2] },
    ]);
  const image = imageOf([...withElr("a", 1), ...withElr("b", 2)]);
  const table: [topicName: string, expect: number[][]][] = [
    ["a", [[], [2]]],
    ["b", [[2], []]],
    ["", [[], []]],
  ];
  for (const [topicName, expect] of table) {
    const cleared = imageOf([{ type: "ClearElrRecord", topicName }], image);
    for (const [i, name] of ["a", "b"].entries()) {
      const partition = partitionOf(cleared, name, 0);
      assert.equal(partition.eligibleLeaderReplicas, expect[i], `${topicName}: ${name}`);
      assert.is(partition.partitionEpoch, expect[i]?.length === 0 ? 1 : 0);
      assert.is(partition.leaderEpoch, 0);
      assert.is(partitionOf(cleared, name, 1), partitionOf(image, name, 1));
    }
  }
  assert.is(imageOf([{ type: "ClearElrRecord", topicName: "" }], given).topics, given.topics);
});

test("applyRemoveTopic takes partitions, name and configuration along", () => {
  const configured = imageOf(
    ["a", "b"].map((resourceName) => ({
      type: "ConfigRecord",
      resourceType: CONFIG_RESOURCE.topic,
      resourceName,
      name: "retention.ms",
      value: "1",
    })),
    given,
  );
  const image = imageOf([{ type: "RemoveTopicRecord", topicId: uuidOf(1) }], configured);
  const rest = imageOf([
    ...topicRecords("b", 2, [{ replicas: [3] }]),
    { type: "ConfigRecord", resourceType: 2, resourceName: "b", name: "retention.ms", value: "1" },
  ]);
  assert.equal(contentLines(image), contentLines(rest));
});

test("applyRecord shares the topics that a record does not name", () => {
  const type = "PartitionChangeRecord" as const;
  const image = imageOf([{ type, partitionId: 0, topicId: uuidOf(1), isr: [1] }], given);
  assert.is(topicNamed(image, "b"), topicNamed(given, "b"));
  assert.is(image.topicIds, given.topicIds);
  assert.is(image.brokers, given.brokers);
});

test("applyRecord refuses records of topics that contradict the image", () => {
  const [, , , gap] = topicRecords("b", 2, [0, 1, 2].map(() => ({ replicas: [3] })));
  const table: [string, MetadataRecordDraft][] = [
    ["There is no topic with id", { ...gap, topicId: uuidOf(9) } as MetadataRecordDraft],
    ["Partition 2 of topic b leaves a gap", gap as MetadataRecordDraft],
    ["There is no topic with id", { type: "PartitionChangeRecord", topicId: uuidOf(9) }],
    [
      "Topic b has no partition 1",
      { type: "PartitionChangeRecord", topicId: uuidOf(2), partitionId: 1 },
    ],
    ["There is no topic with id", { type: "RemoveTopicRecord", topicId: uuidOf(9) }],
    ["There is a topic b", { type: "TopicRecord", name: "b", topicId: uuidOf(9) }],
    ["or one with id", { type: "TopicRecord", name: "c", topicId: uuidOf(2) }],
    ["There is no topic c", { type: "ClearElrRecord", topicName: "c" }],
  ];
  for (const [message, draft] of table) {
    const apply = (): ClusterImage => applyRecord(given, recordOf(draft));
    assert.throws(apply, (thrown: Error) => isCorrupt(thrown) && thrown.message.includes(message));
  }
});

test.run();
