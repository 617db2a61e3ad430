// Log directories that fail: a node goes on without them while one is left, at a start as later.

import { readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Admin, type Cluster, connect, Consumer, done, Producer } from "@odradek/client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { freePort, removeFolder, startProcess, temporaryFolder } from "./processes.ts";

const test = suite("log directories that fail");

const PARTITIONS = 4;

for (const reactors of [1, 3]) {
  test(`a node goes on without the directory of a cut file (${reactors} reactors)`, async () => {
    const root = await temporaryFolder("cut");
    const port = await freePort();
    const dirs = ["a", "b"].map((name) => join(root, name));
    const overrides = [
      `log.dirs=${dirs.join(",")}`,
      `metadata.log.dir=${join(root, "metadata")}`,
      `odradek.reactors=${reactors}`,
    ];
    const node = await startProcess({ port, dataDir: root, overrides });
    const cluster = connect(node.address);
    try {
      await makeTopic(cluster);
      const write = (partition: number) => writeTo(cluster, partition);
      for (let partition = 0; partition < PARTITIONS; partition++) await write(partition);
      const [victims = [], others = []] = dirs.map(partitionsIn);
      assert.ok(victims.length > 0 && others.length > 0, "both directories are used");
      for (const partition of victims) {
        truncateSync(join(dirs[0] ?? "", `t-${partition}`, "00000000000000000000.log"), 0);
      }
      assert.ok(await fails(() => firstOf(cluster, victims[0] ?? 0)), "what was cut");
      for (const partition of victims) assert.ok(await fails(() => write(partition)));
      for (const partition of others) {
        await write(partition);
        assert.is((await firstOf(cluster, partition)).length, 10_000);
      }
      assert.match(node.output(), /is offline until the next start: .*it was cut/);
    } finally {
      await cluster[Symbol.asyncDispose]();
      assert.is(await node.stop(), 0);
      await removeFolder(root);
    }
  });
}

test("a node whose last log directory fails ends with a line and exit status 1", async () => {
  const root = await temporaryFolder("halt");
  const [dir, port] = [join(root, "a"), await freePort()];
  const overrides = [`log.dirs=${dir}`, `metadata.log.dir=${join(root, "metadata")}`];
  const node = await startProcess({ port, dataDir: root, overrides });
  const cluster = connect(node.address);
  try {
    await makeTopic(cluster);
    await writeTo(cluster, 0);
    truncateSync(join(dir, "t-0", "00000000000000000000.log"), 0);
    assert.ok(await fails(() => firstOf(cluster, 0)));
    assert.is(await node.ended(), 1);
    const line = `^odradek: All log directories have failed: "${dir}"; look at their disks$`;
    assert.match(node.output(), new RegExp(line, "m"));
  } finally {
    cluster.close();
    await node.kill();
    await removeFolder(root);
  }
});

for (const reactors of [1, 3]) {
  test(`a node starts without a directory that it cannot read (${reactors} reactors)`, async () => {
    const root = await temporaryFolder("missing");
    const [a, b] = [join(root, "a"), join(root, "b")];
    const overrides = [
      `log.dirs=${a},${b}`,
      `metadata.log.dir=${join(root, "metadata")}`,
      `odradek.reactors=${reactors}`,
    ];
    const start = async (use: (cluster: Cluster, output: () => string) => Promise<void>) => {
      const node = await startProcess({ port: await freePort(), dataDir: root, overrides });
      const cluster = connect(node.address);
      try {
        await use(cluster, () => node.output());
      } finally {
        cluster.close();
        assert.is(await node.stop(), 0);
      }
    };
    const all = Array.from({ length: PARTITIONS }, (_, partition) => partition);
    try {
      await start(async (cluster) => {
        await makeTopic(cluster);
        for (const partition of all) await writeTo(cluster, partition);
      });
      const missing = partitionsIn(b);
      assert.ok(missing.length > 0 && missing.length < PARTITIONS, "both directories are used");
      // Nobody can read it, root neither.
      renameSync(b, `${b}.away`);
      writeFileSync(b, "");
      await start(async (cluster, output) => {
        assert.match(output(), `Log directory \\"${b}\\" is offline until the next start`);
        for (const partition of all) {
          const isThere = !missing.includes(partition);
          assert.is(await fails(() => firstOf(cluster, partition)), !isThere);
          assert.is(await fails(() => writeTo(cluster, partition)), !isThere);
        }
        const later = { name: "later", partitions: 2 };
        done((await new Admin(cluster).createTopics([later])).get(later));
      });
      rmSync(b);
      renameSync(`${b}.away`, b);
      await start(async (cluster) => {
        for (const partition of all) assert.is((await firstOf(cluster, partition)).length, 10_000);
      });
    } finally {
      await removeFolder(root);
    }
  });
}

async function makeTopic(cluster: Cluster): Promise<void> {
  const topic = { name: "t", partitions: PARTITIONS };
  done((await new Admin(cluster).createTopics([topic])).get(topic));
}

async function writeTo(cluster: Cluster, partition: number): Promise<void> {
  await using producer = new Producer(cluster, { deliveryTimeoutMs: 3000 });
  await producer.send({ topic: "t", partition, value: "x".repeat(10_000) });
}

function partitionsIn(directory: string): number[] {
  return readdirSync(directory).map((name) => /^t-(\d+)$/.exec(name)?.[1])
    .filter((partition) => partition !== undefined).map(Number);
}

async function fails(action: () => Promise<unknown>): Promise<boolean> {
  return await action().then(() => false, () => true);
}

/** The first record's value; rejects if it does not come soon. */
async function firstOf(cluster: Cluster, partition: number): Promise<string> {
  const signal = AbortSignal.timeout(5000);
  const consumer = new Consumer(cluster);
  for await (
    const { value } of consumer.consume({ topic: "t", partition, offset: "earliest", signal })
  ) {
    return new TextDecoder().decode(value ?? undefined);
  }
  throw new Error("no record");
}

test.run();
