// One partition over a simulated disk: who may append, what an append changes, what readers see,
// and what becomes of it when the leader or the disk goes.

import { Fault } from "@odradek/base";
import { Batch } from "@odradek/protocol/records/batch";
import { readRecords } from "@odradek/protocol/records/record";
import type { ErrorName } from "@odradek/protocol/errors";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type PartitionDraft, partitionImage } from "../testing/images.ts";
import { refusalOf, refusalOfAsync } from "../testing/refusals.ts";
import {
  batchOf,
  markerOf,
  openPartition,
  type PartitionWish,
  simulatedWorld,
  text,
  valuesIn,
  type World,
} from "../testing/world.ts";
import type { Appended, Partition } from "./partition.ts";

const test = suite("partitions/partition");

const ACKS_LEADER = 1;
const ACKS_ALL = -1;
/** Batches of two short records lie in one such segment three at a time. */
const SMALL_SEGMENTS = { "internal.segment.bytes": "300" };

interface Bench {
  readonly world: World;
  readonly partition: Partition;
  /** Appends these values in one batch and waits for it. */
  append(...values: string[]): Promise<Appended>;
  values(): Promise<string[]>;
}

async function bench(wish: PartitionWish = {}): Promise<Bench> {
  const world = simulatedWorld();
  const partition = await openPartition(world, wish);
  return {
    world,
    partition,
    append: (...values) => world.settle(partition.append(batchOf(values), ACKS_LEADER)),
    values: () => valuesIn(world, partition.log),
  };
}

const isWoken = (partition: Partition): () => boolean => {
  let woken = false;
  const waiter = { look: () => void (woken = true) };
  partition.waiters.add(waiter as unknown as Parameters<typeof partition.waiters.add>[0]);
  return () => {
    const was = woken;
    woken = false;
    return was;
  };
};

// What an append does.

test("Partition.append gives offsets, and moves the end and the high watermark", async () => {
  const { partition, append, values } = await bench();
  const first = await append("a", "b", "c");
  assert.equal(first, { baseOffset: 0, nextOffset: 3, logAppendTimeMs: -1, logStartOffset: 0 });
  const second = await append("d");
  assert.is(second.baseOffset, 3);
  assert.is(partition.log.endOffset, 4);
  assert.is(partition.highWatermark, 4);
  assert.is(partition.lastStableOffset, 4);
  assert.equal(await values(), ["a", "b", "c", "d"]);
});

test("Partition.append wakes who waits", async () => {
  const { partition, append } = await bench();
  const woken = isWoken(partition);
  await append("a");
  assert.ok(woken());
});

test("Partition.append stores the producer's bytes, with offset and epoch set", async () => {
  const { partition, append } = await bench({ image: { leaderEpoch: 7 } });
  await append("before");
  const batch = batchOf([{ value: text("a"), timestamp: 1000 }]);
  const { crc } = batch;
  void partition.append(batch, ACKS_LEADER);
  assert.is(batch.baseOffset, 1);
  assert.is(batch.leaderEpoch, 7);
  assert.is(batch.crc, crc, "neither is covered by the CRC");
});

test("Partition.append corrects the largest timestamp, and the CRC with it", async () => {
  const { partition } = await bench();
  const batch = batchOf([{ timestamp: 1000 }, { timestamp: 3000 }, { timestamp: 2000 }]);
  batch.setMaxTimestamp("CreateTime", 9);
  batch.updateCrc();
  void partition.append(batch, ACKS_LEADER);
  assert.is(batch.maxTimestamp, 3000);
  assert.ok(batch.isCrcValid());
});

test("Partition.append sets the broker's time where the topic wants it", async () => {
  const { world, partition } = await bench({
    settings: { "message.timestamp.type": "LogAppendTime" },
  });
  const now = world.clock.now();
  const batch = batchOf([{ timestamp: 1000 }]);
  const appended = await partition.append(batch, ACKS_LEADER);
  assert.is(appended.logAppendTimeMs, now);
  assert.is(batch.timestampType, "LogAppendTime");
  assert.is(batch.maxTimestamp, now);
  assert.ok(batch.isCrcValid());
});

