// Starting a node: what it says when it works, and the one line with the remedy when it cannot.

import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
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
  use: (node: NodeProcess) => Promise<void>,
): Promise<NodeProcess> {
  const node = await startProcess({ port: await freePort(), dataDir });
  try {
    await use(node);
  } finally {
    await node.stop();
  }
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
    await running(dataDir, () => Promise.resolve());
  }));

test("odradek start names a port that is in use", () =>
  inFolder(async (folder) => {
    const port = await freePort();
    const server: Server = createServer();
    await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
    try {
      const taken = new RegExp(`127\\.0\\.0\\.1:${port} \\(PLAINTEXT\\): the port is in use; stop`);
      await refuses(settings(port, join(folder, "data")), taken);
    } finally {
      server.close();
    }
  }));

test("odradek start names a port that another node of the same user has, with 3 reactors", () =>
  inFolder(async (folder) => {
    const port = await freePort();
    const dataDir = join(folder, "first");
    const overrides = ["odradek.reactors=3"];
    const node = await startProcess({ port, dataDir, overrides });
    try {
      const args = settings(port, join(folder, "second"), ...overrides);
      await refuses(args, /the port is in use/);
    } finally {
      await node.stop();
    }
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
    const args = settings(await freePort(), join(file, "data"));
    await refuses(
      args,
      /Cannot use log directory ".*": .*; make it writable for this user, or set/,
    );
  }));

test("odradek start refuses the directory of another cluster or node", () =>
  inFolder(async (folder) => {
    const dataDir = join(folder, "data");
    await running(dataDir, () => Promise.resolve());
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

test("odradek start takes a properties file, and names one that is not there", () =>
  inFolder(async (folder) => {
    await refuses([join(folder, "none.properties")], /Cannot read ".*none\.properties"/);
  }));

test.run();
