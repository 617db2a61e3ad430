// A file of a running node that somebody cuts: the node goes on, without the directory in which the
// file lies.

import { readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { Admin, connect, Consumer, done, Producer } from "@odradek/client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { freePort, removeFolder, startProcess, temporaryFolder } from "./processes.ts";

const test = suite("a file cut behind a node's back");

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
      const topic = { name: "t", partitions: PARTITIONS };
      done((await new Admin(cluster).createTopics([topic])).get(topic));
      const write = async (partition: number): Promise<void> => {
        const producer = new Producer(cluster, { deliveryTimeoutMs: 3000 });
        try {
          await producer.send({ topic: "t", partition, value: "x".repeat(10_000) });
        } finally {
          await producer[Symbol.asyncDispose]();
        }
      };
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

function partitionsIn(directory: string): number[] {
  return readdirSync(directory).map((name) => /^t-(\d+)$/.exec(name)?.[1])
    .filter((partition) => partition !== undefined).map(Number);
}

async function fails(action: () => Promise<unknown>): Promise<boolean> {
  return await action().then(() => false, () => true);
}

/** The first record's value; rejects if it does not come soon. */
async function firstOf(cluster: ReturnType<typeof connect>, partition: number): Promise<string> {
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
