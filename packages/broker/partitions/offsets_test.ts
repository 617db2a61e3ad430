// Offsets by time, by the special timestamps of ListOffsets, and by epoch.

import type { ErrorName } from "@odradek/protocol/errors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { partitionImage } from "../testing/images.ts";
import { refusalOf, refusalOfAsync } from "../testing/refusals.ts";
import { batchOf, openPartition, simulatedWorld, text, type World } from "../testing/world.ts";
import { endOfEpoch, type FoundOffset, offsetFor, type OffsetQuestion } from "./offsets.ts";
import type { Partition } from "./partition.ts";

const test = suite("partitions/offsets");

const NEWEST = 11;

/**
 * Offsets 0, 1, 2 in epoch 3 at 100, 300, 200; 3, 4 in epoch 5 at 400, 400; from 5 on not
 * committed, at 900.
 */
async function bench(): Promise<{ readonly world: World; readonly partition: Partition }> {
  const world = simulatedWorld();
  const partition = await openPartition(world, { image: { leaderEpoch: 3 } });
  const append = (...timestamps: number[]) =>
    world.settle(
      partition.append(batchOf(timestamps.map((timestamp) => ({ timestamp }))), 1),
    );
  await append(100, 300, 200);
  partition.follow(partitionImage({ leaderEpoch: 5 }));
  await append(400, 400);
  partition.follow(partitionImage({ replicas: [1, 2], leaderEpoch: 5 }));
  await append(900);
  return { world, partition };
}

function question(timestamp: number, more: Partial<OffsetQuestion> = {}): OffsetQuestion {
  return {
    timestamp,
    leaderEpoch: -1,
    replicaId: -1,
    isReadCommitted: false,
    version: NEWEST,
    ...more,
  };
}

const found = (timestamp: number, offset: number, leaderEpoch: number): FoundOffset => ({
  timestamp,
  offset,
  leaderEpoch,
});
const NONE = found(-1, -1, -1);

const QUESTIONS: readonly [name: string, question: OffsetQuestion, expected: FoundOffset][] = [
  ["latest is the high watermark", question(-1), found(-1, 5, 5)],
  ["latest of a replica is the end", question(-1, { replicaId: 2 }), found(-1, 6, 5)],
  ["earliest is the start, in the epoch of its record", question(-2), found(-1, 0, 3)],
  ["earliest local is the start", question(-4), found(-1, 0, 3)],
  ["nothing is in tiered storage", question(-5), NONE],
  ["nothing waits for tiered storage", question(-6), NONE],
  ["a time before all", question(0), found(100, 0, 3)],
  ["the time of the first", question(100), found(100, 0, 3)],
  ["a time between records", question(101), found(300, 1, 3)],
  ["a time that comes out of order", question(200), found(300, 1, 3)],
  ["a time in a later epoch", question(301), found(400, 3, 5)],
  ["a time of what is not committed", question(401), NONE],
  ["that, for a replica", question(401, { replicaId: 2 }), found(900, 5, 5)],
  ["a time behind all", question(901), NONE],
];

for (const [name, asked, expected] of QUESTIONS) {
  test(`offsetFor ${asked.timestamp}: ${name}`, async () => {
    const { world, partition } = await bench();
    assert.equal(await world.settle(offsetFor(partition, asked)), expected);
  });
}

test("offsetFor the largest timestamp is the first record that has it", async () => {
  const { world, partition } = await bench();
  assert.equal(await world.settle(offsetFor(partition, question(-3))), NONE, "not committed yet");
  partition.follow(partitionImage({ leaderEpoch: 5 }));
  assert.equal(await world.settle(offsetFor(partition, question(-3))), found(900, 5, 5));
  await world.settle(partition.append(batchOf([{ timestamp: 900 }, { timestamp: 900 }]), 1));
  assert.equal(await world.settle(offsetFor(partition, question(-3))), found(900, 5, 5));
});

test("offsetFor an empty log", async () => {
  const world = simulatedWorld();
  const partition = await openPartition(world, { image: { leaderEpoch: 3 } });
  const ask = (timestamp: number) => world.settle(offsetFor(partition, question(timestamp)));
  assert.equal(await ask(-1), found(-1, 0, 3));
  assert.equal(await ask(-3), NONE);
  assert.equal(await ask(0), NONE);
});

