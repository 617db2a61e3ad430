// A topic that one client deletes and another makes again at once, on a node of several reactors:
// the new one's partitions have other owners, and the directories are the old one's.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Admin, BrokerRefused, type Cluster, connect, done, Producer } from "@odradek/client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { recordsIn } from "./log_files.ts";
import { freePort, removeFolder, startProcess, temporaryFolder } from "./processes.ts";

const test = suite("a topic made again");

const PARTITIONS = 6;
const ROUNDS = 12;

test("a topic that is deleted and made again at once has its own records alone", async () => {
  const dataDir = await temporaryFolder("again");
  const overrides = ["odradek.reactors=3"];
  const node = await startProcess({ port: await freePort(), dataDir, overrides });
  const [mine, other] = [connect(node.address), connect(node.address)];
  try {
    await makeAgain(other);
    for (let round = 1; round <= ROUNDS; round++) {
      const [, topicId] = await Promise.all([
        new Admin(mine).deleteTopics(["t"]).then((outcomes) => done(outcomes.get("t"))),
        makeAgain(other),
      ]);
      await write(other, round);
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const folder = join(dataDir, `t-${partition}`);
        const metadata = await readFile(join(folder, "partition.metadata"), "utf8");
        assert.match(metadata, topicId, `partition ${partition} in round ${round}`);
        assert.is(await recordsIn(folder), 1, `partition ${partition} in round ${round}`);
      }
    }
    assert.not.match(node.output(), /Cannot (open|delete)/);
  } finally {
    mine.close();
    other.close();
    assert.is(await node.stop(), 0);
    await removeFolder(dataDir);
  }
});

/** As soon as the name is free. Tells the id. */
async function makeAgain(cluster: Cluster): Promise<string> {
  const topic = { name: "t", partitions: PARTITIONS };
  for (;;) {
    const outcome = (await new Admin(cluster).createTopics([topic])).get(topic);
    if (!(outcome instanceof BrokerRefused)) return done(outcome).topicId;
    if (outcome.error !== "TOPIC_ALREADY_EXISTS") throw outcome;
  }
}

/** One record into each partition. */
async function write(cluster: Cluster, round: number): Promise<void> {
  await using producer = new Producer(cluster);
  await Promise.all(Array.from({ length: PARTITIONS }, (_, partition) =>
    producer.send({ topic: "t", partition, value: `in round ${round}` })
  ));
}

test.run();
