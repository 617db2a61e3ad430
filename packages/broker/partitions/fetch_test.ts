// What a fetch gets from one partition, and what a waiting one is told that it would get.

import { epoch, nodeId } from "@odradek/base";
import type { ErrorName } from "@odradek/protocol/errors";
import { readBatches } from "@odradek/protocol/records/batch";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { partitionImage } from "../testing/images.ts";
import { refusalOf } from "../testing/refusals.ts";
import {
  batchOf,
  markerOf,
  openPartition,
  type PartitionWish,
  simulatedWorld,
  type World,
} from "../testing/world.ts";
import { bytesFor, type Fetched, fetchFrom, type FetchWish } from "./fetch.ts";
import type { Partition } from "./partition.ts";

const test = suite("partitions/fetch");

const CONSUMER = { replicaId: -1, isReadCommitted: false };
const COMMITTED_READER = { replicaId: -1, isReadCommitted: true };
/** Four such batches fit into a segment of 512 bytes. */
const SMALL_SEGMENTS = { "internal.segment.bytes": "512" };

/** A partition with batches of so many records each. */
async function filled(
  sizes: readonly number[],
  wish: PartitionWish = {},
  world: World = simulatedWorld(),
): Promise<{ readonly world: World; readonly partition: Partition; readonly bytes: number[] }> {
  const partition = await openPartition(world, wish);
  const bytes: number[] = [];
  for (const [i, size] of sizes.entries()) {
    const batch = batchOf(Array.from({ length: size }, (_, j) => `value ${i} ${j}`));
    bytes.push(batch.bytes.length);
    await world.settle(partition.append(batch, 1));
  }
  return { world, partition, bytes };
}

function wish(fetchOffset: number, more: Partial<FetchWish> = {}): FetchWish {
  return { fetchOffset, leaderEpoch: -1, lastFetchedEpoch: -1, bytesMax: 1 << 20, ...more };
}

interface Terms {
  readonly mayReadFollower?: boolean;
  readonly rack?: string;
  readonly isReadCommitted?: boolean;
  readonly replicaId?: number;
  readonly bytesLeft?: number;
  readonly minOneBatch?: boolean;
}

function fetched(partition: Partition, wanted: FetchWish, terms: Terms = {}): Fetched {
  const all = { ...CONSUMER, bytesLeft: 1 << 20, minOneBatch: true, ...terms };
  const result = fetchFrom(partition, wanted, all);
  assert.not.instance(result, Promise);
  return result as Fetched;
}

function baseOffsets({ lease }: Fetched): number[] {
  return [...readBatches(lease?.bytes ?? new Uint8Array(0))].map(({ baseOffset }) => baseOffset);
}

test("fetchFrom gives the batch that holds the offset and those behind it, whole", async () => {
  const { partition } = await filled([2, 3, 2]);
  assert.equal(baseOffsets(fetched(partition, wish(0))), [0, 2, 5]);
  assert.equal(baseOffsets(fetched(partition, wish(1))), [0, 2, 5]);
  assert.equal(baseOffsets(fetched(partition, wish(4))), [2, 5]);
  const end = fetched(partition, wish(7));
  assert.is(end.lease, undefined);
  assert.is(end.sizeBytes, 0);
});

test("fetchFrom tells the state of the partition beside it", async () => {
  const { partition } = await filled([2, 3]);
  partition.deleteRecordsBefore(2);
  const { highWatermark, lastStableOffset, logStartOffset, diverging } = fetched(
    partition,
    wish(3),
  );
  assert.equal([logStartOffset, lastStableOffset, highWatermark], [2, 5, 5]);
  assert.is(diverging, undefined);
});

// Refusals.