test("Partition.append stores in the topic's codec", async () => {
  const { world, partition, values } = await bench({ settings: { "compression.type": "gzip" } });
  await world.settle(partition.append(batchOf(["a", "b"]), ACKS_LEADER));
  const { lease } = await partition.log.read({
    offset: 0,
    upTo: 2,
    bytesMax: 1000,
    minOneBatch: true,
  });
  const stored = new Batch(lease?.bytes ?? new Uint8Array(0));
  assert.is(stored.codec, 1);
  assert.ok(stored.isCrcValid());
  assert.is([...readRecords(stored)].length, 2);
  assert.equal(await values(), ["a", "b"]);
});

// What it refuses, and that it then changes nothing.

const REFUSED: readonly [name: string, wish: PartitionWish, batch: Batch, error: ErrorName][] = [
  ["nothing is known of", { image: null }, batchOf(["a"]), "NOT_LEADER_OR_FOLLOWER"],
  [
    "somebody else leads",
    { image: { replicas: [1, 2], leader: 2 } },
    batchOf(["a"]),
    "NOT_LEADER_OR_FOLLOWER",
  ],
  ["nobody leads", { image: { leader: -1 } }, batchOf(["a"]), "NOT_LEADER_OR_FOLLOWER"],
  ["that takes smaller ones", limit("70"), batchOf(["0123456789"]), "MESSAGE_TOO_LARGE"],
  [
    "whose segments are smaller",
    { settings: SMALL_SEGMENTS },
    batchOf(["0".repeat(300)]),
    "RECORD_LIST_TOO_LARGE",
  ],
  [
    "that wants keys",
    { settings: { "cleanup.policy": "compact" } },
    batchOf(["a"]),
    "INVALID_RECORD",
  ],
  ["when it is a control batch", {}, batchOf(["a"], { isControl: true }), "INVALID_RECORD"],
  ["when its offset is not 0", {}, batchOf(["a"], { baseOffset: 3 }), "INVALID_RECORD"],
];

for (const [name, wish, batch, error] of REFUSED) {
  test(`Partition.append refuses a batch for a partition ${name}: ${error}`, async () => {
    const { partition } = await bench(wish);
    const before = batch.bytes.slice();
    assert.is(refusalOf(() => partition.append(batch, ACKS_LEADER)), error);
    assert.is(partition.log.endOffset, 0);
    assert.is(partition.highWatermark, 0);
    assert.equal(batch.bytes, before);
  });
}

test("Partition.append refuses what is too large only in the topic's codec", async () => {
  const noise = Uint8Array.from({ length: 200 }, (_, i) => (i * 7919) >> (i % 7));
  const batch = batchOf([{ value: noise }]);
  const bytesMax = String(batch.bytes.length);
  const { partition } = await bench({
    settings: { "compression.type": "gzip", "max.message.bytes": bytesMax },
  });
  assert.is(refusalOf(() => partition.append(batch, ACKS_LEADER)), "MESSAGE_TOO_LARGE");
  assert.is(partition.log.endOffset, 0);
});

const IN_SYNC: readonly [
  isr: readonly number[],
  replicas: readonly number[],
  min: number,
  acks: number,
  expected: ErrorName | undefined,
][] = [
  [[1], [1], 1, ACKS_ALL, undefined],
  [[1, 2], [1, 2, 3], 2, ACKS_ALL, undefined],
  [[1], [1, 2, 3], 2, ACKS_ALL, "NOT_ENOUGH_REPLICAS"],
  [[1], [1, 2, 3], 2, ACKS_LEADER, undefined],
  [[1], [1, 2, 3], 2, 0, undefined],
  // No more is wanted than there are replicas.
  [[1], [1], 2, ACKS_ALL, undefined],
  [[1], [1, 2], 3, ACKS_ALL, "NOT_ENOUGH_REPLICAS"],
];

for (const [isr, replicas, min, acks, expected] of IN_SYNC) {
  const name = `${isr.length} of ${replicas.length} in sync, at least ${min}, acks ${acks}`;
  test(`Partition.append with ${name}: ${expected ?? "taken"}`, async () => {
    const settings = { "min.insync.replicas": String(min) };
    const { partition } = await bench({ image: { isr, replicas }, settings });
    assert.is(refusalOf(() => partition.append(batchOf(["a"]), acks)), expected);
    assert.is(partition.log.endOffset, expected === undefined ? 1 : 0);
  });
}

