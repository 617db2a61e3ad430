// Parsing, help, and how commands end.

import { readFile } from "node:fs/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { run, VERSION } from "./program.ts";
import { argumentsAs, commandNamed, COMMANDS } from "./registry.ts";
import { MemoryTerminal } from "./testing/memory_terminal.ts";

const test = suite("program");

async function ran(...args: string[]): Promise<[code: number, out: string, err: string]> {
  const terminal = new MemoryTerminal();
  const code = await run(args, terminal);
  return [code, terminal.output, terminal.remarks.join("\n")];
}

test("run shows the version, and help on every level", async () => {
  assert.equal(await ran("--version"), [0, `odradek ${VERSION}\n`, ""]);
  const [code, out] = await ran("--help");
  assert.is(code, 0);
  for (const { name } of COMMANDS) assert.match(out, name);
  for (const args of [["topics", "--help"], ["help", "topics"]]) {
    const [helpCode, text] = await ran(...args);
    assert.is(helpCode, 0);
    assert.match(text, "--under-replicated-partitions");
  }
  assert.match((await ran("storage", "info", "--help"))[1], "--config");
});

const WRONG: [string[], RegExp][] = [
  [["topcs"], /^error: unknown command 'topcs' \(Did you mean topics\?\)$/],
  [["topics", "--lsit"], /^error: unknown option '--lsit' \(Did you mean --list\?\)$/],
  [["topics", "--create", "--partitions", "x"], /'--partitions <n>' argument 'x' is invalid/],
  [["topics", "--list", "--describe"], /^Command must include exactly one action: --list/],
  [["topics", "--create"], /^Missing required argument "\[topic\]"$/],
  [["topics", "--list", "--zookeeper", "z"], /^--zookeeper is gone with ZooKeeper/],
  [["topics", "--list", "extra"], /too many arguments/],
  [["produce"], /required option '--topic <name>' not specified/],
  [["produce", "--topic", "t", "--reader-property", "x"], /It must be key=value/],
  [["produce", "--topic", "t", "--compression-codec", "rar"], /no compression rar/],
  [["produce", "--topic", "t", "--request-required-acks", "2"], /acks must be 0, 1, or all/],
  [["consume", "--topic", "t", "--group", "g", "--partition", "0"], /^Options group and part/],
  [["consume"], /^Exactly one of --include\/--topic is required\.$/],
  [["get-offsets", "--time", "noon"], /^Error occurred: Malformed time argument noon/],
  [["dump-log"], /required option '--files/],
  [["dump-log", "--files", "a.log", "--format", "5"], /Allowed choices are seed, 4/],
  [["storage", "info", "-c", "/no/such/file"], /^Cannot read "\/no\/such\/file"/],
  [["coordinator-partition"], /missing required argument 'name'/],
];

test("run tells wrong usage in one line, with the name that was meant", async () => {
  for (const [args, message] of WRONG) {
    const [code, out, err] = await ran(...args);
    assert.equal([code, out], [1, ""], args.join(" "));
    assert.match(err, message);
    assert.not.match(err, "\n");
  }
});

test("run refuses what a client's configuration asks for and is not built", async () => {
  const asked = ["topics", "--list", "--command-property", "security.protocol=SSL"];
  assert.equal(await ran(...asked), [
    1,
    "",
    "security.protocol SSL is not built yet: only PLAINTEXT is",
  ]);
});

test("run shows the errors of topics on standard output, as Kafka's tool does", async () => {
  const args = ["topics", "--list", "--bootstrap-server", "127.0.0.1:1"];
  const asked = [...args, "--command-property", "default.api.timeout.ms=50"];
  const [code, out, err] = await ran(...asked);
  assert.is(code, 1);
  assert.is(err, "");
  const refused = "Error while executing topic command : Cannot connect to 127.0.0.1:1: refused\n";
  assert.is(out, refused);
});

test("VERSION is that of the package", async () => {
  const text = await readFile(new URL("package.json", import.meta.url), "utf8");
  assert.is(VERSION, JSON.parse(text).version);
});

test("argumentsAs takes Kafka's names of scripts for commands", () => {
  const cases: [string, readonly string[]][] = [
    ["/opt/bin/kafka-topics.sh", ["topics", "--list"]],
    ["kafka-console-consumer", ["consume", "--list"]],
    ["kafka-cp", ["coordinator-partition", "--list"]],
    ["/usr/bin/odradek", ["--list"]],
  ];
  for (const [program, args] of cases) assert.equal(argumentsAs(program, ["--list"]), args);
});

test("commandNamed knows aliases", () => {
  assert.is(commandNamed("console-producer")?.name, "produce");
  assert.is(commandNamed("cp")?.name, "coordinator-partition");
  assert.is(commandNamed("nothing"), undefined);
});

test("COMMANDS load modules that go by the same name", async () => {
  for (const { name, load } of COMMANDS) assert.is((await load()).name, name);
});

test.run();
