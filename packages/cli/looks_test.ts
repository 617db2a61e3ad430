// Where colours are shown, and what commands show in them.

import { Admin } from "@odradek/client";
import { FakeCluster } from "@odradek/client/testing/fake_cluster";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { describeGroups } from "./groups/describe.ts";
import { coloured, paintFor, paintHead, plain } from "./looks.ts";
import { run } from "./program.ts";
import { MemoryTerminal } from "./testing/memory_terminal.ts";
import { createTopic } from "./topics/create.ts";
import { describeTopics } from "./topics/describe.ts";
import type { TopicsFlags } from "./topics/flags.ts";

const test = suite("looks");

const BOLD = (text: string): string => `\x1b[1m${text}\x1b[22m`;
const RED = (text: string): string => `\x1b[31m${text}\x1b[39m`;
const YELLOW = (text: string): string => `\x1b[33m${text}\x1b[39m`;
/** All codes that change how text looks. */
const CODES = /\x1b\[[\d;]*m/g;

test("paintFor wants a terminal, unless the environment says otherwise", () => {
  const cases: [
    isTerminal: boolean,
    environment: Record<string, string>,
    args: string[],
    isColoured: boolean,
  ][] = [
    [true, {}, [], true],
    [false, {}, [], false],
    [true, { NO_COLOR: "1" }, [], false],
    // Empty counts for nothing.
    [true, { NO_COLOR: "" }, [], true],
    [true, { TERM: "dumb" }, [], false],
    [false, { TERM: "xterm" }, [], false],
    [false, { FORCE_COLOR: "1" }, [], true],
    [false, { FORCE_COLOR: "" }, [], true],
    [true, { FORCE_COLOR: "0" }, [], false],
    [false, { FORCE_COLOR: "3", NO_COLOR: "1", TERM: "dumb" }, [], true],
    [true, {}, ["topics", "--list", "--json"], false],
    [true, { FORCE_COLOR: "1" }, ["topics", "--list", "--json"], false],
  ];
  for (const [isTerminal, environment, args, isColoured] of cases) {
    const paint = paintFor({ isTerminal, environment, args });
    const expected = isColoured ? coloured : plain;
    assert.is(paint, expected, JSON.stringify([isTerminal, environment, args]));
  }
});

test("paintHead paints up to the first colon, or all", () => {
  const cases: [string, string][] = [
    ["error: no: such", `${RED("error:")} no: such`],
    ["\nError: the group", `\n${RED("Error:")} the group`],
    ["all of it", RED("all of it")],
    ["Cannot connect to 127.0.0.1:1: refused", `${RED("Cannot connect to 127.0.0.1:1:")} refused`],
    ["head:\n  more", `${RED("head:")}\n  more`],
    ["", ""],
  ];
  for (const [line, expected] of cases) assert.is(paintHead(coloured, "bad", line), expected);
});

test("run shows failures with a red head, and the titles of help bold", async () => {
  const terminal = new MemoryTerminal("", { paint: coloured });
  assert.is(await run(["topics", "--lsit"], terminal), 1);
  assert.equal(terminal.remarks, [
    `${RED("error:")} unknown option '--lsit' (Did you mean --list?)`,
  ]);
  assert.is(await run(["topics", "--help"], terminal), 0);
  assert.ok(terminal.output.includes(BOLD("Options:")), terminal.output);
  const pipe = new MemoryTerminal();
  await run(["topics", "--help"], pipe);
  assert.is(terminal.output.replaceAll(CODES, ""), pipe.output);
});

test("run shows failures on standard output as on standard error", async () => {
  const terminal = new MemoryTerminal("", { paint: coloured });
  const server = ["--bootstrap-server", "127.0.0.1:1"];
  const timeout = ["--command-property", "default.api.timeout.ms=50"];
  await run(["topics", "--list", ...server, ...timeout], terminal);
  const head = RED("Error while executing topic command :");
  assert.is(terminal.output, `${head} Cannot connect to 127.0.0.1:1: refused\n`);
});

/** The same in colours and without. */
async function described(flags: TopicsFlags, prepare: (fake: FakeCluster) => void) {
  const texts: string[] = [];
  for (const paint of [coloured, plain]) {
    const fake = new FakeCluster({ nodes: 2 });
    prepare(fake);
    const terminal = new MemoryTerminal("", { paint });
    const context = { admin: new Admin(fake.cluster()), flags, terminal };
    const verb = flags.create === true ? createTopic : describeTopics;
    await fake.clock.runFor(verb(context));
    texts.push(terminal.output);
  }
  const [shown = "", piped = ""] = texts;
  assert.is(shown.replaceAll(CODES, ""), piped);
  return shown;
}

test("describeTopics shows what is offline and what is not in sync", async () => {
  const text = await described({ topic: "t" }, (fake) => {
    const [first, second] = fake.addTopic("t", 2).partitions;
    if (first !== undefined) Object.assign(first, { replicas: [1, 2], offline: [2] });
    if (second !== undefined) fake.moveLeader("t", 1, -1);
  });
  assert.match(text, BOLD("Topic: t"));
  assert.match(text, `Leader: 1\tReplicas: 1,${RED("2")}\t${YELLOW("Isr: 1")}\n`);
  assert.match(text, RED("Leader: none"));
});

test("createTopic warns in yellow", async () => {
  const text = await described({ create: true, topic: "a.b" }, () => undefined);
  assert.match(text, `${YELLOW("WARNING:")} Due to`);
});

test("describeGroups shows a bold title, and lag in yellow", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 2);
  for (const partition of [0, 1]) fake.log("t", partition).endOffset = 5;
  fake.group("old").offsets.set("t 0", 1).set("t 1", 5);
  await fake.clock.runUntil(3000);
  const texts: string[] = [];
  for (const paint of [coloured, plain]) {
    const terminal = new MemoryTerminal("", { paint });
    const flags = { group: ["old"] };
    const admin = new Admin(fake.cluster());
    const context = { admin, flags, terminal, now: () => fake.clock.now() };
    await fake.clock.runFor(describeGroups(context));
    texts.push([terminal.output, ...terminal.remarks].join("\n"));
  }
  const [shown = "", piped = ""] = texts;
  assert.is(shown.replaceAll(CODES, ""), piped);
  assert.match(shown, /^\x1b\[1mGROUP .* CLIENT-ID\x1b\[22m$/m);
  assert.match(shown, ` ${YELLOW("4              ")} `);
  assert.match(shown, " 0               -");
  assert.match(shown, YELLOW("Consumer group 'old' has no active members."));
});

test.run();