// Idempotent producers.

test("Partition.append answers a repeated batch as the first time and writes nothing", async () => {
  const { partition, append } = await bench();
  await append("other");
  const header = { producerId: 9, producerEpoch: 0, baseSequence: 0 };
  const records = [{ value: text("a"), timestamp: 1000 }, { value: text("b"), timestamp: 2000 }];
  const first = await partition.append(batchOf(records, header), ACKS_LEADER);
  await append("another");
  const again = await partition.append(batchOf(records, header), ACKS_LEADER);
  // Kafka tells the time of the batch here, whatever the topic's timestamp type is.
  assert.equal(again, { ...first, logAppendTimeMs: 2000 });
  assert.is(partition.log.endOffset, 4);
});

const SEQUENCES: readonly [
  name: string,
  epoch: number,
  sequence: number,
  expected: ErrorName | undefined,
][] = [
  ["the next", 3, 12, undefined],
  ["a gap", 3, 13, "OUT_OF_ORDER_SEQUENCE_NUMBER"],
  ["one that was", 3, 11, "OUT_OF_ORDER_SEQUENCE_NUMBER"],
  ["a new epoch from 0", 4, 0, undefined],
  ["a new epoch from elsewhere", 4, 12, "OUT_OF_ORDER_SEQUENCE_NUMBER"],
  ["an old epoch", 2, 12, "INVALID_PRODUCER_EPOCH"],
];

for (const [name, producerEpoch, baseSequence, expected] of SEQUENCES) {
  test(`Partition.append of ${name} in sequence: ${expected ?? "taken"}`, async () => {
    const { partition } = await bench();
    const known = { producerId: 9, producerEpoch: 3, baseSequence: 10 };
    await partition.append(batchOf(["a", "b"], known), ACKS_LEADER);
    const next = batchOf(["c"], { producerId: 9, producerEpoch, baseSequence });
    assert.is(refusalOf(() => partition.append(next, ACKS_LEADER)), expected);
    assert.is(partition.log.endOffset, expected === undefined ? 3 : 2);
  });
}

// The order of appends.

test("Partition.append keeps the order of the calls where a new segment must begin", async () => {
  const { world, partition, values } = await bench({ settings: SMALL_SEGMENTS });
  const sent = Array.from({ length: 40 }, (_, i) => batchOf([`value ${i}`, "second"]));
  const answers = sent.map((batch) => partition.append(batch, ACKS_LEADER));
  assert.ok(answers.some((answer) => answer instanceof Promise));
  // The buffer that they were read into is used again.
  for (const { bytes } of sent) bytes.fill(0xee);
  const done = await world.settle(Promise.all(answers));
  assert.equal(done.map(({ baseOffset }) => baseOffset), sent.map((_, i) => 2 * i));
  assert.ok(partition.log.segments.length > 5);
  assert.is(partition.highWatermark, 80);
  const stored = (await values()).filter((value) => value !== "second");
  assert.equal(stored, sent.map((_, i) => `value ${i}`));
});

test("Partition.append goes on after one that waited was refused", async () => {
  const { world, partition, values } = await bench({ settings: SMALL_SEGMENTS });
  const good = () => batchOf(["a value", "second"]);
  const bad = batchOf(["no"], { isControl: true });
  const answers = [good(), good(), good(), good(), bad, good()]
    .map((batch) => refusalOfAsync(() => partition.append(batch, ACKS_LEADER)));
  const refused = await world.settle(Promise.all(answers));
  assert.equal(refused, [undefined, undefined, undefined, undefined, "INVALID_RECORD", undefined]);
  assert.is((await values()).length, 10);
});

for (
  const [name, lose] of [
    ["another broker leads", (one: Partition) => one.follow(led({ leader: 2, leaderEpoch: 1 }))],
    ["it is deleted", (one: Partition) => one.leave()],
  ] as const
) {
  test(`Partition.append writes nothing if ${name} when the new segment is there`, async () => {
    const { world, partition } = await bench({ settings: SMALL_SEGMENTS });
    const answers = five(partition);
    lose(partition);
    const refused = await world.settle(Promise.all(answers));
    assert.is(partition.log.endOffset, 6);
    assert.equal(refused, [...TAKEN, "NOT_LEADER_OR_FOLLOWER", "NOT_LEADER_OR_FOLLOWER"]);
  });
}

