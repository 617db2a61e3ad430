// What dump-log prints, of small files that are made here; and, where the reference dumps of
// Kafka's own tool are at hand, of all files of a real data directory.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildBatch } from "@odradek/protocol/records/builder";
import { encodeControlRecord } from "@odradek/protocol/schemas/control/mod";
import {
  encodeCoordinatorKey,
  encodeCoordinatorRecord,
} from "@odradek/protocol/schemas/coordinator";
import {
  ConsumerProtocolAssignment,
  GroupMetadata,
  OffsetCommit,
} from "@odradek/protocol/schemas/group/mod";
import { encodeMetadataRecord } from "@odradek/protocol/schemas/metadata/mod";
import { encodeVersioned } from "@odradek/protocol/schemas/versioned";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { run } from "../program.ts";
import { MemoryTerminal } from "../testing/memory_terminal.ts";

const test = suite("dump");
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const LOG = "00000000000000000000.log";
const INDEX = "00000000000000000000.index";
const TIME_INDEX = "00000000000000000000.timeindex";
const HELLO = {
  timestamp: 1662649069768,
  leaderEpoch: 0,
  producerId: 0,
  producerEpoch: 0,
  baseSequence: 0,
};
const HELLO_LINE =
  "baseOffset: 0 lastOffset: 0 count: 1 baseSequence: 0 lastSequence: 0 producerId: 0 " +
  "producerEpoch: 0 partitionLeaderEpoch: 0 isTransactional: false isControl: false " +
  "deleteHorizonMs: OptionalLong.empty position: 0 CreateTime: 1662649069768 size: 74 magic: 2 " +
  "compresscodec: none crc: 3775885203 isvalid: true";

let root = "";
test.before(async () => {
  root = await mkdtemp(join(tmpdir(), "odradek-dump-"));
});
test.after(() => rm(root, { recursive: true }));

async function put(name: string, ...parts: Uint8Array[]): Promise<string> {
  const path = join(root, name);
  await writeFile(path, Buffer.concat(parts));
  return path;
}

interface Dumped {
  readonly code: number;
  readonly lines: string[];
  readonly remarks: string[];
}

async function dump(files: string, ...flags: string[]): Promise<Dumped> {
  const terminal = new MemoryTerminal();
  const code = await run(["dump-log", "--files", files, ...flags], terminal);
  return { code, lines: terminal.output.split("\n").slice(0, -1), remarks: terminal.remarks };
}

/** What is shown of a log of these batches' records, from key to payload. */
async function contents(batches: Uint8Array, ...flags: string[]): Promise<string[]> {
  const { lines } = await dump(await put(LOG, batches), ...flags);
  return lines.filter((line) => line.startsWith("| ")).map((line) =>
    line.replace(/^.*headerKeys: \[[^\]]*\] ?/, "")
  );
}

test("dump-log shows a batch and its records", async () => {
  const path = await put(LOG, buildBatch([{ key: text("1"), value: text("hello") }], HELLO));
  const record = "| offset: 0 CreateTime: 1662649069768 keySize: 1 valueSize: 5 sequence: 0 " +
    "headerKeys: []";
  const head = [`Dumping ${path}`, "Starting offset: 0", HELLO_LINE];
  assert.equal(await dump(path), { code: 0, lines: head, remarks: [] });
  assert.equal((await dump(path, "--deep-iteration")).lines, [...head, record]);
  const data = `${record} key: 1 payload: hello`;
  assert.equal((await dump(path, "--print-data-log")).lines, [...head, data]);
  const bare = await dump(path, "--print-data-log", "--skip-record-metadata", "--format", "4");
  assert.equal(bare.lines.slice(1), [
    "Log starting offset: 0",
    HELLO_LINE,
    "| key: 1 payload: hello",
  ]);
});

