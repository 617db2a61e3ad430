// Lines in and lines out, as Kafka's console clients read and write them.

import type { ConsumerRecord } from "@odradek/client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Failure } from "../failure.ts";
import { checkConsumeFlags, type ConsumeFlags, positionOf } from "./consume_flags.ts";
import { contentText } from "./content_text.ts";
import { formatterNamed } from "./formatters.ts";
import { LineReader, lineReaderOptions } from "./line_reader.ts";
import { readLines } from "./lines.ts";

const test = suite("console");

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const properties = (...pairs: string[]) =>
  new Map(pairs.map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string]));

async function linesOf(...chunks: string[]): Promise<string[]> {
  const input = (async function* () {
    for (const chunk of chunks) yield await Promise.resolve(bytes(chunk));
  })();
  return await Array.fromAsync(readLines(input));
}

test("readLines ends lines with any of the ends there are, wherever chunks end", async () => {
  assert.equal(await linesOf("a\nb\r\nc\rd"), ["a", "b", "c", "d"]);
  assert.equal(await linesOf("a\r", "\nb", "c\n\n", "d\n"), ["a", "bc", "", "d"]);
  assert.equal(await linesOf("a\r"), ["a"]);
  assert.equal(await linesOf(""), []);
});

test("readLines joins characters that chunks cut", async () => {
  const all = bytes("wért 🦄\n");
  const input = (async function* () {
    for (const byte of all) yield await Promise.resolve(Uint8Array.of(byte));
  })();
  assert.equal(await Array.fromAsync(readLines(input)), ["wért 🦄"]);
});

function readLine(line: string, ...pairs: string[]) {
  return new LineReader(lineReaderOptions(properties(...pairs))).read(line);
}

test("LineReader.read cuts headers, key and value in this order", () => {
  const header = (key: string, value: string | null) => ({ key, value });
  const cases: [string, string[], ReturnType<typeof readLine>][] = [
    ["a\tb", [], { key: null, value: "a\tb", headers: [] }],
    ["k\ta\tb", ["parse.key=true"], { key: "k", value: "a\tb", headers: [] }],
    ["k:v", ["parse.key=true", "key.separator=:"], { key: "k", value: "v", headers: [] }],
    [":", ["parse.key=true", "key.separator=:"], { key: "", value: "", headers: [] }],
    [
      "h:a,g:b\tk\tv",
      ["parse.key=true", "parse.headers=true"],
      { key: "k", value: "v", headers: [header("h", "a"), header("g", "b")] },
    ],
    [
      "h=a,h=b\tv",
      ["parse.headers=true", "headers.key.separator=="],
      { key: null, value: "v", headers: [header("h", "a"), header("h", "b")] },
    ],
    [
      "NULL:NULL",
      ["parse.key=true", "key.separator=:", "null.marker=NULL"],
      { key: null, value: null, headers: [] },
    ],
    [
      "h:NULL\tv",
      ["parse.headers=true", "null.marker=NULL"],
      { key: null, value: "v", headers: [header("h", null)] },
    ],
    ["v", ["parse.key=true", "ignore.error=true"], { key: null, value: "v", headers: [] }],
    [
      "h\tv",
      ["parse.headers=true", "ignore.error=true"],
      { key: null, value: "v", headers: [header("h", null)] },
    ],
  ];
  for (const [line, pairs, record] of cases) assert.equal(readLine(line, ...pairs), record, line);
});

test("LineReader.read tells the line in which a separator is missing", () => {
  const reader = new LineReader(lineReaderOptions(properties("parse.key=true", "key.separator=:")));
  reader.read("k:v");
  assert.throws(
    () => reader.read("no separator"),
    (thrown: unknown) =>
      (thrown as Failure).message ===
        "No key separator found on line number 2: 'no separator'",
  );
  assert.throws(
    () => readLine("\tk\tv", "parse.key=true", "parse.headers=true"),
    /No header key separator found in pair '' on line number 1/,
  );
  assert.throws(() => readLine("v", "parse.headers=true"), /No headers delimiter found/);
});

test("lineReaderOptions refuses separators that could not be told apart", () => {
  const cases = [
    ["headers.separator=:"],
    ["headers.delimiter=,"],
    ["null.marker=,"],
    ["null.marker=\t"],
  ];
  for (const pairs of cases) {
    assert.throws(() => lineReaderOptions(properties(...pairs)), /may not be equal/);
  }
});

const RECORD: ConsumerRecord = {
  topic: "t",
  partition: 2,
  offset: 7,
  timestamp: 1662649069768,
  timestampType: "CreateTime",
  leaderEpoch: 3,
  key: bytes("1"),
  value: bytes("hello"),
  headers: [{ key: "h1", value: bytes("a") }, { key: "h2", value: null }],
};

const ALL = ["timestamp", "partition", "offset", "delivery", "epoch", "headers", "key"]
  .map((field) => `print.${field}=true`);

