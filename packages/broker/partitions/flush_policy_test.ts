// When an append waits for the disk, and when the disk is asked behind its back.

import type { PartitionLog } from "@odradek/log";
import type { FsyncPolicy } from "@odradek/metadata/configs/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  batchOf,
  openTestLog,
  simulatedWorld,
  type TopicSettings,
  type World,
} from "../testing/world.ts";
import { FlushPolicy } from "./flush_policy.ts";

const test = suite("partitions/flush_policy");

interface Bench {
  readonly world: World;
  readonly log: PartitionLog;
  readonly policy: FlushPolicy;
  /** Appends so many records; what the answer waits for. */
  append(records?: number): Promise<void> | undefined;
}

async function bench(fsync: FsyncPolicy, settings: TopicSettings = {}): Promise<Bench> {
  const world = simulatedWorld();
  const log = await openTestLog(world, { settings });
  await world.settle(log.flush());
  const policy = new FlushPolicy(log, fsync, world.clock);
  const append = (records = 1): Promise<void> | undefined => {
    const batch = batchOf(Array.from({ length: records }, () => "value"));
    batch.setBaseOffset(log.endOffset);
    batch.setLeaderEpoch(0);
    log.append([batch]);
    return policy.after(log.endOffset);
  };
  return { world, log, policy, append };
}

const synced = ({ world, log }: Bench): number =>
  world.disk.syncedBytes(`${log.directory}/00000000000000000000.log`);

test("FlushPolicy leaves it to the page cache unless somebody asks", async () => {
  const given = await bench({ kind: "kafka" });
  assert.is(given.append(1000), undefined);
  await given.world.clock.runUntil(3_600_000);
  assert.is(given.log.recoveryPoint, 0);
  assert.is(synced(given), 0);
});

test("FlushPolicy with flush.messages syncs the append that makes it so many", async () => {
  const given = await bench({ kind: "kafka" }, { "flush.messages": "10" });
  assert.is(given.append(9), undefined);
  const flushed = given.append(1);
  assert.instance(flushed, Promise);
  await given.world.settle(flushed as Promise<void>);
  assert.is(given.log.recoveryPoint, 10);
  assert.is(synced(given), given.log.sizeBytes);
  assert.is(given.append(9), undefined, "counted from the last sync");
});

test("FlushPolicy with flush.ms syncs within that time, and nobody waits", async () => {
  const given = await bench({ kind: "kafka" }, { "flush.ms": "1000" });
  const start = given.world.clock.monotonic();
  assert.is(given.append(), undefined);
  await given.world.clock.runUntil(start + 500);
  assert.is(given.append(), undefined);
  await given.world.clock.runUntil(start + 990);
  assert.is(given.log.recoveryPoint, 0);
  await given.world.clock.runUntil(start + 1010);
  assert.is(given.log.recoveryPoint, 2, "one sync for both, counted from the first");
  assert.is(given.append(), undefined);
  await given.world.clock.runUntil(start + 2100);
  assert.is(given.log.recoveryPoint, 3);
});

test("FlushPolicy.stop leaves what is not synced", async () => {
  const given = await bench({ kind: "kafka" }, { "flush.ms": "1000" });
  given.append();
  given.policy.stop();
  await given.world.clock.runUntil(10_000);
  assert.is(given.log.recoveryPoint, 0);
});

test("FlushPolicy that fails behind an append's back fails the next append", async () => {
  const given = await bench({ kind: "kafka" }, { "flush.ms": "1000" });
  given.append();
  const [segment] = given.log.segments;
  assert.ok(segment);
  segment.sync = () => Promise.reject(new Error("the disk is gone"));
  await given.world.clock.runUntil(2000);
  assert.throws(() => given.append(), /the disk is gone/);
});

test("FlushPolicy with fsync=always syncs each append", async () => {
  const given = await bench({ kind: "always" });
  for (let i = 1; i <= 3; i++) {
    const flushed = given.append();
    assert.instance(flushed, Promise);
    await given.world.settle(flushed as Promise<void>);
    assert.is(given.log.recoveryPoint, i);
  }
});

test("FlushPolicy with fsync=group shares one sync among the appends of so many ms", async () => {
  const given = await bench({ kind: "group", ms: 10 });
  const { clock } = given.world;
  const start = clock.monotonic();
  const first = given.append();
  await clock.runUntil(start + 6);
  const second = given.append();
  assert.is(first, second);
  await clock.runUntil(start + 9);
  assert.is(given.log.recoveryPoint, 0);
  await given.world.settle(first as Promise<void>);
  assert.is(given.log.recoveryPoint, 2);
  const third = given.append();
  assert.is.not(third, first);
  await given.world.settle(third as Promise<void>);
  assert.is(given.log.recoveryPoint, 3);
});

test("FlushPolicy does not wait for what is synced already", async () => {
  const given = await bench({ kind: "always" });
  await given.world.settle(given.append() as Promise<void>);
  assert.is(given.policy.after(given.log.endOffset), undefined);
});

test.run();
