// Batches make versions: transactions are seen whole or not at all, a batch that contradicts what
// came before changes nothing, and how the batches are cut makes no difference.

import { Fault } from "@odradek/base";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { applyBatch, applyInTransaction, EMPTY_STATE, type MetadataState } from "./fold.ts";
import { EMPTY_IMAGE } from "./image.ts";
import {
  brokerRecord,
  contentLines,
  imageLines,
  recordOf,
  topicRecords,
  uuidOf,
} from "./testing/image_of.ts";

const test = suite("metadata fold");

const BEGIN: MetadataRecordDraft = { type: "BeginTransactionRecord" };
const END: MetadataRecordDraft = { type: "EndTransactionRecord" };
const ABORT: MetadataRecordDraft = { type: "AbortTransactionRecord" };
const NO_OP: MetadataRecordDraft = { type: "NoOpRecord" };

function feature(name: string, featureLevel = 1): MetadataRecordDraft {
  return { type: "FeatureLevelRecord", name, featureLevel };
}

/** One batch for each list, from offset 0 on. */
function fold(batches: readonly (readonly MetadataRecordDraft[])[], epoch = 1): MetadataState {
  let endOffset = 0;
  return batches.reduce((state, drafts) => {
    endOffset += drafts.length;
    return applyBatch(state, { endOffset, epoch, records: drafts.map((draft) => recordOf(draft)) });
  }, EMPTY_STATE);
}

test("applyBatch counts the offset and the epoch, of control batches too", () => {
  const once = applyBatch(EMPTY_STATE, { endOffset: 3, epoch: 2, records: [recordOf(NO_OP)] });
  assert.equal([once.image.endOffset, once.image.epoch], [3, 2]);
  const control = applyBatch(once, { endOffset: 4, epoch: 5, records: [] });
  assert.equal(control.image, { ...once.image, endOffset: 4, epoch: 5 });
  assert.is(control.image.topics, once.image.topics);
});

test("applyBatch shows the records of a transaction at its end, or never", () => {
  const table: [batches: MetadataRecordDraft[][], seen: string[], isUnfinished: boolean][] = [
    [[[feature("a")]], ["a"], false],
    [[[feature("a"), BEGIN, feature("b")]], ["a"], true],
    [[[BEGIN, feature("a"), END]], ["a"], false],
    [[[BEGIN], [feature("a")], [END, feature("b")]], ["a", "b"], false],
    [[[BEGIN, feature("a")], [feature("b")]], [], true],
    [[[BEGIN, feature("a")], [ABORT]], [], false],
    [[[feature("a"), BEGIN, feature("b"), ABORT, feature("c")]], ["a", "c"], false],
    [[[BEGIN, feature("a"), END, BEGIN, feature("b"), ABORT]], ["a"], false],
    [[[BEGIN, feature("a"), ABORT], [BEGIN, feature("b"), END]], ["b"], false],
  ];
  for (const [batches, seen, isUnfinished] of table) {
    const { image, unfinished } = fold(batches);
    const message = JSON.stringify(batches);
    assert.equal([...image.features.keys()], seen, message);
    assert.is(unfinished !== undefined, isUnfinished, message);
    assert.is(image.endOffset, batches.flat().length, message);
  }
});

test("applyBatch lets the records of a transaction build on each other", () => {
  const [topic, partition] = topicRecords("a", 1, [{ replicas: [1] }]);
  const drafts = [BEGIN, topic, partition, END] as MetadataRecordDraft[];
  const { image } = fold(drafts.map((draft) => [draft]));
  assert.is(image.topics.get(uuidOf(1))?.partitions.length, 1);
});

test("applyBatch refuses contradictions, and the state before is as good as it was", () => {
  const before = fold([[feature("a")]]);
  const inTransaction = fold([[BEGIN]]);
  const table: [given: MetadataState, records: MetadataRecordDraft[], message: RegExp][] = [
    [before, [END], /No transaction is there to end/],
    [before, [ABORT], /No transaction is there to abort/],
    [before, [feature("b"), BEGIN, feature("c"), BEGIN], /within another/],
    [inTransaction, [BEGIN], /within another/],
    [
      before,
      [feature("b"), { type: "RemoveTopicRecord", topicId: uuidOf(1) }],
      /There is no topic with id/,
    ],
  ];
  for (const [given, drafts, message] of table) {
    const lines = imageLines(given.image);
    const records = drafts.map((draft) => recordOf(draft));
    assert.throws(
      () => applyBatch(given, { endOffset: 9, epoch: 1, records }),
      (thrown: unknown) =>
        thrown instanceof Fault && thrown.kind === "corrupt" && message.test(thrown.message),
    );
    assert.equal(imageLines(given.image), lines);
  }
});

test("applyInTransaction leaves the offset to the batch", () => {
  const state = applyInTransaction(EMPTY_STATE, recordOf(feature("a")));
  assert.is(state.image.endOffset, EMPTY_IMAGE.endOffset);
  assert.is(state.image.features.get("a"), 1);
});

/** Records that never contradict, in any order that keeps the first two first. */
const someRecord: fc.Arbitrary<MetadataRecordDraft> = fc.oneof(
  fc.tuple(fc.constantFrom("a", "b", "c"), fc.nat(2)).map(([name, level]) => feature(name, level)),
  fc.nat(1).map((partitionId): MetadataRecordDraft => ({
    type: "PartitionChangeRecord",
    partitionId,
    topicId: uuidOf(1),
    leader: partitionId,
  })),
  fc.constantFrom(1, -1).map((fenced): MetadataRecordDraft => ({
    type: "BrokerRegistrationChangeRecord",
    brokerId: 1,
    brokerEpoch: 101n,
    fenced,
  })),
  fc.constant(NO_OP),
);
const FIRST: readonly MetadataRecordDraft[] = [
  brokerRecord({ id: 1 }),
  ...topicRecords("a", 1, [{ replicas: [1, 2] }, { replicas: [2, 1] }]),
];

test("applyBatch makes the same of the same records, however they are cut into batches", () => {
  const property = fc.property(
    fc.array(someRecord, { maxLength: 40 }),
    fc.array(fc.nat(10), { minLength: 1, maxLength: 40 }),
    (records, sizes) => {
      const all = [...FIRST, ...records];
      const batches: MetadataRecordDraft[][] = [];
      for (let at = 0, i = 0; at < all.length; i++) {
        const size = 1 + (sizes[i % sizes.length] ?? 0);
        batches.push(all.slice(at, at + size));
        at += size;
      }
      const whole = imageLines(fold([all]).image);
      assert.equal(imageLines(fold(batches).image), whole);
      const within = fold([[BEGIN], ...batches, [END]]).image;
      assert.equal(contentLines(within), whole.slice(1));
    },
  );
  fc.assert(property);
});

test("applyBatch forgets all of a transaction that is aborted", () => {
  const property = fc.property(fc.array(someRecord, { maxLength: 20 }), (records) => {
    const before = fold([FIRST]).image;
    const aborted = fold([FIRST, [BEGIN, ...records], [ABORT]]);
    assert.equal(contentLines(aborted.image), contentLines(before));
  });
  fc.assert(property);
});

test.run();
