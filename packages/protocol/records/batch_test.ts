// The golden batches of the storage format, and builder and reader against each other.

import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Malformed } from "../wire/malformed.ts";
import { addToSequence, Batch, readBatches } from "./batch.ts";
import { buildBatch, type RecordDraft } from "./builder.ts";
import { CODECS, decompress } from "./compression.ts";
import { readRecords } from "./record.ts";

const test = suite("records");
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const HELLO = Uint8Array.fromHex(
  "00000000000000000000003e0000000002e10f6f93000000000000000001831d9b70c8000001831d9b70c8" +
    "0000000000000000000000000000000000011800000002310a68656c6c6f00",
);

test("buildBatch makes Kafka's bytes of one keyed record", () => {
  const bytes = buildBatch([{ key: text("1"), value: text("hello") }], {
    timestamp: 1662649069768,
    leaderEpoch: 0,
    producerId: 0,
    producerEpoch: 0,
    baseSequence: 0,
  });
  assert.equal(bytes.toHex(), HELLO.toHex());
});

test("Batch shows every field of the header", () => {
  const batch = new Batch(HELLO);
  assert.is(batch.sizeBytes, 74);
  assert.is(batch.crc, 3775885203);
  assert.ok(batch.isCrcValid());
  assert.is(batch.baseTimestamp, 1662649069768);
  assert.is(batch.nextOffset, 1);
  assert.is(batch.lastSequence, 0);
  assert.is(batch.timestampType, "CreateTime");
  assert.is(batch.deleteHorizonMs, undefined);
});

test("Batch.setBaseOffset and setLeaderEpoch leave the CRC valid, setMaxTimestamp does not", () => {
  const batch = new Batch(HELLO.slice());
  batch.setBaseOffset(2 ** 40 + 5);
  batch.setLeaderEpoch(7);
  assert.is(batch.baseOffset, 2 ** 40 + 5);
  assert.is(batch.leaderEpoch, 7);
  assert.ok(batch.isCrcValid());
  batch.setMaxTimestamp("LogAppendTime", 1662649069999);
  assert.not(batch.isCrcValid());
  batch.updateCrc();
  assert.ok(batch.isCrcValid());
  assert.is(batch.timestampType, "LogAppendTime");
  assert.equal([...readRecords(batch)].map((r) => r.timestamp), [
    1662649069999,
  ]);
});

const bytesOrNull = fc.option(fc.uint8Array({ maxLength: 50 }), { nil: null });
const records: fc.Arbitrary<RecordDraft[]> = fc.array(
  fc.record({
    key: bytesOrNull,
    value: bytesOrNull,
    headers: fc.array(fc.record({ key: fc.string(), value: bytesOrNull }), {
      maxLength: 3,
    }),
    timestamp: fc.integer({ min: 0, max: 2 ** 45 }),
  }),
  { minLength: 1, maxLength: 20 },
);

test("readRecords gives back what buildBatch took, in every codec", () => {
  fc.assert(
    fc.property(records, fc.nat(CODECS.length - 1), (drafts, codec) => {
      const [batch] = readBatches(
        buildBatch(drafts, { codec, baseOffset: 42 }),
      );
      assert.ok(batch?.isCrcValid());
      const read = [...readRecords(batch as Batch)];
      assert.equal(
        read.map(({ offset }) => offset),
        drafts.map((_, i) => 42 + i),
      );
      assert.equal(
        read.map(({ key, value, headers, timestamp }) =>
          JSON.stringify([key, value, headers, timestamp])
        ),
        drafts.map(({ key, value, headers, timestamp }) =>
          JSON.stringify([key, value, headers, timestamp])
        ),
      );
    }),
    { numRuns: 200 },
  );
});

test("readBatches ends before a batch that is cut off", () => {
  const two = new Uint8Array([...HELLO, ...HELLO]);
  assert.is([...readBatches(two)].length, 2);
  assert.is([...readBatches(two.subarray(0, 147))].length, 1);
  assert.is([...readBatches(two.subarray(0, 60))].length, 0);
});

test("readBatches refuses a length that no batch has", () => {
  const bytes = HELLO.slice();
  new DataView(bytes.buffer).setInt32(8, 48);
  assert.throws(
    () => [...readBatches(bytes)],
    (error: unknown) => error instanceof Malformed,
  );
});

test("readRecords throws Malformed, and nothing else, for any damage", () => {
  fc.assert(
    fc.property(
      records,
      fc.nat(4),
      fc.infiniteStream(fc.nat()),
      (drafts, codec, random) => {
        const bytes = buildBatch(drafts, { codec });
        for (let i = 0; i < 3; i++) {
          const at = 61 + Number(random.next().value) % (bytes.length - 61);
          bytes[at] = Number(random.next().value) & 0xff;
        }
        try {
          for (const batch of readBatches(bytes)) {
            for (
              const _ of readRecords(batch)
            ) continue;
          }
        } catch (error) {
          assert.instance(error, Malformed);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("decompress refuses a bomb before it is inflated", () => {
  const zeros = new Uint8Array(8 * 1024 * 1024);
  for (const codec of [1, 2, 3, 4]) {
    const [batch] = readBatches(buildBatch([{ value: zeros }], { codec }));
    assert.throws(
      () => decompress(codec, (batch as Batch).payload, 1024 * 1024),
      (error: unknown) => error instanceof Malformed,
    );
    assert.is(
      decompress(codec, (batch as Batch).payload).length > zeros.length,
      true,
    );
  }
});

test("addToSequence goes on with 0 after the largest", () => {
  assert.is(addToSequence(5, 3), 8);
  assert.is(addToSequence(2147483647, 1), 0);
  assert.is(addToSequence(2147483646, 2), 0);
});

test.run();
