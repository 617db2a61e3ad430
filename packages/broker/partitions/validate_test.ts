// What a leader refuses of a producer's batch, and what it lets pass.

import type { TopicConfig } from "@odradek/metadata/configs/mod";
import { Batch } from "@odradek/protocol/records/batch";
import type { BatchOptions } from "@odradek/protocol/records/builder";
import type { ErrorName } from "@odradek/protocol/errors";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { refusalOf } from "../testing/refusals.ts";
import { batchOf, settingsOf, text } from "../testing/world.ts";
import { RecordsRefusal } from "./refused.ts";
import { checkBatch, checkFromClient, checkRecords, checkSize, onlyBatch } from "./validate.ts";

const test = suite("partitions/validate");

const NOW = Date.UTC(2030, 0, 1);
const HOUR_MS = 3_600_000;
const ZSTD = 4;

/** A batch of one value with its header changed, and a CRC that covers the change. */
function edited(edit: (header: DataView) => void, options: BatchOptions = {}): Batch {
  const { bytes } = batchOf(["value"], options);
  edit(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const batch = new Batch(bytes);
  batch.updateCrc();
  return batch;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const one = batchOf(["value"]).bytes;
const length = (value: number): Uint8Array => edited((view) => view.setInt32(8, value)).bytes;
const magic = (value: number): Uint8Array => edited((view) => view.setInt8(16, value)).bytes;
const zstd = batchOf(["value"], { codec: ZSTD }).bytes;

const RECORD_SETS: readonly [
  name: string,
  records: Uint8Array | null,
  version: number,
  expected: ErrorName | undefined,
][] = [
  ["one batch", one, 3, undefined],
  ["null", null, 9, "INVALID_RECORD"],
  ["no bytes", new Uint8Array(0), 9, "INVALID_RECORD"],
  ["less than a length", one.subarray(0, 11), 9, "INVALID_RECORD"],
  ["less than a magic", one.subarray(0, 16), 9, "INVALID_RECORD"],
  ["a batch that is cut", one.subarray(0, one.length - 1), 9, "INVALID_RECORD"],
  ["a length beyond the bytes", length(one.length), 9, "INVALID_RECORD"],
  ["the length of no message", length(13), 9, "CORRUPT_MESSAGE"],
  ["a negative length", length(-1), 9, "CORRUPT_MESSAGE"],
  ["a length below a header's", length(48), 9, "CORRUPT_MESSAGE"],
  ["magic 0", magic(0), 9, "INVALID_RECORD"],
  ["magic 1", magic(1), 9, "INVALID_RECORD"],
  ["magic 3", magic(3), 9, "CORRUPT_MESSAGE"],
  ["magic -1", magic(-1), 9, "CORRUPT_MESSAGE"],
  ["two batches", joined(one, one), 9, "INVALID_RECORD"],
  ["a batch and a part of one", joined(one, one.subarray(0, 40)), 9, undefined],
  ["a batch and bytes of none", joined(one, new Uint8Array(20)), 9, "CORRUPT_MESSAGE"],
  ["zstd in version 6", zstd, 6, "UNSUPPORTED_COMPRESSION_TYPE"],
  ["zstd in version 7", zstd, 7, undefined],
  ["gzip in version 3", batchOf(["value"], { codec: 1 }).bytes, 3, undefined],
];

for (const [name, records, version, expected] of RECORD_SETS) {
  test(`onlyBatch of ${name}: ${expected ?? "taken"}`, () => {
    assert.is(refusalOf(() => onlyBatch(records, version)), expected);
  });
}

test("onlyBatch gives the first batch without what follows it", () => {
  const inside = joined(new Uint8Array(7), one, one.subarray(0, 30)).subarray(7);
  assert.equal(onlyBatch(inside, 9).bytes, one);
});

test("onlyBatch refuses any bytes, or gives a batch that lies within them", () => {
  const likely = fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: -2, max: 4 }))
    .map(([size, version]) => {
      const bytes = new Uint8Array(120);
      new DataView(bytes.buffer).setInt32(8, size);
      new DataView(bytes.buffer).setInt8(16, version);
      return bytes;
    });
  fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 150 }), likely), (bytes) => {
    const refused = refusalOf(() => {
      const batch = onlyBatch(bytes, 9);
      assert.ok(batch.bytes.length <= bytes.length);
      assert.is(batch.sizeBytes, batch.bytes.length);
    });
    assert.ok(
      refused === undefined || refused === "INVALID_RECORD" || refused === "CORRUPT_MESSAGE",
      refused ?? "",
    );
  }));
});

// Header and CRC.

test("checkBatch takes what a producer sends", () => {
  checkBatch(batchOf(["a", "b"], { producerId: 7, producerEpoch: 0, baseSequence: 0 }), config());
});

test("checkBatch refuses a base offset that is not 0", () => {
  const batch = batchOf(["a"], { baseOffset: 1 });
  assert.is(refusalOf(() => checkBatch(batch, config())), "INVALID_RECORD");
});