test("Partition.append whose epoch ended while it waited is not written in the next", async () => {
  const { world, partition } = await bench({ settings: SMALL_SEGMENTS });
  const answers = five(partition);
  partition.follow(led({ leaderEpoch: 1, isr: [1] }));
  const refused = await world.settle(Promise.all(answers));
  assert.equal(refused, [...TAKEN, "NOT_LEADER_OR_FOLLOWER", undefined]);
});

const TAKEN = [undefined, undefined, undefined];

/** The fourth of these appends waits for a new segment, the fifth for the fourth. */
function five(partition: Partition): Promise<ErrorName | undefined>[] {
  const batches = Array.from({ length: 5 }, () => batchOf(["a value", "second"]));
  return batches.map((batch) => refusalOfAsync(() => partition.append(batch, ACKS_LEADER)));
}

// The disk.

test("Partition.append a full disk refuses changes nothing, the next may go", async () => {
  const { world, partition, append, values } = await bench();
  await append("a");
  world.disk.isFull = true;
  assert.throws(() => partition.append(batchOf(["b"]), ACKS_LEADER), isFault("disk full"));
  assert.is(partition.log.endOffset, 1);
  assert.is(partition.highWatermark, 1);
  world.disk.isFull = false;
  await append("c");
  assert.equal(await values(), ["a", "c"]);
});

test("Partition.append fails after a failed sync: nobody knows what the disk has", async () => {
  const { world, partition } = await bench({ fsync: { kind: "always" } });
  const [segment] = partition.log.segments;
  assert.ok(segment);
  segment.sync = () => Promise.reject(new Fault("disk", "input/output error"));
  const failed = Promise.resolve(partition.append(batchOf(["a"]), ACKS_LEADER))
    .catch((error: unknown) => error);
  assert.ok(isFault("disk")(await world.settle(failed)));
  assert.throws(() => partition.append(batchOf(["b"]), ACKS_LEADER), isFault("disk"));
  assert.is(partition.log.endOffset, 1);
});

test("Partition.append with fsync=always is answered when it is on disk", async () => {
  const { world, partition } = await bench({ fsync: { kind: "always" } });
  const appended = partition.append(batchOf(["a"]), ACKS_LEADER);
  assert.is(partition.log.recoveryPoint, 0);
  await world.settle(appended);
  assert.is(partition.log.recoveryPoint, 1);
});

// Leadership and epochs.

const EPOCHS: readonly [
  leader: number,
  asked: number | undefined,
  expected: ErrorName | undefined,
][] = [
  [1, undefined, undefined],
  [1, -1, undefined],
  [1, 5, undefined],
  [1, 4, "FENCED_LEADER_EPOCH"],
  [1, 6, "UNKNOWN_LEADER_EPOCH"],
  [2, -1, "NOT_LEADER_OR_FOLLOWER"],
  [2, 5, "NOT_LEADER_OR_FOLLOWER"],
  // The client's knowledge comes first: it tells it what to do.
  [2, 4, "FENCED_LEADER_EPOCH"],
  [2, 6, "UNKNOWN_LEADER_EPOCH"],
];

for (const [leader, asked, expected] of EPOCHS) {
  const who = leader === 1 ? "the leader" : "a follower";
  test(`Partition.checkLeader of ${who} in epoch 5, asked in ${asked}: ${expected}`, async () => {
    const { partition } = await bench({ image: { replicas: [1, 2], leader, leaderEpoch: 5 } });
    assert.is(refusalOf(() => partition.checkLeader(asked)), expected);
  });
}

test("Partition.leave refuses everybody and wakes who waits", async () => {
  const { partition } = await bench();
  const woken = isWoken(partition);
  partition.leave();
  assert.ok(woken());
  assert.not(partition.isLeader);
  assert.is(refusalOf(() => partition.checkLeader()), "NOT_LEADER_OR_FOLLOWER");
  assert.is(refusalOf(() => partition.checkEpoch(0)), "NOT_LEADER_OR_FOLLOWER");
  assert.is(
    refusalOf(() => partition.append(batchOf(["a"]), ACKS_LEADER)),
    "NOT_LEADER_OR_FOLLOWER",
  );
});

