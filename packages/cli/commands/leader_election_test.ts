// What leader-election takes, and what it says.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Admin } from "@odradek/client";
import { FakeCluster } from "@odradek/client/testing/fake_cluster";
import { inTemporaryDirectory } from "@odradek/log/testing/temporary";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { run } from "../program.ts";
import { MemoryTerminal } from "../testing/memory_terminal.ts";
import { type ElectionFlags, partitionsOf, tell } from "./leader_election.ts";

const test = suite("leader-election");

interface Told {
  readonly output: string;
  readonly failure: string | undefined;
}

async function told(fake: FakeCluster, draft: Partial<ElectionFlags>): Promise<Told> {
  const flags: ElectionFlags = { electionType: "preferred", ...draft };
  const terminal = new MemoryTerminal();
  const admin = new Admin(fake.cluster());
  const partitions = await partitionsOf(flags);
  const elected = await fake.clock.runFor(admin.electLeaders(flags.electionType, partitions));
  try {
    tell(elected, flags, terminal);
    return { output: terminal.output, failure: undefined };
  } catch (error) {
    return { output: terminal.output, failure: (error as Error).message };
  }
}

async function saidOf(...args: readonly string[]): Promise<string> {
  const terminal = new MemoryTerminal();
  assert.is(await run(["leader-election", ...args], terminal), 1);
  assert.is(terminal.output, "");
  return terminal.remarks.join("\n");
}

test("tell says who was elected, who leads already, and what failed", async () => {
  const fake = new FakeCluster({ nodes: 2 });
  fake.addTopic("t", 3);
  fake.moveLeader("t", 0, 2);
  fake.moveLeader("t", 2, 2);
  assert.equal(await told(fake, { topic: "t", partition: 0 }), {
    output: "Successfully completed leader election (PREFERRED) for partitions t-0\n",
    failure: undefined,
  });
  assert.equal(await told(fake, { topic: "t", partition: 0 }), {
    output: "Valid replica already elected for partitions t-0\n",
    failure: undefined,
  });
  assert.equal(await told(fake, { topic: "u", partition: 0 }), {
    output: "Error completing leader election (PREFERRED) for partition: u-0: " +
      "No such topic as u\n",
    failure: "1 replica(s) could not be elected",
  });
  assert.equal(await told(fake, { allTopicPartitions: true }), {
    output: "Successfully completed leader election (PREFERRED) for partitions t-2\n",
    failure: undefined,
  });
  assert.is((await told(fake, { allTopicPartitions: true })).output, "");
});

test("tell gives one JSON document", async () => {
  const fake = new FakeCluster({ nodes: 2 });
  fake.addTopic("t", 1);
  fake.moveLeader("t", 0, 2);
  const { output } = await told(fake, { allTopicPartitions: true, json: true });
  assert.equal(JSON.parse(output), {
    partitions: [{ topic: "t", partition: 0, isElected: true }],
  });
});

test("partitionsOf reads a file, and refuses what it cannot use", () =>
  inTemporaryDirectory(async (directory) => {
    const file = join(directory, "elect.json");
    const read = async (content: unknown) => {
      await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
      const flags: ElectionFlags = { electionType: "preferred", pathToJsonFile: file };
      return await partitionsOf(flags).catch((error: Error) => error.message);
    };
    const one = { topic: "t", partition: 0 };
    assert.equal(await read({ partitions: [one] }), [one]);
    assert.match(String(await read({ partitions: [one, one] })), /it names twice t-0$/);
    assert.match(String(await read({ partitions: [] })), /it names no partition$/);
    assert.match(String(await read({ partitions: [{ topic: "t" }] })), /it must be \{/);
    assert.match(String(await read("null")), /it must be \{/);
    assert.match(String(await read("{")), /Cannot read "[^"]*" as JSON: /);
  }));

test("leader-election wants a type, and one way to name the partitions", async () => {
  const type = ["--election-type", "preferred"];
  assert.match(await saidOf("--all-topic-partitions"), /--election-type/);
  assert.match(
    await saidOf("--election-type", "fair", "--all-topic-partitions"),
    /must be preferred or unclean, not "fair"$/,
  );
  assert.match(await saidOf(...type), /^Exactly one of these must be given: --topic, /);
  assert.match(await saidOf(...type, "--topic", "t"), /^--topic and --partition go together$/);
  assert.match(
    await saidOf(...type, "--all-topic-partitions", "--path-to-json-file", "f"),
    /^Exactly one/,
  );
});

test.run();