const REFUSED: readonly [
  name: string,
  given: PartitionWish,
  wanted: FetchWish,
  terms: Terms,
  error: ErrorName | undefined,
][] = [
  ["at the end", {}, wish(5), {}, undefined],
  ["above the end", {}, wish(6), {}, "OFFSET_OUT_OF_RANGE"],
  ["below the start", {}, wish(1), {}, "OFFSET_OUT_OF_RANGE"],
  ["in the right epoch", {}, wish(2, { leaderEpoch: 4 }), {}, undefined],
  ["in an old epoch", {}, wish(2, { leaderEpoch: 3 }), {}, "FENCED_LEADER_EPOCH"],
  ["in an unknown epoch", {}, wish(2, { leaderEpoch: 5 }), {}, "UNKNOWN_LEADER_EPOCH"],
  ["with less than no bytes", {}, wish(2, { bytesMax: -1 }), {}, "UNKNOWN_SERVER_ERROR"],
  ["with less than none left", {}, wish(2), { bytesLeft: -1 }, "UNKNOWN_SERVER_ERROR"],
  ["by a follower that is none", {}, wish(2), { replicaId: 9 }, "NOT_LEADER_OR_FOLLOWER"],
  [
    "by a follower that is none but knows the epoch",
    {},
    wish(2, { leaderEpoch: 4 }),
    { replicaId: 9 },
    "UNKNOWN_LEADER_EPOCH",
  ],
];

for (const [name, given, wanted, terms, error] of REFUSED) {
  test(`fetchFrom ${name}: ${error ?? "answered"}`, async () => {
    const { partition } = await filled([2, 3], { image: { leaderEpoch: 4 }, ...given });
    partition.deleteRecordsBefore(2);
    assert.is(refusalOf(() => fetched(partition, wanted, terms)), error);
  });
}

test("fetchFrom refuses where this broker does not lead", async () => {
  const { partition } = await filled([2]);
  partition.follow(partitionImage({ replicas: [1, 2], leader: 2, leaderEpoch: 1 }));
  assert.is(refusalOf(() => fetched(partition, wish(0))), "NOT_LEADER_OR_FOLLOWER");
  partition.leave();
  assert.is(refusalOf(() => fetched(partition, wish(0))), "NOT_LEADER_OR_FOLLOWER");
});

test("fetchFrom gives consumers what a follower knows to be committed (KIP-392)", async () => {
  const { world, partition } = await filled([2, 3]);
  const image = partitionImage({ replicas: [1, 2], leader: 2, leaderEpoch: 1 });
  partition.follow(image);
  const anybody = { mayReadFollower: true };
  assert.equal(baseOffsets(fetched(partition, wish(0), anybody)), [0, 2]);
  assert.is(refusalOf(() => fetched(partition, wish(6), anybody)), "OFFSET_OUT_OF_RANGE");
  const old = wish(0, { leaderEpoch: 0 });
  assert.is(refusalOf(() => fetched(partition, old, anybody)), "FENCED_LEADER_EPOCH");
  await world.settle(partition.truncateTo(2, 1));
  assert.is(bytesFor(partition, wish(2), { ...CONSUMER, ...anybody }), 0);
  partition.follow({ ...image, leader: nodeId(-1), leaderEpoch: epoch(2) });
  assert.is(refusalOf(() => fetched(partition, wish(0), anybody)), "NOT_LEADER_OR_FOLLOWER");
});

test("fetchFrom sends who reads near back to the leader when it falls behind", async () => {
  const { partition } = await filled([2, 3]);
  const image = partitionImage({ replicas: [1, 2], leader: 2, leaderEpoch: 1 });
  const near = { mayReadFollower: true, rack: "a" };
  const fetch = () => fetched(partition, wish(0), near);
  partition.follow(image);
  assert.equal(baseOffsets(fetch()), [0, 2]);
  partition.follow({ ...image, isr: [nodeId(2)], partitionEpoch: 1 });
  assert.is(refusalOf(fetch), "NOT_LEADER_OR_FOLLOWER");
  assert.is(bytesFor(partition, wish(5), { ...CONSUMER, ...near }), Number.POSITIVE_INFINITY);
  // Who looks at replicas for their own sake does not tell a rack.
  const anybody = { mayReadFollower: true };
  assert.equal(baseOffsets(fetched(partition, wish(0), anybody)), [0, 2]);
  partition.follow({ ...image, partitionEpoch: 2 });
  assert.equal(baseOffsets(fetch()), [0, 2]);
});

