// Groups on a real node: many who join at once, a node that is killed between append and answer,
// and members that go on after it as if nothing had been.

import { seededRandom } from "@odradek/base";
import {
  Admin,
  type Cluster,
  connect,
  done,
  GroupConsumer,
  Producer,
  type Rebalance,
} from "@odradek/client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  freePort,
  type NodeProcess,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "./processes.ts";

/** A node that starts again may take its time on a machine that does much else. */
const DEADLINE_MS = 180_000;

/** Resolves when it is so. */
async function until(isSo: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`Not within ${DEADLINE_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

interface House {
  folder: string;
  start: () => Promise<NodeProcess>;
  node: NodeProcess;
  cluster: Cluster;
}

for (const reactors of [1, 3]) {
  const test = suite<House>(`groups with ${reactors} reactors`);

  test.before(async (house) => {
    house.folder = await temporaryFolder("groups");
    const port = await freePort();
    const overrides = [
      `odradek.reactors=${reactors}`,
      "offsets.topic.num.partitions=5",
      "group.initial.rebalance.delay.ms=1000",
    ];
    house.start = () => startProcess({ port, dataDir: house.folder, overrides });
    house.node = await house.start();
    house.cluster = connect(house.node.address, { callTimeoutMs: DEADLINE_MS });
  });

  test.after(async ({ cluster, node, folder }) => {
    cluster.close();
    await node.stop();
    await removeFolder(folder);
  });

  test("50 who join a new group at once are members of one generation", async ({ cluster }) => {
    await create(cluster, "many", 50);
    const rebalances: Rebalance["type"][] = [];
    const members = Array.from({ length: 50 }, () =>
      new GroupConsumer(cluster, {
        groupId: "many",
        rebalanced: ({ type }) => void rebalances.push(type),
      }));
    const reading = members.map((one) => read(one, "many"));
    await until(() => rebalances.length >= 50, "all are assigned");
    assert.equal(new Set(rebalances), new Set(["assigned"]), "nobody had to join again");
    assert.equal(members.map(({ assigned }) => assigned.length), members.map(() => 1));
    const described = await new Admin(cluster).describeGroups(["many"]);
    assert.is(done(described.get("many")).members.length, 50);
    await Promise.all(members.map((one) => one.close()));
    await Promise.all(reading);
  });

  test("commits that were acknowledged outlive kill -9 in the middle of them", async (house) => {
    const { cluster } = house;
    await create(cluster, "committed", 4);
    const random = seededRandom(3);
    const committing = new Committing(cluster, 12);
    for (let round = 0; round < 2; round++) {
      const before = committing.count;
      await until(() => committing.count >= before + 100, "commits are acknowledged");
      await new Promise((resolve) => setTimeout(resolve, random.below(200)));
      await house.node.kill();
      house.node = await house.start();
    }
    await committing.stop();
    assert.equal(await committing.problems(), []);
  });

  test("members go on after kill -9 in the generation that they were in", async (house) => {
    const { cluster } = house;
    await create(cluster, "read", 6);
    const rebalances: string[] = [];
    const values: string[] = [];
    const members = ["a", "b"].map((name) =>
      new GroupConsumer(cluster, {
        groupId: "reading",
        heartbeatMs: 200,
        sessionTimeoutMs: DEADLINE_MS,
        reset: "earliest",
        rebalanced: ({ type }) => void rebalances.push(`${name} ${type}`),
      })
    );
    const reading = members.map((one) => read(one, "read", values));
    await until(() => rebalances.length === 2, "both are assigned");
    await using producer = new Producer(cluster, { deliveryTimeoutMs: DEADLINE_MS });
    await write(producer, 30, 0);
    await until(() => values.length === 30, "all is read");
    await house.node.kill();
    house.node = await house.start();
    await write(producer, 30, 30);
    await until(() => values.length >= 60, "they read on");
    assert.equal(rebalances.sort(), ["a assigned", "b assigned"], "nobody had to join again");
    assert.is(new Set(values).size, 60);
    await Promise.all(members.map((one) => one.close()));
    await Promise.all(reading);
  });

  test.run();
}

async function create(cluster: Cluster, name: string, partitions: number): Promise<void> {
  const topic = { name, partitions };
  done((await new Admin(cluster).createTopics([topic])).get(topic));
}

async function write(producer: Producer, count: number, from: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) =>
    producer.send({ topic: "read", key: `${i}`, value: `${from + i}` })
  ));
}

async function read(consumer: GroupConsumer, topic: string, values: string[] = []): Promise<void> {
  for await (const { value } of consumer.consume({ topic })) {
    values.push(new TextDecoder().decode(value ?? undefined));
  }
}

/** Groups that commit ever larger offsets, as fast as they are answered. */
class Committing {
  count = 0;
  readonly #admin: Admin;
  /** By group: the last that was acknowledged. */
  readonly #acknowledged = new Map<string, number>();
  readonly #running: Promise<void>[];
  #isOver = false;

  constructor(cluster: Cluster, groups: number) {
    this.#admin = new Admin(cluster);
    this.#running = Array.from({ length: groups }, (_, i) => this.#commit(`group ${i}`));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
  }

  /** Where less is there than was acknowledged. */
  async problems(): Promise<string[]> {
    const problems: string[] = [];
    for (const [groupId, acknowledged] of this.#acknowledged) {
      for (const { partition, offset } of await this.#admin.listGroupOffsets(groupId)) {
        if (offset < acknowledged) problems.push(`${groupId} ${partition}: ${offset}`);
      }
    }
    return problems;
  }

  async #commit(groupId: string): Promise<void> {
    for (let offset = 1; !this.#isOver; offset++) {
      const offsets = [0, 1, 2, 3].map((partition) => ({ topic: "committed", partition, offset }));
      for (const outcome of (await this.#admin.alterGroupOffsets(groupId, offsets)).values()) {
        done(outcome);
      }
      this.#acknowledged.set(groupId, offset);
      this.count++;
    }
  }
}