test("dump-log leaves out null keys and values, and names headers", async () => {
  const headers = [{ key: "a", value: null }, { key: "", value: text("x") }];
  const records = [{ key: null, value: text("v"), headers }, { key: text("k"), value: null }];
  const path = await put(LOG, buildBatch(records, { timestamp: 5, codec: 1 }));
  const { lines } = await dump(path, "--print-data-log");
  assert.match(lines[2] ?? "", "compresscodec: gzip");
  assert.equal(lines.slice(3), [
    "| offset: 0 CreateTime: 5 keySize: -1 valueSize: 1 sequence: -1 headerKeys: [a,] payload: v",
    "| offset: 1 CreateTime: 5 keySize: 1 valueSize: -1 sequence: -1 headerKeys: [] key: k",
  ]);
});

test("dump-log decodes keys and values by name", async () => {
  const batch = buildBatch([{ key: Uint8Array.of(0, 0, 0, 7), value: Uint8Array.of(0xff) }]);
  const shown = await contents(batch, "--key-decoder", "integer", "--value-decoder", "hex");
  assert.equal(shown, ["key: 7 payload: ff"]);
});

test("dump-log shows control records without keys and values", async () => {
  const marker = encodeControlRecord({ type: "COMMIT", coordinatorEpoch: 3 });
  const batch = buildBatch([marker], { isControl: true, isTransactional: true });
  assert.equal(await contents(batch, "--print-data-log"), [
    "endTxnMarker: COMMIT coordinatorEpoch: 3",
  ]);
});

test("dump-log tells what is left at the end, and gaps between offsets", async () => {
  const batches = [3, 7].map((baseOffset) => buildBatch([{ value: text("x") }], { baseOffset }));
  const path = await put(LOG, ...batches, new Uint8Array(12));
  const { code, lines, remarks } = await dump(path, "--deep-iteration");
  assert.is(lines.at(-1), `Found 12 invalid bytes at the end of ${LOG}`);
  assert.equal(remarks, [
    `Non-consecutive offsets in ${path}`,
    "  -1 is followed by 3",
    "  3 is followed by 7",
  ]);
  assert.is(code, 0);
  const limited = await dump(path, "--max-bytes", "100");
  assert.equal(limited.lines.length, 3);
});

test("dump-log goes on behind a batch that cannot be unpacked, and ends with 1", async () => {
  const damaged = buildBatch([{ value: text("xxxxxxxxxxxxxxxxxxxxxxx") }], { codec: 1 });
  damaged.fill(0xee, 61);
  const path = await put(LOG, damaged, buildBatch([{ value: text("y") }], { baseOffset: 1 }));
  const { code, lines, remarks } = await dump(path, "--print-data-log");
  assert.is(code, 1);
  assert.match(lines[2] ?? "", "isvalid: false");
  assert.match(lines.at(-1) ?? "", "payload: y");
  assert.match(remarks[0] ?? "", /^Cannot read batch at offset 0: Cannot decompress gzip/);
});

test("dump-log reads metadata records as JSON, escaped as Java does", async () => {
  const draft = { type: "BeginTransactionRecord", name: 'a\u001f"é' } as const;
  const broken = Uint8Array.of(1, 200, 1, 0);
  const batch = buildBatch([{ value: encodeMetadataRecord(draft, 0) }, { value: broken }]);
  const shown = await contents(batch, "--cluster-metadata-decoder");
  assert.is(
    shown[0],
    'payload: {"type":"BEGIN_TRANSACTION_RECORD","version":0,"data":{"name":"a\\u001F\\"é"}}',
  );
  assert.match(shown[1] ?? "", /^payload: Error at 1, skipping\. /);
});

const COMMIT_KEY = { group: "my-group", topic: "my-topic", partition: 0 };
const COMMIT = { offset: 1n, leaderEpoch: 0, metadata: "", commitTimestamp: 9n };

