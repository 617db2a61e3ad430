// Starting a node: what it says when it works, and the one line with the remedy when it cannot.

import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hasGolden, unpackGolden } from "@odradek/log/testing/golden";
import {
  failedStart,
  freePort,
  type NodeProcess,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "./processes.ts";

const test = suite("odradek start");

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await temporaryFolder("start");
  try {
    await use(folder);
  } finally {
    await removeFolder(folder);
  }
}

async function running(
  dataDir: string,
  use: (node: NodeProcess) => Promise<void> = () => Promise.resolve(),
  overrides: readonly string[] = [],
): Promise<NodeProcess> {
  const node = await startProcess({ port: await freePort(), dataDir, overrides });
  let code: number | null = null;
  try {
    await use(node);
  } finally {
    code = await node.stop();
  }
  assert.is(code, 0, "also a node that is told to stop as soon as it is ready does so in order");
  return node;
}

function settings(port: number, dataDir: string, ...more: readonly string[]): string[] {
  return [`listeners=PLAINTEXT://127.0.0.1:${port}`, `log.dirs=${dataDir}`, ...more]
    .flatMap((setting) => ["--override", setting]);
}

/** The start fails with exit status 1 and one line that matches. */
async function refuses(args: readonly string[], line: RegExp): Promise<void> {
  const { code, output } = await failedStart(args);
  assert.is(code, 1, output);
  assert.match(output, line);
  assert.is(output.trim().split("\n").length, 1, output);
}

