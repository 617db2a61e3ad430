// kafkajs: writes records, or reads them as a member of a group until it is told to stop.

import kafkajs from "kafkajs";

const { CompressionTypes, Kafka, logLevel } = kafkajs;
const [role, broker, topic, ...rest] = process.argv.slice(2);
const retry = { retries: 100, initialRetryTime: 200, maxRetryTime: 1000 };
const common = { clientId: "kafkajs", logLevel: logLevel.NOTHING, retry };
const kafka = new Kafka({ brokers: [broker], ...common });

async function produce(codec, from, count) {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry });
  await producer.connect();
  for (let i = from; i < from + count; i += 500) {
    const messages = Array.from({ length: Math.min(500, from + count - i) }, (_, j) => ({
      key: `k${(i + j) % 50}`,
      value: `v${i + j}`,
      headers: { n: `${i + j}` },
    }));
    const compression = codec === "gzip" ? CompressionTypes.GZIP : CompressionTypes.None;
    await producer.send({ topic, acks: -1, compression, messages });
  }
  await producer.disconnect();
}

async function consume(groupId) {
  const consumer = kafka.consumer({ groupId, heartbeatInterval: 500, retry });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommitInterval: 500,
    eachMessage({ partition, message: { offset, key, value, headers } }) {
      process.stdout.write(`r ${partition} ${offset} ${key} ${value} ${headers.n}\n`);
    },
  });
  await new Promise((resolve) => process.stdin.once("data", resolve));
  await consumer.disconnect();
}

if (role === "produce") await produce(rest[0], Number(rest[1]), Number(rest[2]));
else await consume(rest[0]);
process.exit(0);
