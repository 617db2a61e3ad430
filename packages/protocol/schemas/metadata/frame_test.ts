// Frames of metadata records. The golden vectors hold the records themselves.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Unsupported } from "../../schema/mod.ts";
import { Malformed } from "../../wire/malformed.ts";
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  type MetadataRecord,
  metadataRecords,
} from "./mod.ts";

const test = suite("metadata frame");
const fromHex = (text: string): Uint8Array => Uint8Array.fromHex(text.replaceAll(" ", ""));
const ZEROS = "00".repeat(16);

test("encodeMetadataRecord writes frame version, kind and version before the message", () => {
  const bytes = encodeMetadataRecord({ type: "FeatureLevelRecord", name: "a", featureLevel: 3 }, 0);
  assert.equal(bytes, fromHex("01 0c 00  02 61 0003 00"));
});

test("decodeMetadataRecord gives a record that can be switched on", () => {
  const record = decodeMetadataRecord(fromHex(`01 02 00  02 61 ${ZEROS} 00`));
  assert.is(topicOf(record), "a");
  assert.equal(record, {
    type: "TopicRecord",
    version: 0,
    name: "a",
    topicId: "AAAAAAAAAAAAAAAAAAAAAA",
  } as MetadataRecord);
});

/** That it compiles is the half of the test. */
function topicOf(record: MetadataRecord): string | undefined {
  switch (record.type) {
    case "TopicRecord":
      return record.name;
    case "PartitionChangeRecord":
      return `${record.isr?.length}`;
    default:
      return undefined;
  }
}

test("encodeMetadataRecord writes again what decodeMetadataRecord read", () => {
  const bytes = fromHex(`01 05 01  00000007 ${ZEROS} 02  00 05 02 00000003  01 04 ffffffff`);
  const record = decodeMetadataRecord(bytes);
  assert.equal([record.type, record.version], ["PartitionChangeRecord", 1]);
  assert.equal(encodeMetadataRecord(record, record.version), bytes);
});

test("encodeMetadataRecord refuses what the version cannot carry", () => {
  const record = {
    type: "PartitionChangeRecord",
    topicId: "AAAAAAAAAAAAAAAAAAAAAA" as never,
    lastKnownElr: [1],
  } as const;
  const isUnsupported = (thrown: unknown): boolean => thrown instanceof Unsupported;
  assert.throws(() => encodeMetadataRecord(record, 1), isUnsupported);
  assert.ok(encodeMetadataRecord(record, 2));
  assert.throws(() => encodeMetadataRecord(record, 3), /has the version/);
});

test("decodeMetadataRecord refuses unknown frames, kinds and versions, and bytes left over", () => {
  const cases: [string, RegExp][] = [
    ["", /Cannot read/],
    ["00 14 00 00", /frame 0/],
    ["02 14 00 00", /frame 2/],
    ["01 06 00 00", /no kind 6/],
    ["01 0d 00 00", /no kind 13/],
    ["01 1e 00 00", /no kind 30/],
    ["01 ffffffff0f 00 00", /no kind/],
    ["01 14 01 00", /NoOpRecord: no version 1/],
    ["01 14 ffffffff0f 00", /no version/],
    ["01 14 00 00 00", /1 bytes left over/],
  ];
  for (const [hex, message] of cases) {
    assert.throws(
      () => decodeMetadataRecord(fromHex(hex)),
      (thrown: unknown) => thrown instanceof Malformed && message.test(thrown.message),
      hex,
    );
  }
  assert.is(decodeMetadataRecord(fromHex("01 14 00 00")).type, "NoOpRecord");
});

test("metadataRecords has the kinds 0 to 29 but for three", () => {
  const keys = [...metadataRecords.keys()].sort((a, b) => a - b);
  const all = Array.from({ length: 30 }, (_, key) => key);
  assert.equal(keys, all.filter((key) => ![6, 13, 16].includes(key)));
  for (const [key, schema] of metadataRecords) {
    assert.is(schema.key, key);
    assert.match(schema.name, /Record$/);
    assert.ok(schema.isFlexible(0));
  }
});

test.run();
