// When everything works again, the cluster does too, within bounded simulated time: every partition
// takes records, and all of it can be read, from its beginning to its end.

import { Admin, Consumer, Producer } from "@odradek/client";
import type { LogTruth } from "../truth/log_truth.ts";
import { valueText } from "../truth/stored.ts";
import type { TopicTruth } from "../truth/topics.ts";
import { connect, type Surroundings } from "../workload/surroundings.ts";
import { DenseReader } from "./dense_offsets.ts";
import { checkRead } from "./immutable_content.ts";

const NAME = "liveness";
const PRODUCER = "survivor";

/** Fails if it takes longer. */
export async function checkLiveness(surroundings: Surroundings, msMax: number): Promise<void> {
  const { world, metadata, topics } = surroundings;
  const truth = surroundings.idempotence.begin(PRODUCER, true);
  const cluster = connect(surroundings, PRODUCER, { requestTimeoutMs: 5000 });
  const producer = new Producer(cluster, { deliveryTimeoutMs: msMax });
  const check = async (): Promise<true> => {
    metadata.check(await new Admin(cluster).listTopics());
    const ends = await Promise.all(topics.existing.flatMap((topic) =>
      topic.logs.map(async (log, partition) => {
        const origin = { producer: PRODUCER, number: truth.sent++ };
        const { name } = topic;
        const value = valueText(origin, 20);
        const { offset } = await producer.send({ topic: name, partition, value });
        surroundings.acknowledged.acknowledged(log, offset, origin);
        return { topic, partition, log, endOffset: offset + 1 };
      })
    ));
    await Promise.all(ends.map((end) => readAll(surroundings, cluster, end)));
    await producer.close();
    cluster.close();
    return true;
  };
  const isDone = await world.runFor(check().catch((error: unknown) => {
    world.fail(NAME, `Nothing broken is left, and still: ${String(error)}`);
  }), msMax);
  world.expect(isDone === true, NAME, () => `${msMax} ms were not enough to write and read all`);
}

interface Log {
  readonly topic: TopicTruth;
  readonly partition: number;
  readonly log: LogTruth;
  readonly endOffset: number;
}

/** And what was acknowledged is among it. */
async function readAll(
  { world, powerLosses, tally }: Surroundings,
  cluster: ReturnType<typeof connect>,
  { topic, partition, log, endOffset }: Log,
): Promise<void> {
  const dense = new DenseReader(world, log, powerLosses);
  const offset = "earliest";
  let first: number | undefined;
  const place = { topic: topic.name, partition, offset } as const;
  for await (const record of new Consumer(cluster).consume(place)) {
    first ??= record.offset;
    dense.read(record.offset);
    checkRead(world, log, record);
    tally.read++;
    if (record.offset + 1 >= endOffset) break;
  }
  const start = first ?? 0;
  world.expect(start <= Math.max(log.deletedBelow, log.log.startOffset), NAME, () =>
    `${log.name} begins at ${start}, though only records below ${log.deletedBelow} were deleted`);
}
