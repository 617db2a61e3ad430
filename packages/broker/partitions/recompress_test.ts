// A topic that names a codec stores in it, and nothing but the codec changes.

import { Batch, BATCH_HEADER_BYTES } from "@odradek/protocol/records/batch";
import { CODECS } from "@odradek/protocol/records/compression";
import { readRecords } from "@odradek/protocol/records/record";
import type { TopicCompression } from "@odradek/metadata/configs/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { batchOf, text } from "../testing/world.ts";
import { recompress } from "./recompress.ts";

const test = suite("partitions/recompress");

const LEVELS = { gzipLevel: -1, lz4Level: 9, zstdLevel: 3 };
const as = (type: TopicCompression["type"]): TopicCompression => ({ type, ...LEVELS });

const records = Array.from({ length: 20 }, (_, i) => ({
  key: i % 3 === 0 ? null : text(`key ${i}`),
  value: text(`a value that compresses well, number ${i}`),
  headers: [{ key: "h", value: i % 2 === 0 ? null : text("header") }],
  timestamp: 1_000_000 + i * 7,
}));
const header = {
  producerId: 12,
  producerEpoch: 3,
  baseSequence: 40,
  isTransactional: true,
  leaderEpoch: 6,
} as const;

for (const [codec, from] of CODECS.entries()) {
  for (const [wanted, name] of CODECS.entries()) {
    const type = name === "none" ? "uncompressed" : name;
    test(`recompress from ${from} to ${type}`, () => {
      const batch = batchOf(records, { ...header, codec });
      const stored = recompress(batch, as(type));
      assert.is(stored === batch, codec === wanted);
      assert.is(stored.codec, wanted);
      assert.ok(stored.isCrcValid());
      assert.is(stored.sizeBytes, stored.bytes.length);
      assert.equal([...readRecords(stored)], [...readRecords(batch)]);
      assert.equal(restOf(stored), restOf(batch));
    });
  }
  test(`recompress leaves ${from} as it is where the producer chooses`, () => {
    const batch = batchOf(records, { codec });
    assert.is(recompress(batch, as("producer")), batch);
  });
}

test("recompress keeps the timestamp type", () => {
  const batch = batchOf(records, { timestampType: "LogAppendTime" });
  assert.is(recompress(batch, as("gzip")).timestampType, "LogAppendTime");
});

for (const type of ["gzip", "zstd"] as const) {
  test(`recompress takes the ${type} level of the topic`, () => {
    const lines = Array.from({ length: 3000 }, (_, i) => `offset ${(i * 7919) % 4001} of ${i}`);
    const batch = batchOf([lines.join("\n")]);
    const sizeAt = (level: number): number =>
      recompress(batch, { type, gzipLevel: level, lz4Level: 9, zstdLevel: level }).bytes.length;
    assert.ok(sizeAt(9) < sizeAt(1), `${sizeAt(9)} bytes at level 9, ${sizeAt(1)} at 1`);
  });
}

/** Everything that the header says but codec, length and CRC. */
function restOf(batch: Batch): Uint8Array {
  const bytes = batch.bytes.slice(0, BATCH_HEADER_BYTES);
  bytes.fill(0, 8, 12);
  bytes.fill(0, 17, 21);
  bytes[22] = (bytes[22] as number) & ~0b111;
  return bytes;
}

test.run();