test("Partition.follow begins each epoch that it leads at the log's end", async () => {
  const { partition, append } = await bench({ image: { leaderEpoch: 2 } });
  await append("a", "b");
  partition.follow(led({ leader: 2, leaderEpoch: 3 }));
  partition.follow(led({ leaderEpoch: 4, isr: [1] }));
  await append("c");
  assert.equal(partition.log.epochs.entries, [
    { epoch: 2, startOffset: 0 },
    { epoch: 4, startOffset: 2 },
  ]);
});

test("Partition.follow wakes who waits when leader or epoch change, not else", async () => {
  const { partition } = await bench({ image: { replicas: [1, 2], leaderEpoch: 2 } });
  const woken = isWoken(partition);
  partition.follow(led({ leaderEpoch: 2 }));
  assert.not(woken());
  partition.follow(led({ leaderEpoch: 3 }));
  assert.ok(woken());
  partition.follow(led({ leader: 2, leaderEpoch: 3 }));
  assert.ok(woken());
  assert.is(partition.leaderId, 2);
  assert.is(partition.leaderEpoch, 3);
});

// Watermarks.

test("Partition.highWatermark waits for the other in-sync replicas", async () => {
  const { partition, append } = await bench({ image: { replicas: [1, 2] } });
  await append("a", "b");
  assert.is(partition.highWatermark, 0);
  const woken = isWoken(partition);
  partition.follow(led({ isr: [1] }));
  assert.is(partition.highWatermark, 2);
  assert.ok(woken(), "it has fallen out, so this replica alone counts");
});

test("Partition.highWatermark of a follower is not its end", async () => {
  const { partition, append } = await bench();
  await append("a");
  partition.follow(led({ leader: 2, leaderEpoch: 1, isr: [1] }));
  assert.is(partition.highWatermark, 1);
});

test("Partition.highWatermark begins at the checkpoint, within the log", async () => {
  const world = simulatedWorld();
  const image = { replicas: [1, 2] } as const;
  const first = await openPartition(world);
  await first.append(batchOf(["a", "b", "c"]), ACKS_LEADER);
  await world.settle(first.log.close());
  for (const [checkpoint, expected] of [[2, 2], [0, 0], [99, 3]] as const) {
    const again = await openPartition(world, { highWatermark: checkpoint, image });
    assert.is(again.highWatermark, expected);
  }
});

test("Partition.lastStableOffset stays before an open transaction", async () => {
  const { partition, append } = await bench();
  await append("a");
  const header = { producerId: 4, producerEpoch: 0, baseSequence: 0, isTransactional: true };
  await partition.append(batchOf(["in it", "in it"], header), ACKS_LEADER);
  await append("b");
  assert.is(partition.highWatermark, 4);
  assert.is(partition.lastStableOffset, 1);
  partition.log.append([markerOf(4, "commit", { baseOffset: 4, leaderEpoch: 0 })]);
  assert.is(partition.lastStableOffset, 1, "its end is not committed yet");
  await append("c");
  assert.is(partition.lastStableOffset, 6);
});

// Deleting records.

const DELETED: readonly [offset: number, expected: number | ErrorName][] = [
  [0, 0],
  [3, 3],
  [6, 6],
  [-1, 6],
  [7, "OFFSET_OUT_OF_RANGE"],
  [-2, "OFFSET_OUT_OF_RANGE"],
];

for (const [offset, expected] of DELETED) {
  test(`Partition.deleteRecordsBefore ${offset} of 6: ${expected}`, async () => {
    const { partition, append } = await bench();
    await append("a", "b");
    await append("c", "d", "e", "f");
    let start: number | undefined;
    const refused = refusalOf(() => (start = partition.deleteRecordsBefore(offset)));
    assert.is(refused ?? start, expected);
    assert.is(partition.log.startOffset, typeof expected === "number" ? expected : 0);
  });
}

