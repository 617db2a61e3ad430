// Commands that need no cluster.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isUuid } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { run } from "../program.ts";
import { MemoryTerminal } from "../testing/memory_terminal.ts";
import { partitionOfName } from "./coordinator_partition.ts";

const test = suite("offline");

async function ran(...args: string[]): Promise<[code: number, out: string]> {
  const terminal = new MemoryTerminal();
  return [await run(args, terminal), terminal.output];
}

test("partitionOfName is Java's hash without its sign", () => {
  const cases: [string, number][] = [
    ["my-group", 12],
    ["test", 48],
    ["console-consumer", 40],
    ["group-1", 49],
    ["", 0],
    // The hash is -2147483648.
    ["polygenelubricants", 0],
  ];
  for (const [name, partition] of cases) assert.is(partitionOfName(name, 50), partition, name);
});

test("coordinator-partition prints a number per name, and the topic if asked", async () => {
  assert.equal(await ran("coordinator-partition", "my-group"), [0, "12\n"]);
  assert.equal(await ran("cp", "my-group", "test", "--partitions", "4"), [0, "2\n2\n"]);
  assert.equal(await ran("cp", "my-group", "--verbose"), [0, "__consumer_offsets-12\n"]);
  const transactional = await ran("cp", "my-group", "--verbose", "--transactional");
  assert.equal(transactional, [0, "__transaction_state-12\n"]);
});

test("storage random-uuid prints an id", async () => {
  const [code, out] = await ran("storage", "random-uuid");
  assert.is(code, 0);
  assert.ok(isUuid(out.trim()));
});

test("storage version-mapping prints the levels of a release", async () => {
  const levels = (mv: string, ...rest: number[]) =>
    [
      `metadata.version=${mv}`,
      `kraft.version=${rest[0]}`,
      `transaction.version=${rest[1]}`,
      `group.version=${rest[2]}`,
      `eligible.leader.replicas.version=${rest[3]}`,
      `share.version=${rest[4]}`,
      `streams.version=${rest[5]}`,
    ].join("\n") + "\n";
  const cases: [string, string][] = [
    ["3.3-IV3", levels("7 (3.3-IV3)", 0, 0, 0, 0, 0, 0)],
    ["3.9", levels("21 (3.9)", 1, 0, 0, 0, 0, 0)],
    ["4.0-IV1", levels("23 (4.0-IV1)", 1, 0, 1, 0, 0, 0)],
    ["4.0", levels("25 (4.0)", 1, 2, 1, 0, 0, 0)],
    ["4.1-IV0", levels("26 (4.1-IV0)", 1, 2, 1, 1, 0, 0)],
    ["4.2-IV0", levels("28 (4.2-IV0)", 1, 2, 1, 1, 1, 0)],
    ["4.3", levels("30 (4.3)", 1, 2, 1, 1, 1, 1)],
  ];
  for (const [release, text] of cases) {
    assert.equal(await ran("storage", "version-mapping", "-r", release), [0, text]);
  }
  assert.equal((await ran("storage", "version-mapping", "-r", "2.8"))[0], 1);
});

test("storage feature-dependencies prints what a level needs, as Kafka's tool does", async () => {
  const none = (shown: string): [number, string] => [0, `${shown} has no dependencies.\n`];
  const cases: [feature: string, expected: [number, string]][] = [
    ["metadata.version=30", none("metadata.version=30 (4.3-IV0)")],
    ["transaction.version=2", none("transaction.version=2")],
    ["eligible.leader.replicas.version=0", none("eligible.leader.replicas.version=0")],
    ["eligible.leader.replicas.version=1", [
      0,
      "eligible.leader.replicas.version=1 requires:\n    metadata.version=23 (4.0-IV1)\n",
    ]],
    ["transaction.version=9", [1, ""]],
    ["metadata.version=99", [1, ""]],
    ["none.version=1", [1, ""]],
  ];
  for (const [feature, expected] of cases) {
    assert.equal(await ran("storage", "feature-dependencies", "-f", feature), expected, feature);
  }
});

test("storage info tells directories, what they are, and what is wrong", async () => {
  const root = await mkdtemp(join(tmpdir(), "odradek-info-"));
  try {
    const [good, plain, missing] = [join(root, "a"), join(root, "b"), join(root, "c")];
    const config = join(root, "server.properties");
    await mkdir(good);
    await writeFile(join(good, "meta.properties"), "node.id=1\nversion=1\ncluster.id=x\n");
    await writeFile(config, `log.dirs=${good}\n`);
    const metadata = "Found metadata: {cluster.id=x, node.id=1, version=1}\n\n";
    const found = `Found log directory:\n  ${good}\n\n${metadata}`;
    assert.equal(await ran("storage", "info", "-c", config), [0, found]);
    await mkdir(plain);
    await writeFile(config, `log.dirs=${missing},${plain},${good}\n`);
    assert.equal(await ran("storage", "info", "--config", config), [
      1,
      `Found log directories:\n  ${good}\n  ${plain}\n\n${metadata}` +
      `Found problems:\n  ${plain} is not formatted.\n  ${missing} does not exist\n\n`,
    ]);
  } finally {
    await rm(root, { recursive: true });
  }
});

test.run();