test("fetchFrom tells a follower of what is committed, as soon as it has it", async () => {
  const { partition } = await filled([2, 3]);
  const terms = { ...CONSUMER, replicaId: 2 };
  const waiting = (highWatermark: number | undefined): number =>
    bytesFor(partition, wish(5, { highWatermark }), terms);
  assert.is(waiting(5), 0);
  assert.is(waiting(3), Number.POSITIVE_INFINITY);
  assert.is(waiting(undefined), 0);
  assert.is(bytesFor(partition, wish(3, { highWatermark: 3 }), terms) > 0, true);
});

test("fetchFrom tells a follower of what goes once it knows that it is committed", async () => {
  const { partition } = await filled([2, 3]);
  partition.deleteRecordsBefore(2);
  const told = (logStartOffset: number, highWatermark: number): number => {
    const follower = { ...CONSUMER, replicaId: 2 };
    return bytesFor(partition, wish(5, { highWatermark, logStartOffset }), follower);
  };
  assert.is(told(0, 5), Number.POSITIVE_INFINITY);
  assert.is(told(2, 5), 0);
});

// Bounds.

test("fetchFrom gives consumers what is committed; above it is nothing, and no error", async () => {
  const { partition } = await filled([2, 3]);
  partition.follow(partitionImage({ replicas: [1, 2], leaderEpoch: 1 }));
  void partition.append(batchOf(["not committed"]), 1);
  assert.equal(baseOffsets(fetched(partition, wish(0))), [0, 2]);
  for (const offset of [5, 6]) {
    const none = fetched(partition, wish(offset));
    assert.is(none.sizeBytes, 0);
    assert.is(none.highWatermark, 5);
  }
});

test("fetchFrom ends before an open transaction for those who read committed ones", async () => {
  const { partition } = await filled([2]);
  const header = { producerId: 4, producerEpoch: 0, baseSequence: 0, isTransactional: true };
  void partition.append(batchOf(["in it"], header), 1);
  void partition.append(batchOf(["behind it"]), 1);
  assert.equal(baseOffsets(fetched(partition, wish(0))), [0, 2, 3]);
  const stable = fetched(partition, wish(0), COMMITTED_READER);
  assert.equal(baseOffsets(stable), [0]);
  assert.is(stable.lastStableOffset, 2);
  partition.log.append([markerOf(4, "commit", { baseOffset: 4, leaderEpoch: 0 })]);
  void partition.append(batchOf(["more"]), 1);
  assert.equal(baseOffsets(fetched(partition, wish(0), COMMITTED_READER)), [0, 2, 3, 4, 5]);
});

// Sizes.

/** Aborted, committed and interleaved transactions of three producers, in several segments. */
async function withTransactions(): Promise<Partition> {
  const world = simulatedWorld();
  const partition = await openPartition(world, { settings: SMALL_SEGMENTS });
  const sequences = new Map<number, number>();
  const write = async (producerId: number): Promise<void> => {
    const baseSequence = sequences.get(producerId) ?? 0;
    sequences.set(producerId, baseSequence + 1);
    const header = { producerId, producerEpoch: 0, baseSequence, isTransactional: true };
    await world.settle(partition.append(batchOf([`of ${producerId}`], header), 1));
  };
  for (let round = 0; round < 6; round++) {
    for (const producerId of [1, 2, 1, 3]) await write(producerId);
    await world.settle(partition.appendOwn(markerOf(1, "abort"), partition.leaderEpoch));
    await write(2);
    await world.settle(partition.appendOwn(markerOf(2, "commit"), partition.leaderEpoch));
    await world.settle(partition.append(batchOf(["outside"]), 1));
    await world.settle(partition.appendOwn(markerOf(3, "abort"), partition.leaderEpoch));
  }
  return partition;
}

