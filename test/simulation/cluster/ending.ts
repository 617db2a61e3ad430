// When nothing is broken any more: everything can be written and read, all replicas come to be in
// sync and are the same, and the group reads to the end of everything.

import { sleep } from "@odradek/base";
import { Admin, Consumer, GroupConsumer, Producer } from "@odradek/client";
import { originText, valueText } from "../truth/stored.ts";
import { Reader } from "./consumers.ts";
import { NODES } from "./properties.ts";
import { type ClientSurroundings, clusterOf, GROUP } from "./surroundings.ts";

const NAME = "survivor";
const LOOK_MS = 200;

/** Resolves when all of it is so. `topic-partition` of each that clients have used. */
export async function checkAll(surroundings: ClientSurroundings): Promise<string[]> {
  const { world } = surroundings;
  const cluster = clusterOf(world, NAME);
  const note = (what: string): void => world.transcript.note(NAME, what);
  const ends = await writeAll(surroundings, cluster);
  note("has written");
  await readAll(surroundings, cluster, ends);
  note("has read");
  await allInSync(surroundings, cluster);
  note("all in sync");
  await readAsGroup(surroundings, cluster, ends);
  note("group has read");
  cluster.close();
  return [...ends.keys()];
}

/** By partition: the offset of what was written last. */
type Ends = ReadonlyMap<string, number>;
type Cluster = ReturnType<typeof clusterOf>;

async function writeAll(
  { history, topics }: ClientSurroundings,
  cluster: Cluster,
): Promise<Ends> {
  const ends = new Map<string, number>();
  const producer = new Producer(cluster, { deliveryTimeoutMs: 60_000 });
  let number = 0;
  for (const { name: topic, partitions } of topics) {
    for (let partition = 0; partition < partitions; partition++) {
      const origin = { producer: NAME, number: number++ };
      const value = originText(origin);
      const operation = { process: NAME, op: "produce", topic, value } as const;
      history.add({ ...operation, type: "invoke" });
      const sent = producer.send({ topic, partition, value: valueText(origin, 20) });
      const { offset } = await sent;
      history.add({ ...operation, type: "ok", partition, offset });
      ends.set(`${topic}-${partition}`, offset);
    }
  }
  await producer.close();
  return ends;
}

async function readAll(
  surroundings: ClientSurroundings,
  cluster: Cluster,
  ends: Ends,
): Promise<void> {
  const reader = new Reader(NAME, surroundings);
  for (const { name: topic, partitions } of surroundings.topics) {
    for (let partition = 0; partition < partitions; partition++) {
      const end = ends.get(`${topic}-${partition}`) ?? -1;
      const place = { topic, partition, offset: "earliest" as const };
      for await (const record of new Consumer(cluster).consume(place)) {
        reader.read(record);
        if (record.offset >= end) break;
      }
    }
  }
}

async function allInSync({ world, topics }: ClientSurroundings, cluster: Cluster): Promise<void> {
  const admin = new Admin(cluster);
  for (;;) {
    const listed = await admin.describeTopics(topics.map(({ name }) => name));
    const all = [...listed.values()];
    const isSo = all.every((topic) =>
      "partitions" in topic &&
      topic.partitions.every(({ inSyncReplicas }) => inSyncReplicas.length === NODES.length)
    );
    if (isSo) return;
    await sleep(world.clock, LOOK_MS);
  }
}

/** The last member of the group has everything that the others have left, up to the ends. */
async function readAsGroup(
  surroundings: ClientSurroundings,
  cluster: Cluster,
  ends: Ends,
): Promise<void> {
  const { history } = surroundings;
  const reader = new Reader(`${NAME}.member`, surroundings, GROUP);
  const left = new Map(ends);
  const options = { groupId: GROUP, autoCommitMs: false, sessionTimeoutMs: 6000 } as const;
  for (const { topic, partition, offset } of await new Admin(cluster).listGroupOffsets(GROUP)) {
    if (offset > (ends.get(`${topic}-${partition}`) ?? -1)) left.delete(`${topic}-${partition}`);
  }
  await using consumer = new GroupConsumer(cluster, options);
  const topics = surroundings.topics.map(({ name }) => name);
  if (left.size === 0) return;
  for await (const record of consumer.consume({ topic: topics })) {
    const { topic, partition, offset } = record;
    reader.read(record);
    if (offset >= (ends.get(`${topic}-${partition}`) ?? -1)) left.delete(`${topic}-${partition}`);
    if (left.size === 0) break;
  }
  const offsets = [...ends].map(([name, last]): [string, number, number] => {
    const dash = name.lastIndexOf("-");
    return [name.slice(0, dash), Number(name.slice(dash + 1)), last + 1];
  });
  const operation = { process: NAME, op: "commit", group: GROUP, offsets } as const;
  history.add({ ...operation, type: "invoke" });
  await consumer.commit(
    offsets.map(([topic, partition, offset]) => ({ topic, partition, offset })),
  );
  history.add({ ...operation, type: "ok" });
}
