// A follower and its leader, without the network between them: whatever the follower had before, in
// the end both have the same.

import { Fault } from "@odradek/base";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Fetched as Answer, fetchFrom } from "../partitions/fetch.ts";
import type { Partition } from "../partitions/partition.ts";
import { partitionImage } from "../testing/images.ts";
import { batchOf, openPartition, simulatedWorld, valuesIn, type World } from "../testing/world.ts";
import { cutDiverging, takeFetched } from "./fetched.ts";

const test = suite("replication/fetched");

const EPOCH = 500;
const LED = partitionImage({ replicas: [1, 2], leaderEpoch: EPOCH });
const FOLLOWED = partitionImage({ replicas: [2, 1], leader: 2, leaderEpoch: EPOCH });

interface Replica {
  readonly world: World;
  readonly partition: Partition;
}

/** Batches of so many records, each in an epoch that this replica led. */
async function written(batches: readonly [epoch: number, count: number][]): Promise<Replica> {
  const world = simulatedWorld();
  const settings = { "internal.segment.bytes": "600" };
  const partition = await openPartition(world, { image: null, settings });
  for (const [leaderEpoch, count] of batches) {
    partition.follow(partitionImage({ leaderEpoch }));
    const values = Array.from({ length: count }, (_, i) => `${leaderEpoch} ${i}`);
    await world.settle(partition.append(batchOf(values), 1));
  }
  return { world, partition };
}

async function leaderOf(batches: readonly [number, number][]): Promise<Replica> {
  const leader = await written(batches);
  leader.partition.follow(LED);
  return leader;
}

async function followerOf(batches: readonly [number, number][]): Promise<Replica> {
  const follower = await written(batches);
  follower.partition.follow(FOLLOWED);
  return follower;
}

function ask({ partition }: Replica, follower: Replica, bytesMax: number): Answer {
  const { log } = follower.partition;
  const { endOffset: fetchOffset, startOffset } = log;
  const lastFetchedEpoch = fetchOffset > startOffset ? log.epochs.epochAt(fetchOffset - 1) : -1;
  const wish = { fetchOffset, leaderEpoch: EPOCH, lastFetchedEpoch, bytesMax };
  const terms = { replicaId: 2, isReadCommitted: false, bytesLeft: 1 << 20, minOneBatch: true };
  return fetchFrom(partition, wish, terms) as Answer;
}

/** One fetch and what follows from it. Whether the follower had everything when it asked. */
async function fetchOnce(
  leader: Replica,
  follower: Replica,
  bytesMax = 1 << 20,
): Promise<boolean> {
  const { partition, world } = follower;
  const { endOffset: fetchOffset } = partition.log;
  const answer = ask(leader, follower, bytesMax);
  const { diverging, highWatermark, logStartOffset, lease } = answer;
  if (diverging !== undefined) {
    await world.settle(cutDiverging(partition, EPOCH, diverging));
    return false;
  }
  const records = lease?.bytes.slice() ?? new Uint8Array(0);
  lease?.release();
  const fetched = { fetchOffset, leaderEpoch: EPOCH, records, highWatermark, logStartOffset };
  await world.settle(takeFetched(partition, fetched));
  return fetchOffset === leader.partition.log.endOffset;
}

async function fetchAll(leader: Replica, follower: Replica, bytesMax?: number): Promise<void> {
  for (let i = 0; i < 200; i++) if (await fetchOnce(leader, follower, bytesMax)) return;
  throw new Error("They do not come together");
}

test("takeFetched appends what the leader has, and learns what is committed", async () => {
  const leader = await leaderOf([[1, 3]]);
  const follower = await followerOf([]);
  await leader.world.settle(leader.partition.append(batchOf(["a", "b"]), 1));
  await fetchOnce(leader, follower);
  const { partition } = follower;
  assert.is(partition.log.endOffset, 5);
  // What the follower has, the leader only learns from the next fetch.
  assert.is(partition.highWatermark, 3);
  await fetchOnce(leader, follower);
  assert.is(partition.highWatermark, 5);
  assert.is(leader.partition.highWatermark, 5);
  assert.equal(partition.log.epochs.entries, [
    { epoch: 1, startOffset: 0 },
    { epoch: EPOCH, startOffset: 3 },
  ]);
});

test("takeFetched makes the log start where the leader's does", async () => {
  const leader = await leaderOf([[1, 3], [2, 3]]);
  const follower = await followerOf([]);
  await fetchAll(leader, follower);
  leader.partition.deleteRecordsBefore(4);
  await fetchOnce(leader, follower);
  assert.is(follower.partition.log.startOffset, 4);
});

