// @platformatic/kafka: writes records, or reads them as a member of a group until it is told to
// stop.

import {
  Consumer,
  MessagesStreamFallbackModes,
  MessagesStreamModes,
  Producer,
  stringDeserializers,
  stringSerializers,
} from "@platformatic/kafka";

const [role, broker, topic, ...rest] = process.argv.slice(2);
const common = {
  clientId: "platformatic",
  bootstrapBrokers: [broker],
  retries: 100,
  retryDelay: 200,
  timeout: 10_000,
};

async function produce(compression, from, count) {
  const producer = new Producer({
    ...common,
    serializers: stringSerializers,
    idempotent: true,
    acks: -1,
    compression,
  });
  for (let i = from; i < from + count; i += 500) {
    const messages = Array.from({ length: Math.min(500, from + count - i) }, (_, j) => ({
      topic,
      key: `k${(i + j) % 50}`,
      value: `v${i + j}`,
      headers: { n: `${i + j}` },
    }));
    await producer.send({ messages });
  }
  await producer.close();
}

/**
 * A rejoin that the end of a connection cuts short is told as an error, and the member is none any
 * more: who goes on makes another.
 */
async function consume(groupId) {
  let isOver = false;
  const over = new Promise((resolve) => process.stdin.once("data", resolve));
  over.then(() => (isOver = true));
  while (!isOver) await consumeUntil(over, groupId);
}

async function consumeUntil(over, groupId) {
  const consumer = new Consumer({
    ...common,
    groupId,
    deserializers: stringDeserializers,
    heartbeatInterval: 500,
    sessionTimeout: 10_000,
    rebalanceTimeout: 20_000,
  });
  const failed = new Promise((resolve) => consumer.on("error", resolve));
  const stream = await consumer.consume({
    topics: [topic],
    mode: MessagesStreamModes.COMMITTED,
    fallbackMode: MessagesStreamFallbackModes.EARLIEST,
    autocommit: 500,
    maxWaitTime: 200,
  });
  stream.on("error", () => {});
  stream.on("data", ({ partition, offset, key, value, headers }) => {
    process.stdout.write(`r ${partition} ${offset} ${key} ${value} ${headers.get("n")}\n`);
  });
  const error = await Promise.race([over.then(() => undefined), failed]);
  if (error !== undefined) return void await consumer.close(true).catch(() => {});
  await stream.close();
  await consumer.close();
}

if (role === "produce") await produce(rest[0], Number(rest[1]), Number(rest[2]));
else await consume(rest[0]);
process.exit(0);