function formatted(record: Partial<ConsumerRecord>, ...pairs: string[]): string {
  const formatter = formatterNamed("line", properties(...pairs));
  return new TextDecoder().decode(formatter({ ...RECORD, ...record }));
}

test("formatterNamed line shows the wanted fields in their order", () => {
  assert.is(formatted({}), "hello\n");
  assert.is(
    formatted({}, ...ALL),
    "CreateTime:1662649069768\tPartition:2\tOffset:7\tDelivery:1\tEpoch:3\t" +
      "h1:a,h2:null\t1\thello\n",
  );
  assert.is(
    formatted({ timestamp: -1, headers: [], key: null, leaderEpoch: -1 }, ...ALL),
    "NO_TIMESTAMP\tPartition:2\tOffset:7\tDelivery:1\tEpoch:NOT_PRESENT\tNO_HEADERS\tnull\thello\n",
  );
  assert.is(formatted({}, "print.value=false", "print.offset=true"), "Offset:7\n");
});

test("formatterNamed line takes separators, literals and deserializers", () => {
  const pairs = ["print.key=true", "key.separator=|", "line.separator=;", "null.literal=NIL"];
  assert.is(formatted({ value: null }, ...pairs), "1|NIL;");
  const number = Uint8Array.of(0, 0, 1, 0);
  assert.is(formatted({ value: number }, "value.deserializer=integer"), "256\n");
  const raw = Uint8Array.of(0xff, 0x00);
  const bytesOut = formatterNamed("line", new Map())({ ...RECORD, value: raw });
  assert.equal([...bytesOut], [0xff, 0x00, 0x0a]);
});

test("formatterNamed shows records of internal topics as JSON, and leaves out the others", () => {
  const key = Uint8Array.fromHex("0001" + "000167" + "000174" + "00000002");
  const value = Uint8Array.fromHex(
    "0003" + "0000000000000009" + "00000001" + "0000" + "00000000000000ff",
  );
  const format = (name: string) =>
    new TextDecoder().decode(formatterNamed(name, new Map())({ ...RECORD, key, value }));
  const json = '{"key":{"type":1,"data":{"group":"g","topic":"t","partition":2}},' +
    '"value":{"version":3,"data":{"offset":9,"leaderEpoch":1,"metadata":"",' +
    '"commitTimestamp":255}}}\n';
  assert.is(format("offsets"), json);
  assert.is(format("org.apache.kafka.tools.consumer.OffsetsMessageFormatter"), json);
  assert.is(format("group-metadata"), "");
  assert.throws(() => format("xml"), /no formatter xml/);
});

test("contentText knows short names and those of Kafka's classes", () => {
  const cases: [string, string, string][] = [
    ["string", "77c3a9", "wé"],
    ["hex", "00ff", "00ff"],
    ["integer", "ffffffff", "-1"],
    [
      "org.apache.kafka.common.serialization.LongDeserializer",
      "7fffffffffffffff",
      "9223372036854775807",
    ],
    ["json", "7b202261223a20317d", '{"a":1}'],
  ];
  for (const [name, hex, text] of cases) {
    assert.is(contentText(name)(Uint8Array.fromHex(hex)), text, name);
  }
  assert.throws(() => contentText("integer")(bytes("12345")), /number of 4 bytes: there are 5/);
  assert.throws(
    () => contentText("json")(bytes("{")),
    (thrown: unknown) => thrown instanceof Failure && /^Cannot read JSON: /.test(thrown.message),
  );
  assert.throws(() => contentText("avro"), /no decoder avro/);
});

const FLAGS: ConsumeFlags = { isolationLevel: "read_uncommitted", formatter: "line", topic: "t" };

test("checkConsumeFlags refuses flags that contradict each other", () => {
  const cases: [Partial<ConsumeFlags>, RegExp][] = [
    [{ include: "u" }, /Exactly one of/],
    [{ offset: "1" }, /partition is required when offset/],
    [{ offset: "1", partition: 0, fromBeginning: true }, /cannot be specified together/],
    [{ group: "g", partition: 0 }, /group and partition cannot/],
  ];
  for (const [flags, message] of cases) {
    assert.throws(() => checkConsumeFlags({ ...FLAGS, ...flags }), message);
  }
  checkConsumeFlags({ ...FLAGS, partition: 0, offset: "1" });
});

test("positionOf begins at the end unless told otherwise", () => {
  const at = (flags: Partial<ConsumeFlags>) => positionOf({ ...FLAGS, ...flags });
  assert.equal(at({}).offset, "latest");
  assert.equal(at({ fromBeginning: true }), {
    offset: "earliest",
    reset: "earliest",
    isolationLevel: "read_uncommitted",
  });
  assert.is(at({ offset: "42" }).offset, 42);
  assert.throws(() => at({ offset: "-1" }), /'-1' is incorrect/);
  assert.throws(() => at({ isolationLevel: "dirty" }), /isolation-level/);
});

test.run();