test("checkBatch takes a batch of max.message.bytes, header included, and not one more", () => {
  const { bytes } = batchOf(["0123456789"]);
  const limited = (bytesMax: number) => config({ "max.message.bytes": String(bytesMax) });
  assert.is(refusalOf(() => checkBatch(new Batch(bytes), limited(bytes.length))), undefined);
  const refused = refusalOf(() => checkBatch(new Batch(bytes), limited(bytes.length - 1)));
  assert.is(refused, "MESSAGE_TOO_LARGE");
  assert.is(
    refusalOf(() => checkSize(new Batch(bytes), limited(bytes.length - 1))),
    "MESSAGE_TOO_LARGE",
  );
});

test("checkBatch says of a batch that is too large that it is, before it looks at its CRC", () => {
  const { bytes } = batchOf(["0123456789"]);
  bytes[bytes.length - 1] = 0xff;
  const limited = config({ "max.message.bytes": "20" });
  assert.is(refusalOf(() => checkBatch(new Batch(bytes), limited)), "MESSAGE_TOO_LARGE");
});

test("checkBatch sees every changed bit from the CRC on", () => {
  const { bytes } = batchOf([{ key: text("k"), value: text("value"), timestamp: NOW }]);
  const bits = fc.integer({ min: 17 * 8, max: bytes.length * 8 - 1 });
  fc.assert(fc.property(bits, (bit) => {
    const changed = bytes.slice();
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    assert.is(refusalOf(() => checkBatch(new Batch(changed), config())), "CORRUPT_MESSAGE");
  }));
});

// What only clients are bound to.

const IDEMPOTENT = { producerId: 5, producerEpoch: 0 };
const HEADERS: readonly [name: string, batch: Batch, expected: ErrorName | undefined][] = [
  ["one record", batchOf(["a"]), undefined],
  ["an idempotent batch", batchOf(["a"], { ...IDEMPOTENT, baseSequence: 0 }), undefined],
  ["a sequence without a producer", batchOf(["a"], { baseSequence: 4 }), undefined],
  ["an epoch without a producer", batchOf(["a"], { producerEpoch: 4 }), undefined],
  ["no records", edited((view) => view.setInt32(57, 0)), "INVALID_RECORD"],
  ["a negative count", edited((view) => view.setInt32(57, -1)), "INVALID_RECORD"],
  ["a count above its offsets", edited((view) => view.setInt32(57, 2)), "INVALID_RECORD"],
  ["offsets above its count", edited((view) => view.setInt32(23, 1)), "INVALID_RECORD"],
  ["a negative last offset", edited((view) => view.setInt32(23, -1)), "INVALID_RECORD"],
  ["a producer without a sequence", batchOf(["a"], IDEMPOTENT), "INVALID_RECORD"],
  ["a control batch", batchOf(["a"], { isControl: true }), "INVALID_RECORD"],
];

for (const [name, batch, expected] of HEADERS) {
  test(`checkFromClient of ${name}: ${expected ?? "taken"}`, () => {
    assert.is(refusalOf(() => checkFromClient(batch)), expected);
  });
}

// Records.

const COMPACTED = { "cleanup.policy": "compact" };
const BOUNDED = {
  "message.timestamp.before.max.ms": "1000",
  "message.timestamp.after.max.ms": "2000",
};
const APPEND_TIME = { "message.timestamp.type": "LogAppendTime" };

const at = (...timestamps: readonly number[]) =>
  timestamps.map((timestamp) => ({ key: text("k"), timestamp }));

