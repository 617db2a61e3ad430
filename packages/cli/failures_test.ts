// What every command that asks a cluster says when it cannot work: one line, and status 1.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inTemporaryDirectory } from "@odradek/log/testing/temporary";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { run } from "./program.ts";
import { COMMANDS } from "./registry.ts";
import { MemoryTerminal } from "./testing/memory_terminal.ts";

const test = suite("failures");

/** Each with what it needs; "FILE" is a list of partitions. */
const ASKING: readonly (readonly string[])[] = [
  ["topics", "--list"],
  ["topics", "--describe", "--topic", "t"],
  ["topics", "--create", "--topic", "t"],
  ["produce", "--topic", "t"],
  ["consume", "--topic", "t"],
  ["consume", "--topic", "t", "--group", "g"],
  ["groups", "--list"],
  ["groups", "--describe", "--group", "g"],
  ["configs", "--describe", "--entity-type", "topics", "--entity-name", "t"],
  ["log-dirs", "--describe"],
  ["delete-records", "--offset-json-file", "FILE"],
  ["leader-election", "--election-type", "preferred", "--all-topic-partitions"],
  ["cluster", "cluster-id"],
  ["features", "describe"],
  ["quorum", "describe", "--status"],
  ["get-offsets", "--topic", "t"],
  ["replicas", "verify"],
  ["api-versions"],
  ["perf", "produce", "--topic", "t", "--num-records", "3", "--record-size", "3"],
  ["perf", "consume", "--topic", "t", "--num-records", "3", "--hide-header"],
  ["perf", "e2e", "--topic", "t", "--num-records", "3", "--record-size", "3"],
];
/** They look at files, or are a node. */
const NOT_ASKING = ["start", "storage", "dump-log", "metadata-shell", "coordinator-partition"];

interface Said {
  readonly code: number;
  readonly lines: readonly string[];
}

async function said(args: readonly string[]): Promise<Said> {
  const terminal = new MemoryTerminal("x");
  const code = await run(args, terminal);
  const lines = [...terminal.output.split("\n"), ...terminal.remarks];
  // Counts of what was read are told in any case, as Kafka's tool does.
  return { code, lines: lines.filter((line) => line !== "" && !/^Processed a total/.test(line)) };
}

test("every command that asks a cluster is among those that are tried here", () => {
  const tried = new Set([...ASKING.map(([name]) => name), ...NOT_ASKING]);
  assert.equal(COMMANDS.map(({ name }) => name).filter((name) => !tried.has(name)), []);
});

for (const args of ASKING) {
  test(`${args.join(" ")}: nobody is there`, () =>
    inTemporaryDirectory(async (directory) => {
      const file = join(directory, "offsets.json");
      const partitions = [{ topic: "t", partition: 0, offset: 1 }];
      await writeFile(file, JSON.stringify({ partitions, version: 1 }));
      const words = args.map((word) => word === "FILE" ? file : word);
      const server = ["--bootstrap-server", "127.0.0.1:1"];
      const timeout = ["--command-property", "default.api.timeout.ms=50"];
      const { code, lines } = await said([...words, ...server, ...timeout]);
      assert.is(code, 1);
      assert.is(lines.length, 1, lines.join("\n"));
      assert.match(lines[0] ?? "", /Cannot connect to 127\.0\.0\.1:1: refused$/);
    }));

  test(`${args.join(" ")}: a flag that there is not`, async () => {
    const { code, lines } = await said([...args, "--no-such-flag"]);
    assert.is(code, 1);
    assert.is(lines.length, 1, lines.join("\n"));
    assert.match(lines[0] ?? "", /unknown option '--no-such-flag'/);
  });
}

test.run();
