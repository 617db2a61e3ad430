// A disk that is full: producers are refused, readers go on, and when there is room again nothing
// that was acknowledged is lost.

import { Admin, Consumer, done, Producer } from "@odradek/client";
import { BrokerRefused } from "@odradek/client/refused";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { House } from "./house.ts";

const test = suite("full disk");

const TOPIC = "t";
const RECORDS = 20;
/** Long enough for all that a node does at intervals. */
const FULL_MS = 180_000;

/** What became of each record. */
async function send(house: House, count: number): Promise<string[]> {
  const cluster = house.connect();
  const producer = new Producer(cluster, { deliveryTimeoutMs: 3000 });
  const sent = Array.from({ length: count }, () =>
    producer.send({ topic: TOPIC, partition: 0, value: new Uint8Array(100) }));
  const ends = await house.within(60_000, Promise.allSettled(sent));
  await house.within(60_000, producer.close());
  cluster.close();
  return ends.map((end) => {
    if (end.status === "fulfilled") return "taken";
    return end.reason instanceof BrokerRefused ? end.reason.error : String(end.reason);
  });
}

/** How many of so many records can be read, from the first on. */
async function read(house: House, count: number): Promise<number> {
  const cluster = house.connect();
  const reading = async (): Promise<number> => {
    let next = 0;
    const place = { topic: TOPIC, partition: 0, offset: 0 };
    for await (const { offset } of new Consumer(cluster).consume(place)) {
      assert.is(offset, next);
      if (++next === count) break;
    }
    return next;
  };
  const seen = await house.within(30_000, reading());
  cluster.close();
  return seen;
}

const all = (fate: string, count: number): string[] => Array.from({ length: count }, () => fate);

const CASES: readonly Readonly<Record<string, string | number>>[] = [
  {},
  // Nothing of the cluster's metadata can be written either.
  { "metadata.log.dir": "/data" },
  { "odradek.fsync": "always" },
  // Segments have had their time meanwhile, and the next cannot be written.
  { "log.roll.ms": 1000, "log.retention.ms": 10_000, "log.retention.check.interval.ms": 1000 },
];

for (const settings of CASES) {
  for (const how of ["stop", "kill"] as const) {
    test(`a node with ${JSON.stringify(settings)} and a ${how} loses nothing`, async () => {
      const house = new House({ settings });
      await house.start();
      const cluster = house.connect();
      const topic = { name: TOPIC, partitions: 1, replicationFactor: 1 };
      done((await house.within(10_000, new Admin(cluster).createTopics([topic]))).get(topic));
      cluster.close();
      const isKept = !("log.retention.ms" in settings);
      assert.equal(await send(house, RECORDS), all("taken", RECORDS));

      house.disk.isFull = true;
      assert.equal(await send(house, 3), all("KAFKA_STORAGE_ERROR", 3));
      assert.is(await read(house, RECORDS), RECORDS);
      await house.pass(FULL_MS);
      assert.is(house.fatal, undefined, "the node stays");
      if (isKept) assert.is(await read(house, RECORDS), RECORDS);

      house.disk.isFull = false;
      if (how === "stop") await house.stop();
      else house.kill();
      await house.start();
      if (isKept) assert.is(await read(house, RECORDS), RECORDS);
      assert.equal(await send(house, RECORDS), all("taken", RECORDS));
      if (isKept) assert.is(await read(house, 2 * RECORDS), 2 * RECORDS);
      await house.stop();
    });
  }
}

test.run();
