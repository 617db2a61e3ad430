// A log directory: who it says it is, who holds it, and what its last stop left.

import { readFileSync } from "node:fs";
import { Fault, systemClock, type Uuid } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { diskFiles } from "../disk/files.ts";
import { hasGolden, unpackGolden } from "../testing/golden.ts";
import { SimulatedLog } from "../testing/simulated_log.ts";
import { inTemporaryDirectory } from "../testing/temporary.ts";
import {
  lockDirectory,
  readCheckpoints,
  readIdentity,
  takeCleanShutdown,
  writeCheckpoints,
  writeCleanShutdown,
  writeIdentity,
} from "./directory.ts";

const test = suite("log directories");

const PATH = "/data";
const IDENTITY = {
  clusterId: "4L6g3nShT-eMCtK--X86sw",
  nodeId: 7,
  directoryId: "J8aAPcfLQt2bqs1JT_rMgQ" as Uuid,
};

async function directoryOf(files: Readonly<Record<string, string>> = {}): Promise<SimulatedLog> {
  const log = new SimulatedLog();
  await log.format();
  for (const [name, text] of Object.entries(files)) {
    const bytes = new TextEncoder().encode(text);
    await log.settle(log.files.writeWhole(`${PATH}/${name}`, bytes));
  }
  return log;
}

