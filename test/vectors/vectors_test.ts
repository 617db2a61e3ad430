// Every schema against the golden vectors of its messages, and against damaged ones: what a peer
// or a disk hands in may be anything, and only Malformed may come of it.

import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decodeControlRecord } from "@odradek/protocol/schemas/control/mod";
import { decodeGroupRecord } from "@odradek/protocol/schemas/group/mod";
import { decodeMetadataRecord } from "@odradek/protocol/schemas/metadata/mod";
import { decodeRemoteLogRecord } from "@odradek/protocol/schemas/remote_log/mod";
import { decodeShareRecord } from "@odradek/protocol/schemas/share/mod";
import { decodeTransactionRecord } from "@odradek/protocol/schemas/transaction/mod";
import { Malformed } from "@odradek/protocol/wire/malformed";
import { checkVectorLines, schemaOf, type Vector } from "../../scripts/checks/vectors.ts";

const ARCHIVE = new URL(
  "../../packages/protocol/testdata/vectors/kafka_4.4.0.jsonl.br",
  import.meta.url,
);
const archive = await promisify(brotliDecompress)(await readFile(ARCHIVE));
const lines = archive.toString("utf8").split("\n").filter((line) => line !== "");
const vectors = lines.map((line) => JSON.parse(line) as Vector);

const test = suite("vectors");

test("checkVectorLines finds every message as Kafka encodes it", () => {
  const { passed, failed, skipped, failures } = checkVectorLines(lines);
  assert.equal(failures.slice(0, 10), []);
  assert.equal([...skipped.keys()], []);
  assert.equal([passed, failed], [2968, 0]);
});

test("checkVectorLines fails on a wrong byte, a wrong field and a field too many", () => {
  const vector = vectors.find(({ name }) => name === "TopicRecord") as Vector;
  const changed: Vector[] = [
    { ...vector, hex: vector.hex.replace(/..$/, "01") },
    { ...vector, framedHex: `02${vector.framedHex?.slice(2)}` },
    { ...vector, json: { ...vector.json, name: "other" } },
    { ...vector, json: { ...vector.json, more: 1 } },
    { ...vector, version: 1 },
  ];
  for (const one of changed) {
    assert.is(checkVectorLines([JSON.stringify(one)]).failed, 1, JSON.stringify(one));
  }
});

const known = vectors.flatMap((vector) => {
  const schema = schemaOf(vector)?.schema;
  return schema === undefined ? [] : [{ vector, schema }];
});

/** A message with some bytes changed, cut out, or put in. */
const damaged = fc.tuple(
  fc.nat(known.length - 1),
  fc.array(fc.tuple(fc.nat(), fc.constantFrom("set", "cut", "put"), fc.nat(255)), {
    minLength: 1,
    maxLength: 4,
  }),
).map(([index, edits]) => {
  const { vector, schema } = known[index] as (typeof known)[number];
  const bytes = [...Uint8Array.fromHex(vector.hex)];
  for (const [place, edit, byte] of edits) {
    const at = place % (bytes.length + 1);
    if (edit === "set") bytes[Math.min(at, bytes.length - 1)] = byte;
    else if (edit === "cut") bytes.splice(at, (byte % 8) + 1);
    else bytes.splice(at, 0, byte);
  }
  return { schema, version: vector.version, bytes: Uint8Array.from(bytes) };
});

test("Schema.decode throws nothing but Malformed on damaged messages", () => {
  let malformed = 0;
  fc.assert(
    fc.property(damaged, ({ schema, version, bytes }) => {
      malformed += throwsMalformed(() => schema.decode(bytes, version));
    }),
    { numRuns: 5000 },
  );
  assert.ok(malformed > 500, `the damage was noticed ${malformed} times only`);
});

test("Schema.decode throws Malformed for every message that is cut off", () => {
  for (const { vector, schema } of known.filter((_, i) => i % 7 === 0)) {
    const bytes = Uint8Array.fromHex(vector.hex);
    if (bytes.length === 0) continue;
    const cut = bytes.subarray(0, bytes.length - 1);
    const thrown = throwsMalformed(() => schema.decode(cut, vector.version));
    assert.is(thrown, 1, `${vector.name} ${vector.version}`);
  }
});

test("decodeMetadataRecord and its like throw nothing but Malformed on any bytes", () => {
  const bytes = fc.uint8Array({ maxLength: 60 });
  fc.assert(fc.property(bytes, bytes, (key, value) => {
    throwsMalformed(() => decodeMetadataRecord(value));
    const kind = (key[0] ?? 0) % 32;
    throwsMalformed(() => decodeMetadataRecord(Uint8Array.of(1, kind, 0, ...value)));
    throwsMalformed(() => decodeGroupRecord({ key, value }));
    throwsMalformed(() => decodeGroupRecord({ key: Uint8Array.of(0, kind, ...key), value }));
    throwsMalformed(() => decodeTransactionRecord({ key: Uint8Array.of(0, 0, ...key), value }));
    throwsMalformed(() => decodeShareRecord({ key: Uint8Array.of(0, kind % 2, ...key), value }));
    throwsMalformed(() => decodeRemoteLogRecord(Uint8Array.of(kind % 4, 0, ...value)));
    throwsMalformed(() => decodeControlRecord({ key, value }));
    throwsMalformed(() => decodeControlRecord({ key: Uint8Array.of(0, 0, 0, 6), value }));
  }));
});

/** 1 if it throws Malformed, 0 if nothing; anything else goes on. */
function throwsMalformed(decode: () => unknown): number {
  try {
    decode();
    return 0;
  } catch (thrown) {
    if (thrown instanceof Malformed) return 1;
    throw thrown;
  }
}

test.run();