test("offsetFor looks behind what was deleted only", async () => {
  const { world, partition } = await bench();
  partition.deleteRecordsBefore(4);
  const ask = (timestamp: number) => world.settle(offsetFor(partition, question(timestamp)));
  assert.equal(await ask(-2), found(-1, 4, 5));
  assert.equal(await ask(0), found(400, 4, 5));
});

test("offsetFor those who read committed records ends before an open transaction", async () => {
  const world = simulatedWorld();
  const partition = await openPartition(world);
  const header = { producerId: 4, producerEpoch: 0, baseSequence: 0, isTransactional: true };
  await partition.append(batchOf([{ timestamp: 100 }]), 1);
  await partition.append(batchOf([{ timestamp: 200, value: text("in it") }], header), 1);
  const ask = (timestamp: number, isReadCommitted: boolean) =>
    world.settle(offsetFor(partition, question(timestamp, { isReadCommitted })));
  assert.is((await ask(-1, false)).offset, 2);
  assert.is((await ask(-1, true)).offset, 1);
  assert.is((await ask(200, false)).offset, 1);
  assert.equal(await ask(200, true), NONE);
});

const SINCE: readonly [timestamp: number, version: number][] = [
  [-1, 1],
  [-2, 1],
  [-3, 7],
  [-4, 8],
  [-5, 9],
  [-6, 11],
];

for (const [timestamp, version] of SINCE) {
  test(`offsetFor ${timestamp} needs version ${version}`, async () => {
    const { world, partition } = await bench();
    const ask = (asked: number) =>
      world.settle(
        refusalOfAsync(() => offsetFor(partition, question(timestamp, { version: asked }))),
      );
    assert.is(await ask(version), undefined);
    assert.is(await ask(version - 1), "UNSUPPORTED_VERSION");
  });
}

test("offsetFor a special timestamp that nobody knows", async () => {
  const { partition } = await bench();
  const refused = await refusalOfAsync(() => offsetFor(partition, question(-7)));
  assert.is(refused, "UNSUPPORTED_VERSION");
});

const LEADERSHIP: readonly [
  leader: number,
  asked: Partial<OffsetQuestion>,
  expected: ErrorName | undefined,
][] = [
  [1, {}, undefined],
  [1, { leaderEpoch: 4 }, "FENCED_LEADER_EPOCH"],
  [1, { leaderEpoch: 6 }, "UNKNOWN_LEADER_EPOCH"],
  [2, {}, "NOT_LEADER_OR_FOLLOWER"],
  // Who only looks asks anybody, but must know what it talks about.
  [2, { replicaId: -2 }, undefined],
  [2, { replicaId: -2, leaderEpoch: 4 }, "FENCED_LEADER_EPOCH"],
];

for (const [leader, asked, expected] of LEADERSHIP) {
  const name = `${leader === 1 ? "leader" : "follower"} ${JSON.stringify(asked)}`;
  test(`offsetFor asked of the ${name}: ${expected ?? "answered"}`, async () => {
    const { world, partition } = await bench();
    partition.follow(partitionImage({ replicas: [1, 2], leader, leaderEpoch: 5 }));
    const ask = () => offsetFor(partition, question(-2, asked));
    assert.is(await world.settle(refusalOfAsync(ask)), expected);
  });
}

// Epochs.

const ENDS: readonly [epoch: number, expected: readonly [epoch: number, endOffset: number]][] = [
  [5, [5, 6]],
  [4, [3, 3]],
  [3, [3, 3]],
  [2, [2, 0]],
  [6, [-1, -1]],
];

for (const [epoch, [foundEpoch, endOffset]] of ENDS) {
  test(`endOfEpoch ${epoch} is ${endOffset} in epoch ${foundEpoch}`, async () => {
    const { partition } = await bench();
    const end = endOfEpoch(partition, { leaderEpoch: -1, epoch });
    assert.equal(end, { epoch: foundEpoch, endOffset });
  });
}

test("endOfEpoch is the leader's, in the epoch that the client thinks is current", async () => {
  const { partition } = await bench();
  const ask = (leaderEpoch: number) =>
    refusalOf(() => endOfEpoch(partition, { leaderEpoch, epoch: 3 }));
  assert.is(ask(5), undefined);
  assert.is(ask(4), "FENCED_LEADER_EPOCH");
  assert.is(ask(6), "UNKNOWN_LEADER_EPOCH");
  partition.follow(partitionImage({ replicas: [1, 2], leader: 2, leaderEpoch: 6 }));
  assert.is(ask(-1), "NOT_LEADER_OR_FOLLOWER");
});

test.run();