test("takeFetched begins an empty log within a batch, if the leader's begins there", async () => {
  const leader = await leaderOf([[1, 3], [2, 3]]);
  const other = await followerOf([]);
  await fetchAll(leader, other);
  leader.partition.deleteRecordsBefore(4);
  const follower = await followerOf([]);
  await follower.world.settle(follower.partition.truncateFully(4, EPOCH));
  await fetchAll(leader, follower);
  assert.is(follower.partition.log.startOffset, 4);
  assert.equal(await valuesIn(follower.world, follower.partition.log), ["2 1", "2 2"]);
});

test("takeFetched takes nothing that is damaged, or does not follow", async () => {
  const leader = await leaderOf([[1, 3], [2, 3]]);
  const given = ask(leader, await followerOf([]), 1 << 20).lease?.bytes.slice() as Uint8Array;
  const damaged = given.slice();
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
  const table: [name: string, records: Uint8Array, leaderEpoch: number][] = [
    ["a wrong CRC", damaged, EPOCH],
    ["a batch twice", new Uint8Array([...given, ...given]), EPOCH],
  ];
  for (const [name, records, leaderEpoch] of table) {
    const { partition, world } = await followerOf([]);
    const fetched = { fetchOffset: 0, leaderEpoch, records, highWatermark: 6, logStartOffset: 0 };
    const failed = await world.settle(
      takeFetched(partition, fetched).catch((error: unknown) => error),
    );
    assert.instance(failed, Fault, name);
    assert.is(partition.log.endOffset, 0, name);
  }
});

test("takeFetched leaves out a batch that is cut off, and what came for another time", async () => {
  const leader = await leaderOf([[1, 3], [2, 3]]);
  const records = ask(leader, await followerOf([]), 1 << 20).lease?.bytes.slice() as Uint8Array;
  const take = async (follower: Replica, more: object): Promise<number> => {
    const { partition, world } = follower;
    const fetched = { fetchOffset: 0, leaderEpoch: EPOCH, highWatermark: 0, logStartOffset: 0 };
    await world.settle(takeFetched(partition, { ...fetched, records, ...more }));
    return partition.log.endOffset;
  };
  const cut = records.subarray(0, records.length - 1);
  assert.is(await take(await followerOf([]), { records: cut }), 3);
  assert.is(await take(await followerOf([]), { leaderEpoch: EPOCH - 1, records: cut }), 0);
  assert.is(await take(await leaderOf([]), {}), 0, "it leads by now");
});

test("takeFetched gives up nothing after a leadership in which nothing was written", async () => {
  const leader = await leaderOf([[1, 2], [1, 2]]);
  const follower = await written([[1, 2]]);
  follower.partition.follow(partitionImage({ leaderEpoch: 3 }));
  follower.partition.follow(FOLLOWED);
  const { log } = follower.partition;
  await fetchOnce(leader, follower);
  assert.is(log.endOffset, 4);
  // It has said so by the fetch that follows: from now on that may be committed.
  assert.ok(await fetchOnce(leader, follower));
  assert.is(log.endOffset, 4);
  assert.equal(log.epochs.entries, [{ epoch: 1, startOffset: 0 }]);
});

test("cutDiverging does nothing where this broker has come to lead", async () => {
  const { partition, world } = await leaderOf([[1, 3]]);
  await world.settle(cutDiverging(partition, EPOCH, { epoch: 0, endOffset: 0 }));
  assert.is(partition.log.endOffset, 3);
});

/** Steps by which epochs grow, and records of each. */
const history = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 4 })),
  { maxLength: 8 },
);

/** Odd epochs are one replica's, even ones the other's: what both have, they have in common. */
function batchesOf(steps: readonly [number, number][], first: number): [number, number][] {
  let epoch = first;
  return steps.map(([step, count]) => [epoch += 2 * step, count]);
}

test("takeFetched and cutDiverging make logs the same, wherever they parted", async () => {
  await fc.assert(
    fc.asyncProperty(history, history, history, async (common, theirs, ours) => {
      const begin = batchesOf(common, 0);
      const parted = (begin.at(-1)?.[0] ?? 0) + 2;
      const [led, followed] = [batchesOf(theirs, parted), batchesOf(ours, parted + 1)];
      const leader = await leaderOf([...begin, ...led]);
      const follower = await followerOf([...begin, ...followed]);
      await fetchAll(leader, follower, 150);
      const [a, b] = [leader, follower].map(({ partition }) => partition.log);
      assert.equal(
        await valuesIn(follower.world, follower.partition.log),
        await valuesIn(leader.world, leader.partition.log),
      );
      // An epoch in which nothing was written is the leader's alone.
      assert.equal(b?.epochs.entries, a?.epochs.entries.filter(({ epoch }) => epoch < EPOCH));
      assert.is(leader.partition.highWatermark, leader.partition.log.endOffset);
    }),
    { numRuns: 60 },
  );
});

test.run();