const RECORDS: readonly [
  name: string,
  batch: Batch,
  settings: Readonly<Record<string, string>>,
  expected: ErrorName | undefined,
][] = [
  ["any time in the past", batchOf(at(0)), {}, undefined],
  ["a time below none", batchOf(at(-5)), {}, undefined],
  ["an hour ahead", batchOf(at(NOW + HOUR_MS)), {}, undefined],
  ["more than an hour ahead", batchOf(at(NOW + HOUR_MS + 1)), {}, "INVALID_TIMESTAMP"],
  ["the oldest", batchOf(at(NOW - 1000)), BOUNDED, undefined],
  ["older than the oldest", batchOf(at(NOW - 1001)), BOUNDED, "INVALID_TIMESTAMP"],
  ["the newest", batchOf(at(NOW + 2000)), BOUNDED, undefined],
  ["newer than the newest", batchOf(at(NOW + 2001)), BOUNDED, "INVALID_TIMESTAMP"],
  ["no time", batchOf(at(-1)), BOUNDED, undefined],
  ["one bad time among good ones", batchOf(at(NOW, 5, NOW)), BOUNDED, "INVALID_TIMESTAMP"],
  ["any time where the broker sets it", batchOf(at(5)), { ...BOUNDED, ...APPEND_TIME }, undefined],
  [
    "LogAppendTime by a producer",
    batchOf(at(NOW), { timestampType: "LogAppendTime" }),
    APPEND_TIME,
    "INVALID_TIMESTAMP",
  ],
  [
    "LogAppendTime in range on a topic with CreateTime",
    batchOf(at(NOW), { timestampType: "LogAppendTime" }),
    BOUNDED,
    undefined,
  ],
  [
    "LogAppendTime out of range on a topic with CreateTime",
    batchOf(at(5), { timestampType: "LogAppendTime" }),
    BOUNDED,
    "INVALID_TIMESTAMP",
  ],
  ["no key", batchOf(["a"]), {}, undefined],
  ["no key on a compacted topic", batchOf(["a"]), COMPACTED, "INVALID_RECORD"],
  [
    "no key on a topic that is compacted and deleted",
    batchOf(["a"]),
    { "cleanup.policy": "compact,delete" },
    "INVALID_RECORD",
  ],
  ["an empty key", batchOf([{ key: text("") }]), COMPACTED, undefined],
  ["codec 5", edited((view) => view.setInt16(21, 5)), {}, "UNKNOWN_SERVER_ERROR"],
  ["bytes that are no gzip", edited((view) => view.setInt16(21, 1)), {}, "UNKNOWN_SERVER_ERROR"],
  ["fewer records than it says", edited((view) => view.setInt32(57, 2)), {}, "INVALID_RECORD"],
  [
    "a record that is longer than it says",
    edited((view) => view.setInt8(61, 2)),
    {},
    "INVALID_RECORD",
  ],
  ["gzip", batchOf(at(NOW, NOW), { codec: 1 }), BOUNDED, undefined],
  ["snappy", batchOf(at(NOW, NOW), { codec: 2 }), BOUNDED, undefined],
  ["lz4", batchOf(at(NOW, NOW), { codec: 3 }), BOUNDED, undefined],
  ["zstd", batchOf(at(NOW, NOW), { codec: ZSTD }), BOUNDED, undefined],
  ["an old time in gzip", batchOf(at(5), { codec: 1 }), BOUNDED, "INVALID_TIMESTAMP"],
];

for (const [name, batch, settings, expected] of RECORDS) {
  test(`checkRecords of ${name}: ${expected ?? "taken"}`, () => {
    assert.is(refusalOf(() => checkRecords(batch, config(settings), NOW)), expected);
  });
}

test("checkRecords refuses bytes behind the last record", () => {
  const { bytes } = batchOf(["a", "b"]);
  new DataView(bytes.buffer).setInt32(57, 1);
  const refused = refusalOf(() => checkRecords(new Batch(bytes), config(), NOW));
  assert.is(refused, "INVALID_RECORD");
});

test("checkRecords does not look at the offsets within a batch", () => {
  const { bytes } = batchOf(["a"]);
  // Length, attributes, timestamp delta, then the offset delta: 5, in zigzag.
  bytes[64] = 10;
  assert.is(refusalOf(() => checkRecords(new Batch(bytes), config(), NOW)), undefined);
});

test("checkRecords finds the largest timestamp of the records, whatever the header says", () => {
  const batch = batchOf(at(NOW - 5, NOW, NOW - 9));
  batch.setMaxTimestamp("CreateTime", NOW + 77);
  assert.is(checkRecords(batch, config(), NOW).maxTimestamp, NOW);
  assert.is(checkRecords(batchOf(at(-5, -1)), config(), NOW).maxTimestamp, -1);
});

test("checkRecords names the records that spoil the batch", () => {
  const batch = batchOf([{ key: text("k") }, "a", { key: text("k") }, "b"]);
  const refused = recordsRefusal(batch, COMPACTED);
  assert.is(refused.error, "INVALID_RECORD");
  assert.equal(refused.records.map(({ index }) => index), [1, 3]);
  assert.match(refused.records[0]?.message ?? "", /key/);
});

const KEYLESS = { value: text("a"), timestamp: NOW };
const OLD = { key: text("k"), timestamp: 5 };
for (const records of [[KEYLESS, OLD], [OLD, KEYLESS]]) {
  test("checkRecords refuses with INVALID_TIMESTAMP if any record is, as Kafka does", () => {
    const refused = recordsRefusal(batchOf(records), { ...COMPACTED, ...BOUNDED });
    assert.is(refused.error, "INVALID_TIMESTAMP");
    assert.equal(refused.records.map(({ index }) => index), [0, 1]);
  });
}

test("checkRecords says of a record without key and time that it has no key", () => {
  const both = { value: text("a"), timestamp: 5 };
  const refused = recordsRefusal(batchOf([both]), { ...COMPACTED, ...BOUNDED });
  assert.is(refused.error, "INVALID_RECORD");
  assert.is(refused.records.length, 1);
});

function config(settings: Readonly<Record<string, string>> = {}): TopicConfig {
  return settingsOf(settings);
}

function recordsRefusal(batch: Batch, settings: Readonly<Record<string, string>>): RecordsRefusal {
  try {
    checkRecords(batch, config(settings), NOW);
  } catch (error) {
    if (error instanceof RecordsRefusal) return error;
  }
  throw new Error("It was not refused for its records");
}

test.run();