test("dump-log reads offset commits in both formats", async () => {
  const batch = buildBatch([
    encodeCoordinatorRecord(OffsetCommit, { key: COMMIT_KEY, value: COMMIT }, 3),
    encodeCoordinatorRecord(
      OffsetCommit,
      { key: COMMIT_KEY, value: { ...COMMIT, metadata: "note" } },
      3,
    ),
    { key: encodeCoordinatorKey(OffsetCommit, COMMIT_KEY), value: null },
    { key: Uint8Array.of(3, 232, 0), value: null },
    { key: Uint8Array.of(0, 1, 0), value: null },
  ]);
  const seedKey = "key: offset_commit::group=my-group,partition=my-topic-0 payload: ";
  const seed = await contents(batch, "--offsets-decoder");
  assert.equal(seed.slice(0, 4), [
    `${seedKey}offset=1`,
    `${seedKey}offset=1,metadata=note`,
    `${seedKey}<DELETE>`,
    "key: Unknown record type 1000 at offset 3, skipping.",
  ]);
  assert.match(seed[4] ?? "", /^key: Error at offset 4, skipping\. /);
  const jsonKey =
    'key: {"type":"1","data":{"group":"my-group","topic":"my-topic","partition":0}} payload: ';
  const four = await contents(batch, "--offsets-decoder", "--format", "4");
  assert.equal([four[0], four[2]], [
    `${jsonKey}{"version":"3","data":{"offset":1,"leaderEpoch":0,"metadata":"",` +
    '"commitTimestamp":9}}',
    `${jsonKey}<DELETE>`,
  ]);
});

test("dump-log reads classic groups as Kafka 3 did", async () => {
  const assignment = encodeVersioned(ConsumerProtocolAssignment, {
    assignedPartitions: [{ topic: "my-topic", partitions: [0, 1] }],
  }, 1);
  const member = {
    memberId: "m",
    clientId: "c",
    clientHost: "/h",
    sessionTimeout: 1,
    subscription: new Uint8Array(0),
    assignment,
  };
  const value = {
    protocolType: "consumer",
    generation: 1,
    protocol: "range",
    leader: "m",
    members: [member],
  };
  const record = encodeCoordinatorRecord(GroupMetadata, { key: { group: "g" }, value }, 3);
  assert.equal(await contents(buildBatch([record]), "--offsets-decoder"), [
    'key: group_metadata::group=g payload: {"protocolType":"consumer","protocol":"range",' +
    '"generationId":1,"assignment":"{m=[my-topic-0, my-topic-1]}"}',
  ]);
});

function entries(size: number, ...rows: [bigint | number, number][]): Uint8Array {
  const bytes = new Uint8Array(size * rows.length);
  const view = new DataView(bytes.buffer);
  rows.forEach(([first, second], i) => {
    if (typeof first === "bigint") view.setBigInt64(i * size, first);
    else view.setInt32(i * size, first);
    view.setInt32(i * size + size - 4, second);
  });
  return bytes;
}

async function putTwoBatches(): Promise<number> {
  const [first, second] = [0, 1].map((baseOffset) =>
    buildBatch([{ value: text("x") }], { baseOffset, timestamp: 10 + baseOffset })
  ) as [Uint8Array, Uint8Array];
  await put(LOG, first, second);
  return first.length;
}

test("dump-log checks an offset index against its log", async () => {
  const position = await putTwoBatches();
  const good = await put(INDEX, entries(8, [0, 0], [1, position], [0, 0]));
  const entryLines = ["offset: 0 position: 0", `offset: 1 position: ${position}`];
  assert.equal(await dump(good), {
    code: 0,
    lines: [`Dumping ${good}`, ...entryLines],
    remarks: [],
  });
  assert.equal((await dump(good, "--verify-index-only")).lines, [`Dumping ${good}`]);
  const sane = await dump(good, "--index-sanity-check");
  assert.equal(sane.lines[1], `${good} passed sanity check.`);
  const bad = await put(INDEX, entries(8, [5, 0], [6, position], [7, -1]));
  const { code, remarks } = await dump(bad, "--verify-index-only");
  assert.is(code, 1);
  assert.equal(remarks, [
    `Mismatches in :${bad}`,
    "  Index offset: 7, log offset: -1",
    "  Index offset: 6, log offset: 1",
    "  Index offset: 5, log offset: 0",
  ]);
  const empty = await put(INDEX);
  assert.equal((await dump(empty)).lines[1], `${empty} is empty.`);
});

