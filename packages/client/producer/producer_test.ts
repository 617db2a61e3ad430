// The producer against fake brokers on a simulated network: what is in the log in the end, whatever
// goes wrong on the way.

import { Fault } from "@odradek/base";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BrokerRefused } from "../refused.ts";
import { FakeCluster } from "../testing/fake_cluster.ts";
import { Producer, type ProducerSettings } from "./producer.ts";
import type { Delivery } from "./record.ts";

const test = suite("producer");

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${i}`);
}

/** Sends one value per call, in order, to partition 0. */
function sendAll(producer: Producer, values: readonly string[]): Promise<Delivery[]> {
  return Promise.all(values.map((value) => producer.send({ topic: "t", partition: 0, value })));
}

/** One record per batch. */
const SMALL = { batchBytesMax: 1 } satisfies ProducerSettings;

test("Producer.send tells partition, offset and timestamp", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 1);
  const producer = new Producer(fake.cluster());
  const deliveries = await fake.clock.runFor(sendAll(producer, ["a", "b"]));
  assert.equal(deliveries.map(({ offset, partition }) => [offset, partition]), [[0, 0], [1, 0]]);
  assert.is(deliveries[0]?.timestamp, Date.UTC(2030, 0, 1));
  assert.equal(fake.log("t").values(), ["a", "b"]);
});

test("Producer.send gathers what is sent in one turn into one batch", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 1);
  const producer = new Producer(fake.cluster());
  await fake.clock.runFor(sendAll(producer, numbers(100)));
  assert.is(fake.log("t").batches.length, 1);
});

test("Producer.send waits lingerMs for more, and flush does not", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 1);
  const producer = new Producer(fake.cluster(), { lingerMs: 5000 });
  void producer.send({ topic: "t", value: "a" });
  await fake.clock.runUntil(4000);
  assert.is(fake.log("t").batches.length, 0);
  void producer.send({ topic: "t", value: "b" });
  await fake.clock.runUntil(5100);
  assert.equal(fake.log("t").values(), ["a", "b"]);
  const sent = producer.send({ topic: "t", value: "c" });
  await fake.clock.runFor(producer.flush(), 1000);
  assert.is((await sent).offset, 2);
});

test("Producer.send refuses partitions that are not there, and topics after a while", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 1);
  const producer = new Producer(fake.cluster(), { topicTimeoutMs: 1000 });
  const isUnknown = (thrown: unknown): boolean =>
    thrown instanceof BrokerRefused && thrown.error === "UNKNOWN_TOPIC_OR_PARTITION";
  for (const record of [{ topic: "t", partition: 7 }, { topic: "none" }]) {
    const thrown = await fake.clock.runFor(producer.send(record).catch((error: unknown) => error));
    assert.ok(isUnknown(thrown));
  }
  fake.addTopic("late", 1);
  assert.is((await fake.clock.runFor(producer.send({ topic: "late", value: "x" }))).offset, 0);
});

test("Producer.send is not done by acks 0, and the records are written", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 1);
  const producer = new Producer(fake.cluster(), { acks: 0 });
  const deliveries = await fake.clock.runFor(sendAll(producer, numbers(3)));
  assert.equal(deliveries.map(({ offset }) => offset), [-1, -1, -1]);
  await fake.clock.runUntil(1000);
  assert.equal(fake.log("t").values(), numbers(3));
});

test("Producer.send writes once what lost its answer, in order", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 1);
  const producer = new Producer(fake.cluster(), SMALL);
  fake.plan("Produce", "lose", 2);
  const deliveries = await fake.clock.runFor(sendAll(producer, numbers(20)));
  assert.equal(fake.log("t").values(), numbers(20));
  assert.ok(fake.log("t").duplicates > 0);
  assert.equal(deliveries.map(({ offset }) => offset), numbers(20).map(Number));
});

test("Producer.send keeps the order when a batch among others is refused", async () => {
  for (const idempotent of [true, false]) {
    const fake = new FakeCluster();
    fake.addTopic("t", 1);
    const producer = new Producer(fake.cluster(), { ...SMALL, idempotent });
    await fake.clock.runFor(sendAll(producer, ["first"]));
    fake.plan("Produce", "NOT_ENOUGH_REPLICAS", 2);
    await fake.clock.runFor(sendAll(producer, numbers(12)));
    assert.equal(fake.log("t").values(), ["first", ...numbers(12)]);
  }
});

test("Producer.send has several batches in flight only if they are numbered", async () => {
  for (const [idempotent, requests] of [[true, 5], [false, 1]] as const) {
    const fake = new FakeCluster();
    fake.addTopic("t", 1);
    const producer = new Producer(fake.cluster(), { ...SMALL, idempotent });
    await fake.clock.runFor(sendAll(producer, ["first"]));
    fake.asked.length = 0;
    const all = sendAll(producer, numbers(20));
    await fake.clock.runUntil(fake.clock.monotonic() + 1.99);
    assert.ok(fake.asked.length <= requests, `${fake.asked.length} of ${requests}`);
    await fake.clock.runFor(all);
    assert.equal(fake.log("t").values(), ["first", ...numbers(20)]);
  }
});

test("Producer.send follows the leader", async () => {
  const fake = new FakeCluster({ nodes: 3 });
  fake.addTopic("t", 1);
  const producer = new Producer(fake.cluster(), SMALL);
  await fake.clock.runFor(sendAll(producer, ["a"]));
  fake.moveLeader("t", 0, 2);
  await fake.clock.runFor(sendAll(producer, numbers(10)));
  assert.equal(fake.log("t").values(), ["a", ...numbers(10)]);
});

test("Producer.send goes by name where brokers have no topic ids", async () => {
  const fake = new FakeCluster({ hasTopicIds: false });
  fake.addTopic("t", 2);
  const producer = new Producer(fake.cluster());
  const { offset } = await fake.clock.runFor(producer.send({ topic: "t", key: "k", value: "v" }));
  assert.is(offset, 0);
});

test("Producer.send gives up what a broker refuses for good, and goes on", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 1);
  const producer = new Producer(fake.cluster(), SMALL);
  await fake.clock.runFor(sendAll(producer, ["a"]));
  fake.plan("Produce", "MESSAGE_TOO_LARGE");
  const sent = numbers(6).map((value) =>
    producer.send({ topic: "t", partition: 0, value }).then(() => "written", (error) => error)
  );
  const outcomes = await fake.clock.runFor(Promise.all(sent));
  const refused = outcomes.filter((one) => one instanceof BrokerRefused);
  assert.equal(refused.map(({ error }) => error), ["MESSAGE_TOO_LARGE"]);
  assert.equal(fake.log("t").values(), ["a", ...numbers(6).slice(1)]);
});

test("Producer.send gets another producer id when brokers have forgotten its own", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 1);
  const producer = new Producer(fake.cluster(), SMALL);
  await fake.clock.runFor(sendAll(producer, ["a"]));
  fake.plan("Produce", "UNKNOWN_PRODUCER_ID");
  await fake.clock.runFor(sendAll(producer, numbers(5)));
  assert.equal(fake.log("t").values(), ["a", ...numbers(5)]);
  const ids = fake.log("t").batches.map(({ producerId }) => producerId);
  assert.equal([ids[0], ids[1]], [1000, 1001]);
});

test("Producer.send fails with what stood in the way when time is up", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 1);
  const producer = new Producer(fake.cluster(), { deliveryTimeoutMs: 3000 });
  fake.plan("Produce", "NOT_ENOUGH_REPLICAS", 1000);
  const started = fake.clock.monotonic();
  const thrown = await fake.clock.runFor(sendAll(producer, ["a"]).catch((error: unknown) => error));
  assert.ok(thrown instanceof BrokerRefused && thrown.error === "NOT_ENOUGH_REPLICAS");
  assert.ok(fake.clock.monotonic() - started < 4500);
});

test("Producer.send waits when the buffer is full, and all comes out in order", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 1);
  const producer = new Producer(fake.cluster(), { bufferBytesMax: 200 });
  await fake.clock.runFor(sendAll(producer, numbers(50)));
  const log = fake.log("t");
  assert.equal(log.values(), numbers(50));
  assert.ok(Math.max(...log.batches.map(({ recordCount }) => recordCount)) < 12);
});

test("Producer.close sends what is left, and takes no more", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 1);
  const producer = new Producer(fake.cluster(), { lingerMs: 60_000 });
  const sent = producer.send({ topic: "t", value: "a" });
  await fake.clock.runFor(producer.close(), 5000);
  assert.is((await sent).offset, 0);
  const thrown = await producer.send({ topic: "t", value: "b" }).catch((error: unknown) => error);
  assert.instance(thrown, Fault);
});

test("new Producer refuses idempotence without the acknowledgement of all", () => {
  const cluster = new FakeCluster().cluster();
  assert.throws(() => new Producer(cluster, { acks: 1, idempotent: true }), /acks -1/);
});

const misfortunes = fc.array(
  fc.constantFrom(
    "lose" as const,
    "NOT_LEADER_OR_FOLLOWER" as const,
    "NOT_ENOUGH_REPLICAS" as const,
    "KAFKA_STORAGE_ERROR" as const,
    "move" as const,
    "cut" as const,
  ),
  { maxLength: 12 },
);

test("Producer.send writes everything once and in order, whatever harm passes", async () => {
  await fc.assert(
    fc.asyncProperty(misfortunes, fc.integer({ min: 1, max: 99 }), async (harms, seed) => {
      const fake = new FakeCluster({ nodes: 2, seed });
      fake.addTopic("t", 1);
      const producer = new Producer(fake.cluster(), { batchBytesMax: 150 });
      const sent: Promise<Delivery>[] = [];
      for (const [i, harm] of harms.entries()) {
        for (let j = 0; j < 10; j++) {
          sent.push(producer.send({ topic: "t", partition: 0, value: `${i * 10 + j}` }));
        }
        if (harm === "move") fake.moveLeader("t", 0, 1 + (i % 2));
        else if (harm === "cut") fake.cut();
        else fake.plan("Produce", harm);
        await fake.clock.runUntil(fake.clock.monotonic() + 1);
      }
      const deliveries = await fake.clock.runFor(Promise.all(sent));
      assert.equal(fake.log("t").values(), numbers(harms.length * 10));
      assert.equal(deliveries.map(({ offset }) => offset), numbers(sent.length).map(Number));
    }),
    { numRuns: 60 },
  );
});

const finalHarms = fc.array(
  fc.constantFrom(
    "lose" as const,
    "MESSAGE_TOO_LARGE" as const,
    "REQUEST_TIMED_OUT" as const,
    "UNKNOWN_PRODUCER_ID" as const,
    "cut" as const,
  ),
  { minLength: 2, maxLength: 12 },
);

test("Producer.send writes nothing twice or out of order, whatever is given up", async () => {
  await fc.assert(
    fc.asyncProperty(finalHarms, fc.integer({ min: 1, max: 999 }), async (harms, seed) => {
      const fake = new FakeCluster({ seed });
      fake.addTopic("t", 1);
      const producer = new Producer(fake.cluster(), SMALL);
      await fake.clock.runFor(producer.send({ topic: "t", value: "-1" }));
      const sent: Promise<Delivery | Error>[] = [];
      for (const [i, harm] of harms.entries()) {
        for (let j = 0; j < 5; j++) {
          const record = { topic: "t", partition: 0, value: `${i * 5 + j}` };
          sent.push(producer.send(record).catch((error: Error) => error));
        }
        if (harm === "cut") fake.cut();
        else fake.plan("Produce", harm);
        await fake.clock.runUntil(fake.clock.monotonic() + 1.5);
      }
      const outcomes = await fake.clock.runFor(Promise.all(sent));
      const values = fake.log("t").values().map(Number);
      assert.equal(values, [...new Set(values)].sort((a, b) => a - b));
      for (const [value, outcome] of outcomes.entries()) {
        if (!(outcome instanceof Error)) assert.is(values[outcome.offset], value);
      }
    }),
    { numRuns: 100 },
  );
});

test.run();