async function textOf(log: SimulatedLog, name: string): Promise<string | undefined> {
  const bytes = await log.settle(log.files.readWhole(`${PATH}/${name}`));
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

test("writeIdentity formats as Kafka does, readIdentity reads it", async () => {
  const log = new SimulatedLog();
  const now = Date.UTC(2026, 10, 22, 16, 13, 55);
  await log.settle(writeIdentity(log.files, PATH, { ...IDENTITY, now }));
  assert.is(
    await textOf(log, "meta.properties"),
    "#\n#Sun Nov 22 16:13:55 UTC 2026\nnode.id=7\ndirectory.id=J8aAPcfLQt2bqs1JT_rMgQ\n" +
      "version=1\ncluster.id=4L6g3nShT-eMCtK--X86sw\n",
  );
  assert.equal(await log.settle(readIdentity(log.files, PATH)), IDENTITY);
});

test("readIdentity of a directory that is not formatted is undefined", async () => {
  const log = await directoryOf();
  assert.is(await log.settle(readIdentity(log.files, PATH)), undefined);
});

const { clusterId, directoryId } = IDENTITY;
const READABLE: [what: string, text: string][] = [
  [
    "version 1",
    `version=1\nnode.id=7\ncluster.id=${clusterId}\ndirectory.id=${directoryId}\n`,
  ],
  [
    "version 0",
    `version=0\nbroker.id=7\ncluster.id=${clusterId}\ndirectory.id=${directoryId}\n`,
  ],
  [
    "a line of blanks and ends of lines that are none, in no time",
    `version=1\nx${" ".repeat(20_000)}\u2028y\nnode.id=7\ncluster.id=${clusterId}\n` +
    `directory.id=${directoryId}\n`,
  ],
  [
    "blanks, colons, comments, other keys and line ends",
    `# a comment\r\n! another\r\n  node.id : 7 \r\n\r\ncluster.id  =${clusterId}\r\n` +
    `directory.id=${directoryId}\r\nversion = 1\r\nstorage=local`,
  ],
];

for (const [what, text] of READABLE) {
  test(`readIdentity reads ${what}`, async () => {
    const log = await directoryOf({ "meta.properties": text });
    assert.equal(await log.settle(readIdentity(log.files, PATH)), IDENTITY);
  });
}

const whole = READABLE[0]?.[1] ?? "";
const UNREADABLE: [what: string, text: string][] = [
  ["an empty file", ""],
  ["no node id", whole.replace(/node.id.*\n/, "")],
  ["an empty node id", whole.replace("node.id=7", "node.id=")],
  ["a node id that is no number", whole.replace("node.id=7", "node.id=seven")],
  ["a negative node id", whole.replace("node.id=7", "node.id=-1")],
  ["half a node id", whole.replace("node.id=7", "node.id=7.5")],
  ["no cluster id", whole.replace(/cluster.id.*\n/, "")],
  ["an empty cluster id", whole.replace(clusterId, "")],
  ["no directory id", whole.replace(/directory.id.*\n/, "")],
  ["a directory id that is none", whole.replace(directoryId, "J8aAPcfLQt2bqs1JT_rMgR")],
  ["zeros", "\0".repeat(100)],
];

for (const [what, text] of UNREADABLE) {
  test(`readIdentity refuses ${what}, and names the file`, async () => {
    const log = await directoryOf({ "meta.properties": text });
    const error = await log.settle(readIdentity(log.files, PATH)).catch((thrown) => thrown);
    assert.instance(error, Fault);
    assert.is(error.kind, "corrupt");
    assert.match(error.message, /^Cannot use "\/data\/meta.properties": /);
  });
}

test("lockDirectory excludes a second one and tells the remedy", async () => {
  const log = await directoryOf();
  const lock = await log.settle(lockDirectory(log.files, PATH));
  const error = await log.settle(lockDirectory(log.files, PATH)).catch((thrown) => thrown);
  assert.instance(error, Fault);
  assert.is(error.kind, "in use");
  const expected = /^Cannot use log directory "\/data": .* stop that one, or set log\.dirs/;
  assert.match(error.message, expected);
  await lock.release();
  await log.settle(lockDirectory(log.files, PATH));
});

test("lockDirectory lets other failures pass as they are", () =>
  inTemporaryDirectory(async (folder) => {
    const files = diskFiles({ clock: systemClock });
    const error = await lockDirectory(files, `${folder}/none`).catch((thrown) => thrown);
    assert.is(error.kind, "disk");
    assert.match(error.message, /none\/\.lock": no such file or directory$/);
  }));

test("takeCleanShutdown tells of a stop in order once", async () => {
  const log = await directoryOf();
  assert.is(await log.settle(takeCleanShutdown(log.files, PATH)), undefined);
  await log.settle(writeCleanShutdown(log.files, PATH, { brokerEpoch: 41 }));
  assert.is(await textOf(log, ".kafka_cleanshutdown"), '{"version":0,"brokerEpoch":41}');
  assert.equal(await log.settle(takeCleanShutdown(log.files, PATH)), { brokerEpoch: 41 });
  log.crash({ losesPower: true });
  assert.is(await log.settle(takeCleanShutdown(log.files, PATH)), undefined);
});

test("takeCleanShutdown takes a file that tells no broker epoch", async () => {
  const table: [text: string, brokerEpoch: number][] = [
    ["", -1],
    ["{}", -1],
    ['{"version":0,"brokerEpoch":-1}', -1],
    ['{ "brokerEpoch" : 12 }', 12],
  ];
  for (const [text, brokerEpoch] of table) {
    const log = await directoryOf({ ".kafka_cleanshutdown": text });
    assert.equal(await log.settle(takeCleanShutdown(log.files, PATH)), { brokerEpoch }, text);
  }
});

test("readCheckpoints gives back what writeCheckpoints was given", async () => {
  const log = await directoryOf();
  const recoveryPoints = new Map([["t 0", 5]]);
  const highWatermarks = new Map([["t 0", 4], ["t 1", 9]]);
  const compactedTo = new Map([["t 1", 3]]);
  const written = { recoveryPoints, highWatermarks, compactedTo };
  await log.settle(writeCheckpoints(log.files, PATH, written));
  assert.is(await textOf(log, "recovery-point-offset-checkpoint"), "0\n1\nt 0 5\n");
  assert.is(await textOf(log, "replication-offset-checkpoint"), "0\n2\nt 0 4\nt 1 9\n");
  assert.is(await textOf(log, "cleaner-offset-checkpoint"), "0\n1\nt 1 3\n");
  assert.is(await textOf(log, "log-start-offset-checkpoint"), undefined);
  const read = await log.settle(readCheckpoints(log.files, PATH));
  assert.equal(read, { ...written, logStarts: new Map() });
});

test("readCheckpoints says which file cannot be read", async () => {
  for (const name of ["recovery-point", "log-start", "replication"]) {
    const log = await directoryOf({ [`${name}-offset-checkpoint`]: "0\n3\n" });
    const error = await log.settle(readCheckpoints(log.files, PATH)).catch((thrown) => thrown);
    assert.instance(error, Fault);
    assert.match(error.message, new RegExp(`^Cannot read "/data/${name}-offset-checkpoint": `));
  }
});

const goldenTest = hasGolden ? test : test.skip;

goldenTest("readIdentity, takeCleanShutdown and readCheckpoints read what Kafka left", () =>
  inTemporaryDirectory(async (folder) => {
    const files = diskFiles({ clock: systemClock });
    const clean = unpackGolden("kafka-data-dir", folder);
    const identity = await readIdentity(files, clean);
    const text = readFileSync(`${clean}/meta.properties`, "utf8");
    assert.ok(text.includes(`\ncluster.id=${identity?.clusterId}\n`));
    assert.ok(text.includes(`\ndirectory.id=${identity?.directoryId}\n`));
    assert.ok(text.includes(`\nnode.id=${identity?.nodeId}\n`));
    assert.ok(((await takeCleanShutdown(files, clean))?.brokerEpoch ?? -1) > 0);
    const checkpoints = await readCheckpoints(files, clean);
    assert.is(checkpoints.logStarts.get("od-deleted 0"), 47);
    assert.is(checkpoints.recoveryPoints.get("od-plain 0"), 585);
    const unclean = unpackGolden("kafka-data-dir-unclean", folder);
    assert.is(await takeCleanShutdown(files, unclean), undefined);
  }));

test.run();
