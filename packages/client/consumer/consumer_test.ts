// The consumer against fake brokers on a simulated network.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Producer } from "../producer/producer.ts";
import { BrokerRefused } from "../refused.ts";
import { FakeCluster } from "../testing/fake_cluster.ts";
import { type ConsumeOptions, Consumer } from "./consumer.ts";

const test = suite("consumer");

function fakeWith(partitions: number, options = {}): { fake: FakeCluster; producer: Producer } {
  const fake = new FakeCluster(options);
  fake.addTopic("t", partitions);
  return { fake, producer: new Producer(fake.cluster(), { batchBytesMax: 1 }) };
}

async function write(fake: FakeCluster, producer: Producer, values: string): Promise<void> {
  const count = fake.topics.get("t")?.partitions.length ?? 1;
  const sends = [...values].map((value, i) =>
    producer.send({ topic: "t", partition: i % count, value })
  );
  await fake.clock.runFor(Promise.all(sends));
}

/** The first `count` values. */
async function read(
  fake: FakeCluster,
  count: number,
  options: Partial<ConsumeOptions> = {},
): Promise<string> {
  const take = async (): Promise<string> => {
    let values = "";
    const consumer = new Consumer(fake.cluster());
    for await (const record of consumer.consume({ topic: "t", offset: "earliest", ...options })) {
      values += new TextDecoder().decode(record.value ?? undefined);
      if (values.length === count) break;
    }
    return values;
  };
  return await fake.clock.runFor(take());
}

test("Consumer.consume reads from the beginning, an offset, and the end", async () => {
  const { fake, producer } = fakeWith(1);
  await write(fake, producer, "abcdef");
  assert.is(await read(fake, 6), "abcdef");
  assert.is(await read(fake, 3, { offset: 3 }), "def");
  const late = read(fake, 2, { offset: "latest" });
  await fake.clock.runUntil(fake.clock.monotonic() + 3000);
  await write(fake, producer, "gh");
  assert.is(await late, "gh");
});

test("Consumer.consume skips what stands before the offset in its batch", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 1);
  await write(fake, new Producer(fake.cluster()), "abcdef");
  assert.is(fake.log("t").batches.length, 1);
  assert.is(await read(fake, 2, { offset: 4 }), "ef");
});

test("Consumer.consume reads several partitions of several leaders at once", async () => {
  const { fake, producer } = fakeWith(5, { nodes: 3 });
  await write(fake, producer, "abcdefghij");
  assert.is([...await read(fake, 10)].sort().join(""), "abcdefghij");
  assert.is(await read(fake, 2, { partition: 1 }), "bg");
  assert.is([...await read(fake, 4, { partition: [0, 4] })].sort().join(""), "aefj");
});

test("Consumer.consume follows the leader, and lives through cuts and refusals", async () => {
  const { fake, producer } = fakeWith(1, { nodes: 2 });
  const all = read(fake, 12);
  for (const part of ["abc", "def", "ghi", "jkl"]) {
    fake.moveLeader("t", 0, part === "def" || part === "jkl" ? 2 : 1);
    if (part === "ghi") fake.cut();
    if (part === "jkl") fake.plan("Fetch", "KAFKA_STORAGE_ERROR", 3);
    await write(fake, producer, part);
    await fake.clock.runUntil(fake.clock.monotonic() + 700);
  }
  assert.is(await all, "abcdefghijkl");
});

test("Consumer.consume goes on where the log begins if its offset is gone", async () => {
  const { fake, producer } = fakeWith(1);
  await write(fake, producer, "abcdef");
  fake.log("t").cut(4);
  assert.is(await read(fake, 2, { offset: 1, reset: "earliest" }), "ef");
  const failed = await read(fake, 2, { offset: 1, reset: "fail" }).catch((error) => error);
  assert.ok(failed instanceof BrokerRefused && failed.error === "OFFSET_OUT_OF_RANGE");
});

test("Consumer.consume ends when its signal aborts", async () => {
  const { fake, producer } = fakeWith(1);
  await write(fake, producer, "ab");
  const abort = new AbortController();
  const values = read(fake, 10, { signal: abort.signal });
  await fake.clock.runUntil(fake.clock.monotonic() + 5000);
  abort.abort();
  assert.is(await values, "ab");
});

test("Consumer.consume does not take damaged batches for records", async () => {
  const { fake, producer } = fakeWith(1);
  await write(fake, producer, "a");
  const bytes = fake.log("t").batches[0]?.bytes as Uint8Array;
  bytes[bytes.length - 2] = (bytes[bytes.length - 2] as number) ^ 1;
  const failed = await read(fake, 1).catch((error) => error);
  assert.match(String(failed), /t-0 at offset 0: wrong CRC/);
});

test("Consumer.consume goes by name where brokers have no topic ids", async () => {
  const { fake, producer } = fakeWith(2, { hasTopicIds: false });
  await write(fake, producer, "ab");
  assert.is((await read(fake, 2)).length, 2);
});

test.run();