test("dump-log checks a time index against its log", async () => {
  await putTwoBatches();
  const good = await put(TIME_INDEX, entries(12, [10n, 0], [11n, 1]));
  assert.equal((await dump(good)).lines.slice(1), [
    "timestamp: 10 offset: 0",
    "timestamp: 11 offset: 1",
  ]);
  const bad = await put(TIME_INDEX, entries(12, [12n, 0], [12n, 1], [13n, 9]));
  const { code, remarks } = await dump(bad, "--verify-index-only");
  assert.is(code, 1);
  assert.equal(remarks, [
    `Found timestamp mismatch in :${bad}`,
    "  Index timestamp: 12, log timestamp: 10",
    "  Index timestamp: 12, log timestamp: 11",
    `Found out of order timestamp in :${bad}`,
    "  Index timestamp: 12, Previously indexed timestamp: 12",
    "The following indexed offsets are not found in the log.",
    "Indexed offset: 9, found log offset: -1",
  ]);
});

test("dump-log passes over other files, and ends with 1 for those that are not there", async () => {
  const other = await put("leader-epoch-checkpoint");
  const { code, remarks } = await dump(other);
  assert.equal([code, remarks], [0, [`Ignoring unknown file ${other}`]]);
  const missing = await dump(join(root, "00000000000000000009.log"));
  assert.is(missing.code, 1);
  assert.match(missing.remarks[0] ?? "", /^Cannot read ".*ENOENT/);
});

const REFERENCE = fileURLToPath(
  new URL("../../../../shared/reference/kafka-data-dir/", import.meta.url),
);
const referenceTest = existsSync(REFERENCE) ? test : test.skip;

referenceTest("dump-log prints what Kafka's own tool prints of a real data directory", async () => {
  execFileSync("tar", ["xzf", join(REFERENCE, "kafka-data-dir-clean.tar.gz"), "-C", root]);
  const before = process.cwd();
  process.chdir(join(root, "kafka-data-dir"));
  try {
    for (const name of readdirSync(join(REFERENCE, "dump"))) {
      const golden = (await readFile(join(REFERENCE, "dump", name), "utf8")).split("\n");
      await compareDump(name, golden);
    }
  } finally {
    process.chdir(before);
  }
});

/** First line: the command. Then standard output, then gaps, by file in no particular order. */
async function compareDump(name: string, golden: readonly string[]): Promise<void> {
  const flags = (golden[0] ?? "").replace("$ kafka-dump-log ", "").split(" ");
  const terminal = new MemoryTerminal();
  await run(["dump-log", "--format", "4", ...flags], terminal);
  const lines = terminal.output.split("\n").slice(0, -1);
  assert.ok(lines.length > 0, name);
  // Not by uvu: its difference of two long texts takes minutes.
  const differs = lines.findIndex((line, i) => line !== golden[i + 1]);
  assert.is(differs, -1, `${name}:${differs + 2}: ${lines[differs]?.slice(0, 300)}`);
  const plain = terminal.remarks.map((line) => line.replace(/ in .*\/(?=[^/]*\/[^/]*$)/, " in "));
  const rest = golden.slice(lines.length + 1).filter((line) => line !== "")
    .map((line) => line.replace(/ in .*\/(?=[^/]*\/[^/]*$)/, " in "));
  assert.equal(plain.sort(), rest.sort(), name);
}

test.run();