test("fetchFrom names the aborted transactions in what it gives, the first one first", async () => {
  const partition = await withTransactions();
  assert.ok(partition.log.segments.length > 3);
  const all = partition.log.segments.flatMap(({ transactions }) => transactions.entries);
  assert.is(all.length, 12);
  fc.assert(fc.property(
    fc.integer({ min: 0, max: 53 }),
    fc.integer({ min: 61, max: 2000 }),
    (offset, bytesMax) => {
      const given = fetched(partition, wish(offset, { bytesMax }), COMMITTED_READER);
      const batches = [...readBatches(given.lease?.bytes ?? new Uint8Array(0))];
      const end = batches.at(-1)?.nextOffset ?? offset;
      const needed = all.filter((one) => one.lastOffset >= offset && one.firstOffset < end);
      const named = (given.aborted ?? []).map(({ firstOffset }) => firstOffset);
      for (const { firstOffset } of needed) assert.ok(named.includes(firstOffset), `${offset}`);
      assert.equal(named, named.toSorted((a, b) => a - b));
      // The index of a segment knows the end of a read only roughly.
      const segmentEnd = partition.log.endOf(partition.log.segmentOf(offset) as never);
      for (const one of given.aborted ?? []) assert.ok(one.firstOffset < segmentEnd);
    },
  ));
});

test("fetchFrom names no aborted transactions to those who read everything", async () => {
  const partition = await withTransactions();
  assert.is(fetched(partition, wish(0)).aborted, undefined);
});

test("fetchFrom gives the first batch whole, however little is wanted, where it must", async () => {
  const { partition, bytes } = await filled([3, 3]);
  const first = fetched(partition, wish(0, { bytesMax: 1 }));
  assert.is(first.sizeBytes, bytes[0]);
  assert.is(first.lease?.bytes.length, bytes[0]);
  assert.is(fetched(partition, wish(0), { bytesLeft: 0 }).sizeBytes, bytes[0]);
  assert.is(fetched(partition, wish(0, { bytesMax: 1 }), { minOneBatch: false }).sizeBytes, 0);
});

test("fetchFrom gives no more than the smaller of both limits", async () => {
  const { partition, bytes } = await filled([3, 3, 3]);
  const [a = 0, b = 0] = bytes;
  assert.is(fetched(partition, wish(0, { bytesMax: a + 10 })).sizeBytes, a + 10);
  assert.is(fetched(partition, wish(0), { bytesLeft: a + b }).sizeBytes, a + b);
  assert.is(fetched(partition, wish(0, { bytesMax: a }), { bytesLeft: a + b }).sizeBytes, a);
});

// Diverging logs (KIP-595): epochs 2 and 5 with two and three records, epoch 6 with none yet.

const DIVERGING: readonly [
  lastFetchedEpoch: number,
  fetchOffset: number,
  expected: { epoch: number; endOffset: number } | undefined | ErrorName,
][] = [
  [-1, 3, undefined],
  [2, 1, undefined],
  [2, 2, undefined],
  // It has more of epoch 2 than this log.
  [2, 3, { epoch: 2, endOffset: 2 }],
  [3, 2, { epoch: 2, endOffset: 2 }],
  [4, 5, { epoch: 2, endOffset: 2 }],
  [5, 5, undefined],
  [1, 2, { epoch: 1, endOffset: 0 }],
  [7, 5, "OFFSET_OUT_OF_RANGE"],
];

