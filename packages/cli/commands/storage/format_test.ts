// What `storage format` refuses, and what it leaves in the directories.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeCheckpoint } from "@odradek/controller";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { run } from "../../program.ts";
import { MemoryTerminal } from "../../testing/memory_terminal.ts";
import { scramCredential } from "./scram_credential.ts";

const CLUSTER = "QRE52lxWRq6Xzhpxu-0ZhA";
const DIRECTORY = "JEXY6aqzQY-32P5TStzaFg";
const OTHER = "MvDxzVmcRsaTz33bUuRU6A";
const COMBINED = "process.roles=broker,controller\n" +
  "listeners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093\n";
const DYNAMIC = `${COMBINED}controller.quorum.bootstrap.servers=127.0.0.1:9093\n`;
const STATIC = `${COMBINED}controller.quorum.voters=7@127.0.0.1:9093\n`;
const BROKER = "process.roles=broker\nlisteners=PLAINTEXT://127.0.0.1:9092\n" +
  "controller.quorum.bootstrap.servers=127.0.0.1:9093\n";

const test = suite<{ folder: string }>("storage format");
test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), "odradek-format-"));
});
test.after.each(({ folder }) => rm(folder, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly remarks: string;
}

async function format(folder: string, properties: string, ...flags: string[]): Promise<Ran> {
  const config = join(folder, "server.properties");
  const dirs = `log.dirs=${join(folder, "a")},${join(folder, "b")}`;
  const text = `${properties}node.id=7\ncontroller.listener.names=CONTROLLER\n${dirs}\n`;
  await writeFile(config, text);
  const terminal = new MemoryTerminal();
  const code = await run(["storage", "format", "-c", config, ...flags], terminal);
  return { code, out: terminal.output, remarks: terminal.remarks.join("\n") };
}

const checkpoint = async (...path: string[]) => decodeCheckpoint(await readFile(join(...path)));

test("storage format asks who votes, in words", async ({ folder }) => {
  const cases: [properties: string, flags: string[], remark: RegExp][] = [
    [DYNAMIC, [], /'-t, --cluster-id <id>' not specified/],
    [DYNAMIC, ["-t", CLUSTER], /must specify one of the following: --standalone/],
    [DYNAMIC, ["-t", CLUSTER, "-s", "-N"], /Give one of --standalone/],
    [STATIC, ["-t", CLUSTER, "-s"], /please remove controller.quorum.voters/],
    [BROKER, ["-t", CLUSTER, "-s"], /only use --standalone on a controller/],
    [DYNAMIC, ["-t", CLUSTER, "-I", "7@h:1"], /not of the form id@host:port:directoryId/],
    [DYNAMIC, ["-t", CLUSTER, "-s", "-r", "1.0"], /Unknown metadata.version '1.0'/],
    [DYNAMIC, ["-t", CLUSTER, "-s", "-f", "foo=1"], /Unsupported feature: foo/],
    [DYNAMIC, ["-t", CLUSTER, "-s", "-f", "group.version=9"], /with feature level 9/],
    [DYNAMIC, ["-t", CLUSTER, "-s", "-f", "kraft.version=0"], /Cannot set kraft.version to 0/],
    [DYNAMIC, ["-t", CLUSTER, "-s", "-S", "SCRAM-SHA-1=[name=a]"], /SCRAM-SHA-1 is not supp/],
  ];
  for (const [properties, flags, remark] of cases) {
    const { code, remarks } = await format(folder, properties, ...flags);
    assert.is(code, 1, remarks);
    assert.match(remarks, remark);
  }
});

test("storage format --standalone writes the one voter", async ({ folder }) => {
  const flags = ["-t", CLUSTER, "-s", "-r", "4.2", "-f", "group.version=1"];
  const { code, out, remarks } = await format(folder, DYNAMIC, ...flags);
  assert.is(code, 0, remarks);
  const [a, b] = [join(folder, "a"), join(folder, "b")];
  assert.is(
    out,
    `Formatting dynamic metadata voter directory ${a} with metadata.version 4.2-IV1.\n` +
      `Formatting data directory ${b} with metadata.version 4.2-IV1.\n`,
  );
  const { records } = await checkpoint(a, "bootstrap.checkpoint");
  assert.equal(records.map((one) => "featureLevel" in one && [one.name, one.featureLevel]), [
    ["metadata.version", 29],
    ["eligible.leader.replicas.version", 1],
    ["group.version", 1],
  ]);
  const first = await checkpoint(
    a,
    "__cluster_metadata-0",
    "00000000000000000000-0000000000.checkpoint",
  );
  assert.equal(first.control.map(({ type }) => type), [
    "SNAPSHOT_HEADER",
    "KRAFT_VERSION",
    "KRAFT_VOTERS",
    "SNAPSHOT_FOOTER",
  ]);
  for (const path of [a, b]) {
    const meta = await readFile(join(path, "meta.properties"), "utf8");
    assert.match(meta, `cluster.id=${CLUSTER}\n`);
    assert.match(meta, "node.id=7\n");
  }
});

test("storage format leaves alone what is formatted", async ({ folder }) => {
  await format(folder, STATIC, "-t", CLUSTER);
  const before = await readFile(join(folder, "a", "meta.properties"), "utf8");
  await rm(join(folder, "b"), { recursive: true });
  const again = await format(folder, STATIC, "-t", CLUSTER);
  assert.is(again.code, 1);
  assert.match(again.remarks, /is already formatted. Use --ignore-formatted/);
  const rest = await format(folder, STATIC, "-t", CLUSTER, "-g");
  assert.match(rest.out, `Formatting data directory ${join(folder, "b")}`);
  const none = await format(folder, STATIC, "-t", CLUSTER, "--ignore-formatted");
  assert.is(none.out, "All of the log directories are already formatted.\n");
  assert.is(await readFile(join(folder, "a", "meta.properties"), "utf8"), before);
  const other = await format(folder, STATIC, "-t", "a name", "-g");
  assert.match(other.remarks, `belongs to cluster ${CLUSTER}`);
});

test("storage format --initial-controllers gives out directory ids", async ({ folder }) => {
  const voters = `7@127.0.0.1:9093:${DIRECTORY},8@127.0.0.1:9094:${OTHER}`;
  const { out } = await format(folder, DYNAMIC, "-t", CLUSTER, "-I", voters);
  assert.match(out, "dynamic metadata voter directory");
  const meta = await readFile(join(folder, "a", "meta.properties"), "utf8");
  assert.match(meta, `directory.id=${DIRECTORY}\n`);
});

test("scramCredential keeps keys, and never the password (RFC 7677, section 3)", () => {
  const record = scramCredential(
    `SCRAM-SHA-256=[name=user,password=pencil,salt="W22ZaJ0SNY7soEsUEjb6gQ=="]`,
  );
  assert.is(record.type, "UserScramCredentialRecord");
  if (record.type !== "UserScramCredentialRecord") return;
  assert.equal([record.name, record.mechanism, record.iterations], ["user", 1, 4096]);
  assert.is(record.storedKey.toBase64(), "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=");
  assert.is(record.serverKey.toBase64(), "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
});

test.run();