test("Partition.deleteRecordsBefore never goes back, and wakes only when it goes on", async () => {
  const { partition, append, values } = await bench();
  await append("a", "b", "c");
  partition.deleteRecordsBefore(2);
  const woken = isWoken(partition);
  assert.is(partition.deleteRecordsBefore(1), 1);
  assert.is(partition.log.startOffset, 2);
  assert.not(woken());
  assert.is(partition.deleteRecordsBefore(3), 3);
  assert.ok(woken());
  assert.equal(await values(), []);
});

test("Partition.deleteRecordsBefore keeps what is not committed, and is the leader's", async () => {
  const { partition, append } = await bench({ image: { replicas: [1, 2] } });
  await append("a", "b");
  assert.is(refusalOf(() => partition.deleteRecordsBefore(1)), "OFFSET_OUT_OF_RANGE");
  assert.is(partition.deleteRecordsBefore(-1), 0);
  partition.follow(led({ leader: 2, leaderEpoch: 1 }));
  assert.is(refusalOf(() => partition.deleteRecordsBefore(0)), "NOT_LEADER_OR_FOLLOWER");
});

// All of it, in any order.

type Step = { readonly what: "append" | "delete" | "isr" | "lead"; readonly by: number };
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom("append", "append", "append", "delete", "isr", "lead"),
  by: fc.integer({ min: 0, max: 5 }),
});

test("Partition keeps start <= high watermark <= end, and every record that it took", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { world, partition, values } = await bench({ settings: SMALL_SEGMENTS });
      let model: string[] = [];
      let leaderEpoch = 0;
      let isr = [1];
      let highWatermark = 0;
      for (const [i, { what, by }] of steps.entries()) {
        if (what === "append") {
          const records = Array.from({ length: by + 1 }, (_, j) => `${i} ${j}`);
          await world.settle(partition.append(batchOf(records), ACKS_LEADER));
          model = [...model, ...records];
        } else if (what === "delete") {
          partition.deleteRecordsBefore(Math.min(partition.highWatermark, by * 7));
        } else {
          isr = what === "isr" ? (by % 2 === 0 ? [1] : [1, 2]) : isr;
          leaderEpoch += what === "lead" ? 1 : 0;
          partition.follow(led({ leaderEpoch, isr }));
        }
        const { log } = partition;
        assert.ok(log.startOffset <= partition.highWatermark);
        assert.ok(partition.highWatermark <= log.endOffset);
        assert.ok(highWatermark <= partition.highWatermark, "it never goes back");
        assert.is(log.endOffset, model.length);
        if (isr.length === 1) assert.is(partition.highWatermark, log.endOffset);
        ({ highWatermark } = partition);
      }
      assert.equal(await values(), model.slice(partition.log.startOffset));
    }),
    { numRuns: 40 },
  );
});

/** Node 1 leads, of two replicas. */
function led(draft: PartitionDraft = {}) {
  return partitionImage({ replicas: [1, 2], ...draft });
}

function limit(bytesMax: string): PartitionWish {
  return { settings: { "max.message.bytes": bytesMax } };
}

function isFault(kind: Fault["kind"]): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.kind === kind;
}

test("Partition.truncateTo cuts a follower's log, and its high watermark with it", async () => {
  const world = simulatedWorld();
  const partition = await openPartition(world);
  for (const value of ["a", "b", "c", "d"]) {
    await world.settle(partition.append(batchOf([value]), 1));
  }
  assert.is(partition.highWatermark, 4);
  partition.follow(partitionImage({ replicas: [1, 2], leader: 2, leaderEpoch: 1 }));
  await world.settle(partition.truncateTo(2));
  assert.equal([partition.log.endOffset, partition.highWatermark], [2, 2]);
  await world.settle(partition.truncateFully(9));
  assert.equal([partition.log.startOffset, partition.highWatermark], [9, 9]);
});

test("Partition.truncateTo is a bug where this broker leads", async () => {
  const world = simulatedWorld();
  const partition = await openPartition(world);
  await world.settle(partition.append(batchOf(["a"]), 1));
  const failed = await world.settle(partition.truncateTo(0).catch((error: Error) => error));
  assert.match(String(failed), /never cut/);
  assert.is(partition.log.endOffset, 1);
});

test.run();