test("odradek start says that it is ready, stops in order, and starts again over its data", () =>
  inFolder(async (folder) => {
    const dataDir = join(folder, "data");
    const first = await running(dataDir, (node) => {
      const line = `odradek 1 ready in \\d+ ms on 127\\.0\\.0\\.1:${node.port}, data in ${dataDir}`;
      assert.match(node.output(), new RegExp(line));
      return Promise.resolve();
    });
    assert.match(first.output(), /Formatted .* for cluster [A-Za-z0-9_-]{22}/);
    const meta = await readFile(join(dataDir, "meta.properties"), "utf8");
    assert.match(meta, /^#\n#\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}\n/);
    assert.match(meta, /^node\.id=1$/m);
    assert.match(meta, /^version=1$/m);
    assert.match(
      await readFile(join(dataDir, ".kafka_cleanshutdown"), "utf8"),
      /"brokerEpoch":\d+/,
    );
    const second = await running(dataDir, async () => {
      // From here on a crash would be seen as one.
      const marker = await stat(join(dataDir, ".kafka_cleanshutdown")).catch(() => undefined);
      assert.is(marker, undefined);
    });
    assert.not.match(second.output(), /Formatted/);
    assert.is(await readFile(join(dataDir, "meta.properties"), "utf8"), meta);
  }));

test("odradek start goes on where a format was cut short", () =>
  inFolder(async (folder) => {
    const dataDir = join(folder, "data");
    await mkdir(join(dataDir, "__cluster_metadata-0"), { recursive: true });
    await writeFile(join(dataDir, "bootstrap.checkpoint"), "half");
    await running(dataDir);
  }));

test("odradek start names a port that is in use", () =>
  inFolder(async (folder) => {
    const port = await freePort();
    const server: Server = createServer();
    await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
    try {
      const taken = new RegExp(
        `127\\.0\\.0\\.1:${port}: the port is in use \\(listener PLAINTEXT\\); stop what listens`,
      );
      await refuses(settings(port, join(folder, "data")), taken);
    } finally {
      server.close();
    }
  }));

for (const reactors of [1, 3]) {
  test(`odradek start names a port that another node has, with ${reactors} reactors`, () =>
    inFolder(async (folder) => {
      const port = await freePort();
      const dataDir = join(folder, "first");
      const overrides = [`odradek.reactors=${reactors}`];
      const node = await startProcess({ port, dataDir, overrides });
      try {
        const args = settings(port, join(folder, "second"), ...overrides);
        await refuses(args, /the port is in use/);
        // Also its controller's, ten further on.
        const listeners =
          `listeners=PLAINTEXT://127.0.0.1:${await freePort()},CONTROLLER://127.0.0.1:${port + 10}`;
        const beside = settings(port, join(folder, "second"), listeners);
        await refuses(beside, /the port is in use \(listener CONTROLLER\); stop what listens/);
      } finally {
        await node.stop();
      }
    }));
}

test("odradek start names an address that is not this machine's", () =>
  inFolder(async (folder) => {
    // Of the block that is kept for documentation.
    const listeners = `listeners=PLAINTEXT://192.0.2.1:${await freePort()}`;
    const args = settings(0, join(folder, "data"), listeners);
    await refuses(args, /no such address \(listener PLAINTEXT\); give another one with listeners/);
  }));

test("odradek start refuses a directory that another process has locked", () =>
  inFolder(async (folder) => {
    const dataDir = join(folder, "data");
    await running(dataDir, async () => {
      const args = settings(await freePort(), dataDir);
      await refuses(args, /another process has locked it; stop that one, or set log\.dirs/);
    });
  }));

test("odradek start refuses a directory that it cannot write", () =>
  inFolder(async (folder) => {
    const file = join(folder, "file");
    await writeFile(file, "");
    for (const path of [file, join(file, "data"), join(file, "far", "below")]) {
      const unusable = new RegExp(
        `Cannot use log directory "${path}": .* not a directory; ` +
          "make it writable for this user, or set log.dirs",
      );
      await refuses(settings(await freePort(), path), unusable);
    }
  }));

// Root may write where the mode says no.
const asUser = process.getuid?.() === 0 ? test.skip : test;
asUser("odradek start refuses a directory of somebody else's", () =>
  inFolder(async (folder) => {
    await chmod(folder, 0o555);
    try {
      const args = settings(await freePort(), join(folder, "data"));
      await refuses(args, /: permission denied; make it writable for this user, or set log\.dirs/);
    } finally {
      await chmod(folder, 0o755);
    }
  }));

test("odradek start refuses the directory of another cluster or node", () =>
  inFolder(async (folder) => {
    const dataDir = join(folder, "data");
    await running(dataDir);
    const port = await freePort();
    const cluster = settings(port, dataDir, "cluster.id=5L6g3nShT-eMCtK--X86sw");
    await refuses(
      cluster,
      /belongs to cluster .*, this node to 5L6g3nShT-eMCtK--X86sw: set cluster/,
    );
    const node = settings(port, dataDir, "node.id=7");
    await refuses(node, /belongs to node 1, this is node 7: set node\.id to 1, or empty/);
  }));

test("odradek start refuses a directory that holds something else", () =>
  inFolder(async (folder) => {
    const dataDir = join(folder, "data");
    await mkdir(dataDir);
    await writeFile(join(dataDir, "letters.txt"), "dear");
    const args = settings(await freePort(), dataDir);
    await refuses(args, /it holds "letters\.txt" but no meta\.properties; set log\.dirs/);
  }));

const SECURITY: readonly (readonly [string, RegExp])[] = [
  [
    "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    /authorizer\.class\.name/,
  ],
  ["listeners=SASL_PLAINTEXT://127.0.0.1:29093", /SASL_PLAINTEXT/],
  ["listeners=SSL://127.0.0.1:29093", /SSL/],
  ["ssl.keystore.location=/k.pem", /ssl\.keystore\.location/],
];

for (const [setting, named] of SECURITY) {
  test(`odradek start is never silently open: it refuses ${setting}`, () =>
    inFolder(async (folder) => {
      await refuses(settings(await freePort(), join(folder, "data"), setting), named);
    }));
}

test("odradek start names a bad value, its source and the range", () =>
  inFolder(async (folder) => {
    const args = settings(await freePort(), join(folder, "data"), "num.partitions=0");
    await refuses(args, /num\.partitions.*0.*override/i);
  }));

test("odradek start goes on without keys that nobody knows, and says what was meant", () =>
  inFolder(async (folder) => {
    const overrides = ["num.partitionz=3", "my.own.key=x"];
    const node = await running(join(folder, "data"), undefined, overrides);
    const unknown = "Unknown key num.partitionz (--override) has no effect; " +
      "did you mean num.partitions?";
    assert.ok(node.output().includes(unknown), node.output());
    assert.match(node.output(), /Unknown key my\.own\.key \(--override\) has no effect"/);
  }));

const golden = hasGolden ? test : test.skip;
golden("odradek start keeps ACLs, users and quotas, and tells once that they do nothing", () =>
  inFolder(async (folder) => {
    const dataDir = unpackGolden("kafka-data-dir", folder);
    const metadataLog = join(dataDir, "__cluster_metadata-0", "00000000000000000000.log");
    const before = await readFile(metadataLog);
    for (const time of ["first", "second"]) {
      const node = await running(dataDir);
      for (const what of ["4 ACLs", "2 SCRAM users", "5 client quotas"]) {
        const told = `The metadata holds ${what}: they are kept, but have no effect yet`;
        assert.is(node.output().split(told).length - 1, 1, `${time}: ${what}`);
      }
    }
    const after = await readFile(metadataLog);
    assert.ok(after.length > before.length);
    assert.ok(after.subarray(0, before.length).equals(before), "nothing of it was touched");
  }));

test("odradek start takes a properties file, and names one that is not there", () =>
  inFolder(async (folder) => {
    await refuses([join(folder, "none.properties")], /Cannot read ".*none\.properties"/);
  }));

test.run();
