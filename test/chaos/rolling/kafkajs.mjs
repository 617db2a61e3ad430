// kafkajs under a rolling restart: sends a record at a time, or reads as a member of a group, until
// it is told to stop. `c began took` for each call, `f reason` for each that failed, `r value` for
// each record.

import kafkajs from "kafkajs";

const { Kafka, logLevel } = kafkajs;
const [role, brokers, topic, everyMs] = process.argv.slice(2);
const kafka = new Kafka({ brokers: brokers.split(","), logLevel: logLevel.NOTHING });
const stopped = new Promise((resolve) => process.stdin.once("data", () => resolve(true)));
const say = (line) => process.stdout.write(`${line}\n`);

async function produce() {
  const producer = kafka.producer();
  await producer.connect();
  const pending = new Set();
  let isStopped = false;
  stopped.then(() => (isStopped = true));
  for (let i = 0; !isStopped; i++) {
    const began = Date.now();
    const messages = [{ key: `k${i}`, value: `kafkajs ${i}` }];
    const call = producer.send({ topic, acks: -1, messages })
      .then(() => say(`c ${began} ${Date.now() - began}`), (error) => say(`f ${error.message}`))
      .finally(() => pending.delete(call));
    pending.add(call);
    await new Promise((resolve) => setTimeout(resolve, Number(everyMs)));
  }
  await Promise.all(pending);
  await producer.disconnect();
}

async function consume() {
  const consumer = kafka.consumer({ groupId: "kafkajs" });
  consumer.on(consumer.events.CRASH, ({ payload }) => say(`f consumer: ${payload.error.message}`));
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ eachMessage: ({ message }) => say(`r ${message.value}`) });
  await stopped;
  await consumer.disconnect();
}

await (role === "produce" ? produce() : consume());
process.exit(0);
