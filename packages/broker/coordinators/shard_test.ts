// One coordinator over a simulated clock and disk: what is answered when, and what is left after
// appends have failed, leaders have changed, and the node has started again.

import type { Refusal } from "@odradek/protocol/refusal";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Partition } from "../partitions/partition.ts";
import { type PartitionDraft, partitionImage } from "../testing/images.ts";
import {
  CHORES_MS,
  type TallyCommand,
  tallyFold,
  type TallyReply,
  type TallyTypes,
} from "../testing/tally_fold.ts";
import {
  batchOf,
  markerOf,
  openPartition,
  type PartitionWish,
  simulatedWorld,
  type World,
} from "../testing/world.ts";
import { Shard, type ShardSettings } from "./shard.ts";

const test = suite("coordinators/shard");

const SETTINGS: ShardSettings = {
  lingerMs: 0,
  commitTimeoutMs: 5000,
  loadBytes: 1 << 20,
  codec: 0,
};

interface Bench {
  readonly world: World;
  readonly partition: Partition;
  readonly shard: Shard<TallyTypes>;
  readonly warnings: string[];
  /** The sum, or the error. */
  ask(command: TallyCommand): Promise<number | string>;
  see(name: string): number | string;
  follow(draft: PartitionDraft): void;
  pass(ms: number): Promise<void>;
}

async function bench(
  wish: PartitionWish = {},
  settings: Partial<ShardSettings> = {},
  world = simulatedWorld(),
): Promise<Bench> {
  const partition = await openPartition(world, wish);
  return benchOf(world, partition, settings);
}

async function benchOf(
  world: World,
  partition: Partition,
  settings: Partial<ShardSettings> = {},
): Promise<Bench> {
  const warnings: string[] = [];
  const shard = new Shard({
    fold: tallyFold,
    partition,
    settings: { ...SETTINGS, ...settings },
    clock: world.clock,
    warn: (message) => void warnings.push(message),
  });
  await world.clock.runUntil(world.clock.monotonic() + 10);
  return {
    world,
    partition,
    shard,
    warnings,
    ask: (command) => told(shard.ask(command)),
    see(name) {
      try {
        return shard.query(name).sum;
      } catch (error) {
        return (error as Refusal).error;
      }
    },
    follow: (draft) => partition.follow(partitionImage(draft)),
    pass: (ms) => world.clock.runUntil(world.clock.monotonic() + ms),
  };
}

function told(reply: Promise<TallyReply>): Promise<number | string> {
  return reply.then(({ sum }) => sum, (error: Refusal) => error.error);
}

/** What a promise has come to by now; "waits" if it has not. */
async function now(promise: Promise<number | string>): Promise<number | string> {
  await new Promise((resolve) => setImmediate(resolve));
  return await Promise.race([promise, Promise.resolve("waits")]);
}

const add = (name: string, amount = 1): TallyCommand => ({ type: "add", name, amount });

test("Shard.ask answers what is committed, and the next decision sees it before", async () => {
  const { ask, see, world } = await bench();
  const both = [ask(add("a", 2)), ask(add("a", 3))];
  assert.is(see("a"), 0, "nothing is written yet");
  assert.equal(await world.settle(Promise.all(both)), [2, 5]);
  assert.is(see("a"), 5);
});

test("Shard.ask writes what comes in one turn as one batch", async () => {
  const { ask, partition, world } = await bench();
  await world.settle(Promise.all(["a", "b", "c"].map((name) => ask(add(name)))));
  assert.is(partition.log.endOffset, 3);
  const { lease } = await world.settle(
    partition.log.read({ offset: 0, upTo: 3, bytesMax: 1 << 20, minOneBatch: true }),
  );
  const view = new DataView(lease?.bytes.buffer as ArrayBuffer, lease?.bytes.byteOffset);
  assert.is(view.getInt32(23), 2, "the last offset delta of the first batch");
  lease?.release();
});

test("Shard.ask refuses what the fold refuses, and nothing has happened", async () => {
  const { ask, partition, see } = await bench();
  assert.is(await ask({ type: "refuse" }), "INVALID_REQUEST");
  assert.is(partition.log.endOffset, 0);
  assert.is(see("a"), 0);
});

test("Shard.ask holds replies back, also those without records, until commit", async () => {
  const { ask, see, follow, pass, world } = await bench();
  follow({ replicas: [1, 2], isr: [1, 2] });
  const written = ask(add("a"));
  const looked = ask({ type: "look", name: "a" });
  await pass(1000);
  assert.equal([await now(written), await now(looked), see("a")], ["waits", "waits", 0]);
  follow({ replicas: [1, 2], isr: [1] });
  assert.equal(await world.settle(Promise.all([written, looked])), [1, 1]);
  assert.is(see("a"), 1);
});

