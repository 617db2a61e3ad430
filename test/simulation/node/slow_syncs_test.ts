// A disk that takes its time: 16 syncs of 2 s each hold back those who wait for them, and neither
// heartbeats nor other partitions nor the controller.

import { type DataFile, type Files, sleep } from "@odradek/base";
import { Admin, done, Producer } from "@odradek/client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { World } from "../world/world.ts";
import { House } from "./house.ts";

const test = suite("slow syncs");

const SYNCS = 16;
const SYNC_MS = 2000;

/** Files of which some take so long to sync. */
class SlowSyncs {
  isSlow = false;
  underWay = 0;

  over(files: Files, { clock }: World): Files {
    const slowed = (file: DataFile): DataFile =>
      replaced(file, "sync", async () => {
        const isConcerned = this.isSlow && file.path.includes("/slow-");
        if (!isConcerned) return await file.sync();
        this.underWay++;
        await sleep(clock, SYNC_MS);
        await file.sync();
        this.underWay--;
      });
    const opening = replaced(files, "open", async (path, options) =>
      slowed(await files.open(path, options)));
    return replaced(opening, "known", (path, size) => slowed(files.known(path, size)));
  }
}

/** The same, but for one method. */
function replaced<T extends object, K extends keyof T>(target: T, name: K, method: T[K]): T {
  return new Proxy(target, {
    get: (_, key) => {
      if (key === name) return method;
      const own: unknown = Reflect.get(target, key, target);
      return typeof own === "function" ? own.bind(target) : own;
    },
  });
}

test("16 syncs of 2 s hold back neither heartbeats nor other partitions", async () => {
  const slow = new SlowSyncs();
  const house = new House({
    over: (files, world) => slow.over(files, world),
    // Whoever is silent for a quarter of such a sync is taken for dead.
    settings: {
      "broker.heartbeat.interval.ms": 100,
      "broker.session.timeout.ms": 500,
      "group.min.session.timeout.ms": 100,
      "group.initial.rebalance.delay.ms": 0,
    },
  });
  const { controller } = await house.start();
  // Answers of one connection keep their order: who waits for nothing must have his own.
  const [waiting, cluster] = [house.connect(), house.connect()];
  const admin = new Admin(cluster);
  const create = async (name: string, partitions: number): Promise<void> => {
    const topic = { name, partitions, replicationFactor: 1, configs: { "flush.messages": "1" } };
    done((await house.within(10_000, admin.createTopics([topic]))).get(topic));
  };
  await create("slow", SYNCS);
  await create("quick", 1);
  const [patient, quick] = [waiting, cluster].map((one) =>
    new Producer(one, { idempotent: false, lingerMs: 0 })
  ) as [Producer, Producer];
  const value = new Uint8Array(10);
  const sendQuick = () => quick.send({ topic: "quick", partition: 0, value });
  await house.within(10_000, sendQuick());

  slow.isSlow = true;
  let acknowledged = 0;
  const slowly = Array.from({ length: SYNCS }, async (_, partition) => {
    await patient.send({ topic: "slow", partition, value });
    acknowledged++;
  });
  await house.pass(100);
  assert.is(slow.underWay, SYNCS, "all of them are under way");

  await create("meanwhile", 1);
  let sent = 0;
  while (slow.underWay === SYNCS) {
    assert.is(acknowledged, 0, "nobody is told of what is not synced");
    await house.within(SYNC_MS, sendQuick());
    sent++;
    const broker = [...controller.image.brokers.values()][0];
    assert.is(broker?.isFenced, false, "its heartbeats are heard");
  }
  assert.ok(sent >= 5, `${sent} records went to another partition meanwhile`);
  await house.within(10_000, Promise.all(slowly));
  await house.within(10_000, Promise.all([patient.close(), quick.close()]));
  for (const one of [waiting, cluster]) one.close();
  await house.stop();
});

test.run();
