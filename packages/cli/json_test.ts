// --json: whoever shows tables or lists has it, and what it shows is one document.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inTemporaryDirectory } from "@odradek/log/testing/temporary";
import { buildBatch } from "@odradek/protocol/records/builder";
import { Command } from "commander";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { run } from "./program.ts";
import { COMMANDS } from "./registry.ts";
import { MemoryTerminal } from "./testing/memory_terminal.ts";

const test = suite("json");

/** They show no table and no list. */
const WITHOUT: Readonly<Record<string, string>> = {
  "start": "a node logs",
  "metadata-shell": "it is a shell: what it shows is files, as they are",
  "produce": "it shows nothing",
  "consume": "records are shown as they are; formatters know JSON",
  "storage random-uuid": "it shows one word",
  "quorum add-controller": "it says what it has done",
  "quorum remove-controller": "it says what it has done",
};

/** Without those of which there are more below them. */
function leaves(command: Command, name: string): [name: string, command: Command][] {
  if (command.commands.length === 0) return [[name, command]];
  return command.commands.flatMap((one) => leaves(one, `${name} ${one.name()}`));
}

test("every command that shows tables or lists has --json", async () => {
  const without: string[] = [];
  for (const entry of COMMANDS) {
    const top = new Command(entry.name);
    (await entry.load()).describe(top, new MemoryTerminal());
    for (const [name, { options }] of leaves(top, entry.name)) {
      if (!options.some(({ long }) => long === "--json")) without.push(name);
    }
  }
  assert.equal(without.sort(), Object.keys(WITHOUT).sort());
});

async function document(...args: string[]): Promise<{ code: number; told: unknown }> {
  const terminal = new MemoryTerminal();
  const code = await run([...args, "--json"], terminal);
  assert.match(terminal.output, /^[^\n]+\n$/, args.join(" "));
  return { code, told: JSON.parse(terminal.output) };
}

test("coordinator-partition gives a document", async () => {
  const partitions = [
    { name: "my-group", topic: "__consumer_offsets", partition: 12 },
    { name: "test", topic: "__consumer_offsets", partition: 48 },
  ];
  assert.equal((await document("cp", "my-group", "test")).told, { partitions });
});

test("storage gives documents", () =>
  inTemporaryDirectory(async (directory) => {
    const config = join(directory, "server.properties");
    const data = join(directory, "data");
    const lines = [
      "process.roles=broker,controller",
      "node.id=1",
      "listeners=PLAINTEXT://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093",
      "controller.listener.names=CONTROLLER",
      "controller.quorum.voters=1@127.0.0.1:19093",
      `log.dirs=${data}`,
    ];
    await writeFile(config, lines.map((line) => `${line}\n`).join(""));
    const missing = { directories: [], metadata: null, problems: [`${data} does not exist`] };
    assert.equal(await document("storage", "info", "-c", config), { code: 1, told: missing });
    const id = "AAAAAAAAAAAAAAAAAAAAAQ";
    const format = ["storage", "format", "-c", config, "-t", id, "-r", "4.2"];
    const { told } = await document(...format);
    const [formatted] = (told as { formatted: { directory: string }[] }).formatted;
    assert.is(formatted?.directory, data);
    const info = (await document("storage", "info", "-c", config)).told as {
      readonly directories: string[];
      readonly metadata: Record<string, string>;
    };
    assert.equal([info.directories, info.metadata["cluster.id"]], [[data], id]);
  }));

test("storage tells levels of features in documents", async () => {
  const mapping = await document("storage", "version-mapping", "-r", "3.9");
  const { metadataVersion, features } = mapping.told as Record<string, Record<string, number>>;
  assert.is(String(metadataVersion), "3.9");
  assert.is(features?.["metadata.version"], 21);
  const name = "eligible.leader.replicas.version";
  const needs = await document("storage", "feature-dependencies", "-f", `${name}=1`);
  const requires = [{ name: "metadata.version", level: 23 }];
  assert.equal(needs.told, { features: [{ name, level: 1, requires }] });
});

const LOG = "00000000000000000000.log";

test("dump-log gives one document for all files, with batches, records and entries", () =>
  inTemporaryDirectory(async (directory) => {
    const log = join(directory, LOG);
    const index = log.replace(/log$/, "index");
    const record = { timestamp: 7, key: new Uint8Array([49]), value: null };
    const batch = { timestamp: 7, leaderEpoch: 3 };
    const two = (baseOffset: number) => buildBatch([record, record], { ...batch, baseOffset });
    await writeFile(log, Buffer.concat([two(0), two(2), new Uint8Array(5)]));
    await writeFile(index, Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]));
    const files = ["--files", `${log},${index},${log}`];
    const { code, told } = await document("dump-log", "--print-data-log", ...files);
    assert.is(code, 0);
    const { files: [first, second, third], findings } = told as {
      readonly files: Record<string, unknown>[];
      readonly findings: string[];
    };
    const batches = first?.["batches"] as Record<string, unknown>[];
    const shown = batches.map(({ baseOffset, partitionLeaderEpoch, records }) => [
      baseOffset,
      partitionLeaderEpoch,
      (records as Record<string, unknown>[]).map(({ offset, key, payload }) => [
        offset,
        key,
        payload,
      ]),
    ]);
    assert.equal(shown, [
      [0, 3, [[0, "1", undefined], [1, "1", undefined]]],
      [2, 3, [[2, "1", undefined], [3, "1", undefined]]],
    ]);
    const [{ maxTimestamp, timestampType, deleteHorizonMs } = {}] = batches;
    assert.equal([maxTimestamp, timestampType, deleteHorizonMs], [7, "CreateTime", null]);
    assert.equal(first?.["notes"], [
      "Starting offset: 0",
      `Found 5 invalid bytes at the end of ${LOG}`,
    ]);
    assert.equal([second?.["file"], second?.["entries"]], [index, [{ offset: 1, position: 0 }]]);
    assert.equal(third, first);
    assert.equal(findings, []);
  }));

test("dump-log gives a document of files that cannot be read", async () => {
  const { code, told } = await document("dump-log", "--files", "/no/such/file/0.log");
  assert.is(code, 1);
  const notes = ["Starting offset: 0"];
  assert.equal(told, { files: [{ file: "/no/such/file/0.log", notes }], findings: [] });
});

test.run();