for (const [lastFetchedEpoch, fetchOffset, expected] of DIVERGING) {
  const found = typeof expected === "object" ? JSON.stringify(expected) : expected ?? "agrees";
  test(`fetchFrom ${fetchOffset} after epoch ${lastFetchedEpoch}: ${found}`, async () => {
    const { partition } = await filled([2], { image: { leaderEpoch: 2 } });
    partition.follow(partitionImage({ leaderEpoch: 5 }));
    void partition.append(batchOf(["a", "b", "c"]), 1);
    partition.follow(partitionImage({ leaderEpoch: 6 }));
    const wanted = wish(fetchOffset, { lastFetchedEpoch });
    let result: Fetched | undefined;
    const refused = refusalOf(() => (result = fetched(partition, wanted)));
    assert.is(refused, typeof expected === "string" ? expected : undefined);
    if (refused !== undefined) return;
    assert.equal(result?.diverging, expected);
    if (expected !== undefined) assert.is(result?.lease, undefined);
  });
}

test("fetchFrom waits for bytes that are not in memory, without stopping the thread", async () => {
  const world = simulatedWorld();
  const { partition } = await filled([2, 3], {}, world);
  await world.settle(partition.log.close());
  const again = await openPartition(world, { highWatermark: 5 });
  const terms = { ...CONSUMER, bytesLeft: 1 << 20, minOneBatch: true };
  const cold = fetchFrom(again, wish(0), terms);
  assert.instance(cold, Promise);
  assert.equal(baseOffsets(await world.settle(cold)), [0, 2]);
  assert.equal(baseOffsets(fetched(again, wish(0))), [0, 2], "they stay there");
});

// How much a fetch would get.

test("bytesFor is what fetchFrom gives, for whatever lies in the newest segment", async () => {
  const { partition } = await filled([2, 3, 1, 4, 2]);
  partition.follow(partitionImage({ replicas: [1, 2], leaderEpoch: 1 }));
  void partition.append(batchOf(["not", "committed"]), 1);
  fc.assert(fc.property(
    fc.integer({ min: 0, max: 14 }),
    fc.integer({ min: 200, max: 600 }),
    (offset, bytesMax) => {
      const given = fetched(partition, wish(offset, { bytesMax }));
      assert.is(bytesFor(partition, wish(offset, { bytesMax }), CONSUMER), given.sizeBytes);
    },
  ));
});

test("bytesFor those who read committed records ends before an open transaction", async () => {
  const { partition, bytes } = await filled([2]);
  const header = { producerId: 4, producerEpoch: 0, baseSequence: 0, isTransactional: true };
  void partition.append(batchOf(["in it"], header), 1);
  assert.is(bytesFor(partition, wish(0), COMMITTED_READER), bytes[0]);
  assert.is(bytesFor(partition, wish(2), COMMITTED_READER), 0);
  assert.ok(bytesFor(partition, wish(2), CONSUMER) > 0);
});

test("bytesFor is endless where waiting makes no sense", async () => {
  const { partition } = await filled([3, 3, 3, 3, 3, 3], { settings: SMALL_SEGMENTS });
  const [, second] = partition.log.segments;
  const start = second?.baseOffset ?? 0;
  assert.ok(start > 0);
  assert.is(bytesFor(partition, wish(start - 1), CONSUMER), Infinity, "in an older segment");
  assert.ok(Number.isFinite(bytesFor(partition, wish(start), CONSUMER)));
  partition.deleteRecordsBefore(start + 1);
  assert.is(bytesFor(partition, wish(start), CONSUMER), Infinity, "below the start");
  partition.follow(partitionImage({ replicas: [1, 2], leader: 2, leaderEpoch: 1 }));
  assert.is(bytesFor(partition, wish(start + 1), CONSUMER), Infinity, "led by another");
});

test("bytesFor counts no more than is wanted", async () => {
  const { partition } = await filled([3, 3]);
  assert.is(bytesFor(partition, wish(0, { bytesMax: 50 }), CONSUMER), 50);
  assert.is(bytesFor(partition, wish(0, { bytesMax: -1 }), CONSUMER), 0);
});

test.run();
