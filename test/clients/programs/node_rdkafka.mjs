// node-rdkafka: writes records, or reads them as a member of a group until it is told to stop.

import rdkafka from "node-rdkafka";

const [role, broker, topic, ...rest] = process.argv.slice(2);

async function produce(codec, from, count) {
  const producer = new rdkafka.Producer({
    "metadata.broker.list": broker,
    "compression.codec": codec,
    "enable.idempotence": true,
    "message.timeout.ms": 120_000,
    dr_cb: true,
  });
  producer.connect();
  await new Promise((resolve) => producer.once("ready", resolve));
  producer.setPollInterval(10);
  let left = count;
  const delivered = new Promise((resolve, reject) => {
    producer.on("delivery-report", (error) => {
      if (error) reject(error);
      else if (--left === 0) resolve();
    });
  });
  for (let i = from; i < from + count; i++) {
    const headers = [{ n: `${i}` }];
    producer.produce(topic, null, Buffer.from(`v${i}`), `k${i % 50}`, null, null, headers);
  }
  await delivered;
  await new Promise((resolve) => producer.disconnect(resolve));
}

async function consume(groupId) {
  const consumer = new rdkafka.KafkaConsumer({
    "metadata.broker.list": broker,
    "group.id": groupId,
    "auto.commit.interval.ms": 500,
    "heartbeat.interval.ms": 500,
    "session.timeout.ms": 10_000,
  }, { "auto.offset.reset": "earliest" });
  consumer.connect();
  await new Promise((resolve) => consumer.once("ready", resolve));
  consumer.subscribe([topic]);
  consumer.on("data", ({ partition, offset, key, value, headers }) => {
    process.stdout.write(`r ${partition} ${offset} ${key} ${value} ${headers[0].n}\n`);
  });
  consumer.consume();
  await new Promise((resolve) => process.stdin.once("data", resolve));
  await new Promise((resolve) => consumer.disconnect(resolve));
}

if (role === "produce") await produce(rest[0], Number(rest[1]), Number(rest[2]));
else await consume(rest[0]);
process.exit(0);