test("Shard.ask lets callers go after a while, and what they asked for may still be", async () => {
  const { ask, see, follow, pass, world } = await bench();
  follow({ replicas: [1, 2], isr: [1, 2] });
  const written = ask(add("a"));
  await pass(4999);
  assert.is(await now(written), "waits");
  await pass(1);
  assert.is(await now(written), "COORDINATOR_NOT_AVAILABLE");
  const second = ask(add("a"));
  follow({ replicas: [1, 2], isr: [1] });
  assert.is(await world.settle(second), 2);
  assert.is(see("a"), 2);
});

test("Shard.ask answers a caller who waits for another's decision", async () => {
  const { ask, world } = await bench();
  const waiting = ask({ type: "wait", name: "w" });
  assert.is(await now(waiting), "waits");
  assert.is(await world.settle(ask({ type: "release", name: "w" })), -1);
  assert.is(await world.settle(waiting), -1);
});

test("Shard.ask refuses at once where the log would: then nothing has happened", async () => {
  const { ask, see, follow, warnings, world } = await bench({
    settings: { "min.insync.replicas": "2" },
  });
  follow({ replicas: [1, 2], isr: [1] });
  assert.is(await ask(add("a")), "COORDINATOR_NOT_AVAILABLE");
  follow({ replicas: [1], isr: [1] });
  assert.is(await world.settle(ask(add("a"))), 1);
  assert.equal([see("a"), warnings], [1, []]);
});

test("Shard.ask refuses records that no batch can hold", async () => {
  const { ask, see, world } = await bench({ settings: { "max.message.bytes": "200" } });
  assert.is(await ask(add("n".repeat(200))), "UNKNOWN_SERVER_ERROR");
  assert.is(await world.settle(ask(add("a"))), 1);
  assert.is(see("n".repeat(200)), 0);
});

test("Shard.ask spreads records over batches that may stand alone", async () => {
  const { ask, see, partition, world } = await bench({ settings: { "max.message.bytes": "200" } });
  const names = Array.from({ length: 20 }, (_, i) => `name ${i}`);
  assert.is(await world.settle(ask({ type: "spread", names })), 1);
  assert.is(partition.log.endOffset, 20);
  assert.is(see("name 19"), 1);
});

test("Shard drops what it decided when an append fails, and reads what is there", async () => {
  const { ask, see, pass, warnings, world } = await bench();
  await world.settle(ask(add("a")));
  world.disk.isFull = true;
  const lost = [ask(add("a")), ask(add("b")), ask({ type: "wait", name: "w" })];
  assert.equal(await world.settle(Promise.all(lost)), [
    "NOT_COORDINATOR",
    "NOT_COORDINATOR",
    "NOT_COORDINATOR",
  ]);
  assert.is(see("a"), "COORDINATOR_LOAD_IN_PROGRESS");
  assert.match(warnings[0] ?? "", /^Cannot write to t-0: /);
  world.disk.isFull = false;
  await pass(1100);
  assert.equal([see("a"), see("b")], [1, 0]);
  assert.is(await world.settle(ask(add("a"))), 2);
});

test("Shard decides nothing on what it has dropped in the middle of a decision", async () => {
  const { ask, see, pass, partition, warnings, world } = await bench({
    settings: { "max.message.bytes": "200" },
  });
  world.disk.isFull = true;
  const names = Array.from({ length: 20 }, (_, i) => `name ${i}`);
  assert.is(await world.settle(ask({ type: "spread", names })), "NOT_COORDINATOR");
  world.disk.isFull = false;
  await pass(1100);
  assert.is(warnings.length, 1, "the rest was not written");
  assert.equal([see("name 0"), see("name 19"), partition.log.endOffset], [0, 0, 0]);
  assert.is(await world.settle(ask(add("name 0"))), 1);
});

test("Shard notices that somebody else has written to its partition", async () => {
  const { ask, see, pass, partition, warnings, world } = await bench();
  await world.settle(ask(add("a")));
  partition.appendOwn(batchOf([{ key: text("b"), value: text("7") }]), partition.leaderEpoch);
  assert.is(await world.settle(ask(add("a"))), "NOT_COORDINATOR");
  assert.match(warnings[0] ?? "", /Somebody else has written/);
  await pass(1100);
  assert.equal([see("a"), see("b")], [2, 7], "both appends are in the log");
});

test("Shard.close lets everybody go, and nothing that it had timed happens", async () => {
  const { ask, see, shard, pass, partition, world } = await bench();
  await world.settle(ask({ type: "later", name: "late", afterMs: 1000 }));
  const waiting = ask({ type: "wait", name: "w" });
  shard.close();
  assert.is(await now(waiting), "NOT_COORDINATOR");
  assert.equal([await ask(add("a")), see("a")], ["NOT_COORDINATOR", "NOT_COORDINATOR"]);
  await pass(CHORES_MS);
  assert.is(partition.log.endOffset, 0);
});

test("Shard writes nothing in an epoch that is over", async () => {
  const { ask, shard, follow, world } = await bench();
  follow({ leaderEpoch: 1 });
  assert.is(await ask(add("a")), "NOT_COORDINATOR");
  shard.lead(1);
  assert.is(await world.settle(ask(add("a"))), 1);
});

test("Shard carries out what is due, and tries again while it cannot be written", async () => {
  const { ask, see, follow, pass, world } = await bench({
    settings: { "min.insync.replicas": "2" },
    image: { replicas: [1, 2], isr: [1] },
  });
  await world.settle(ask({ type: "later", name: "late", afterMs: 1000 }));
  await pass(5000);
  assert.is(see("late"), 0);
  follow({ replicas: [1], isr: [1] });
  await pass(500);
  assert.is(see("late"), 1);
  await pass(5000);
  assert.is(see("late"), 1, "once");
});

test("Shard does its chores again and again, and forgets topics that are gone", async () => {
  const { see, shard, pass } = await bench();
  await pass(CHORES_MS * 2 + 100);
  assert.is(see("chores"), 2);
  shard.forget([{ id: "x", name: "t" }]);
  await pass(10);
  assert.is(see("without t"), 1);
});

test("Shard knows after a restart what was answered before", async () => {
  const first = await bench();
  await first.world.settle(first.ask(add("a", 4)));
  await first.world.settle(first.ask(add("timed b")));
  const { world } = first;
  const again = await benchOf(world, first.partition);
  assert.equal([again.see("a"), again.see("timed b")], [4, 1]);
  await again.pass(1000);
  assert.is(again.see("timed b"), 2, "what is to be resumed is due again");
});

test("Shard serves while the high watermark has not reached what it has read", async () => {
  const world = simulatedWorld();
  const partition = await openPartition(world, { image: { replicas: [1, 2], isr: [1, 2] } });
  for (const amount of ["2", "3"]) {
    partition.appendOwn(batchOf([{ key: text("a"), value: text(amount) }]), 0);
  }
  const { ask, see, follow } = await benchOf(world, partition);
  const looked = ask({ type: "look", name: "a" });
  assert.equal([see("a"), await now(looked)], [0, "waits"]);
  follow({ replicas: [1, 2], isr: [1] });
  assert.is(await world.settle(looked), 5);
  assert.is(see("a"), 5);
});

test("Shard.query tells what must be current when all that was read is committed", async () => {
  const world = simulatedWorld();
  const partition = await openPartition(world, { image: { replicas: [1, 2], isr: [1, 2] } });
  partition.appendOwn(batchOf([{ key: text("current a"), value: text("3") }]), 0);
  const { see, follow, ask } = await benchOf(world, partition);
  assert.is(see("current a"), "COORDINATOR_LOAD_IN_PROGRESS");
  assert.is(see("a"), 0);
  follow({ replicas: [1, 2], isr: [1] });
  await world.clock.runUntil(world.clock.monotonic() + 10);
  assert.is(see("current a"), 3);
  follow({ replicas: [1, 2], isr: [1, 2] });
  void ask(add("current a"));
  await world.clock.runUntil(world.clock.monotonic() + 10);
  assert.is(see("current a"), 3, "what it has decided itself it has told nobody");
});

test("Shard passes over records of a newer version, and counts ends of transactions", async () => {
  const world = simulatedWorld();
  const partition = await openPartition(world);
  partition.appendOwn(batchOf([{ key: text("?new"), value: text("?") }]), 0);
  partition.appendOwn(markerOf(7, "commit"), 0);
  partition.appendOwn(markerOf(8, "abort"), 0);
  const { see } = await benchOf(world, partition);
  assert.equal([see("end of 7"), see("end of 8")], [1, -1]);
});

test("Shard does not serve what it cannot read", async () => {
  const world = simulatedWorld();
  const partition = await openPartition(world);
  partition.appendOwn(batchOf([{ key: text("a"), value: text("none") }]), 0);
  const { ask, see, warnings } = await benchOf(world, partition);
  assert.equal([await ask(add("a")), see("a")], ["NOT_COORDINATOR", "NOT_COORDINATOR"]);
  assert.match(warnings[0] ?? "", /^Cannot load t-0: The amount of a is none/);
});

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

test.run();
