// What happens to partitions by itself, as time goes by.

import type { Uuid } from "@odradek/base";
import { configOf } from "@odradek/metadata/configs/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { testUuid } from "../../testing/images.ts";
import { type Owned, ownedPartitions } from "../../testing/owned.ts";
import { batchOf } from "../../testing/world.ts";
import { Compactor } from "./compactor.ts";
import { Upkeep } from "./upkeep.ts";

const test = suite("partitions/upkeep");

const TOPIC: Uuid = testUuid(1);
const MINUTE_MS = 60_000;

/** A topic whose segments hold a few batches, and its upkeep at the usual intervals. */
async function kept(configs: Readonly<Record<string, string>>) {
  const owned = ownedPartitions();
  const settings = { "internal.segment.bytes": "512", ...configs };
  const image = (more: Readonly<Record<string, string>> = {}) => ({
    topics: [{ name: "t", id: TOPIC, partitions: [{}], configs: { ...settings, ...more } }],
  });
  await owned.apply(image());
  const { world: { clock }, partitions } = owned;
  const warn = (message: string): void => void owned.warnings.push(message);
  const compactor = new Compactor({ jobs: owned.world.context.jobs, clock, warn });
  const upkeep = new Upkeep({ partitions, compactor, config: () => configOf({}), clock, warn });
  const pass = (ms: number): Promise<void> => clock.runUntil(clock.monotonic() + ms);
  return { owned, upkeep, pass, log: owned.find(TOPIC).log, image };
}

async function write(owned: Owned, count: number, producerId = -1): Promise<void> {
  const timestamp = owned.world.clock.now();
  for (let i = 0; i < count; i++) {
    const header = producerId < 0 ? {} : { producerId, producerEpoch: 0, baseSequence: i };
    const batch = batchOf(["x".repeat(100)], { timestamp, ...header });
    await owned.world.settle(owned.find(TOPIC).append(batch, 1));
  }
}

test("Upkeep removes what is too much", async () => {
  const { owned, pass, log } = await kept({ "retention.bytes": "1000" });
  await write(owned, 20);
  assert.is(log.startOffset, 0);
  await pass(MINUTE_MS);
  assert.is.not(log.startOffset, 0);
  assert.is(log.sizeBytes < 2000, true);
  assert.is(log.endOffset, 20);
});

test("Upkeep removes what is too old, the segment that is written to included", async () => {
  const { owned, pass, log } = await kept({ "retention.ms": String(10 * MINUTE_MS) });
  await write(owned, 20);
  await pass(9 * MINUTE_MS);
  assert.is(log.startOffset, 0);
  await pass(7 * MINUTE_MS);
  assert.equal([log.startOffset, log.endOffset, log.sizeBytes], [20, 20, 0]);
  await write(owned, 1);
  assert.equal([log.startOffset, log.endOffset], [20, 21]);
});

test("Upkeep removes whole segments below the records that were deleted", async () => {
  const { owned, pass, log } = await kept({ "cleanup.policy": "compact" });
  const key = new TextEncoder().encode("k");
  for (let i = 0; i < 20; i++) {
    const batch = batchOf([{ key, value: new Uint8Array(100) }]);
    await owned.world.settle(owned.find(TOPIC).append(batch, 1));
  }
  const before = log.segments.length;
  owned.find(TOPIC).deleteRecordsBefore(10);
  await pass(MINUTE_MS);
  assert.is(log.startOffset, 10);
  assert.is(log.segments.length < before, true);
  assert.is((log.segments[0]?.baseOffset ?? 99) <= 10, true, "the start lies in it");
});

test("Upkeep follows a configuration that was changed", async () => {
  const { owned, pass, log, image } = await kept({});
  await write(owned, 20);
  await pass(6 * MINUTE_MS);
  assert.is(log.startOffset, 0);
  await owned.apply(image({ "retention.bytes": "0", "file.delete.delay.ms": "1000" }));
  await pass(6 * MINUTE_MS);
  assert.is(log.startOffset, 20);
  const entries = await owned.world.settle(owned.world.context.files.list(log.directory));
  assert.equal((entries ?? []).filter(({ name }) => name.endsWith(".deleted")), []);
});

test("Upkeep keeps what is not committed", async () => {
  const { owned, pass, log } = await kept({ "retention.bytes": "0" });
  await write(owned, 4);
  await owned.apply({
    topics: [{
      name: "t",
      id: TOPIC,
      partitions: [{ replicas: [1, 2], leaderEpoch: 1 }],
      configs: { "internal.segment.bytes": "512", "retention.bytes": "0" },
    }],
  });
  await write(owned, 16);
  await pass(MINUTE_MS);
  assert.is(owned.find(TOPIC).highWatermark, 4);
  assert.is(log.startOffset <= 4, true);
  assert.is(log.endOffset, 20);
});

test("Upkeep forgets producers that were idle for a day", async () => {
  const { owned, pass, log } = await kept({});
  await write(owned, 2, 7);
  await pass(23 * 60 * MINUTE_MS);
  assert.is(log.producers.all().length, 1);
  await pass(2 * 60 * MINUTE_MS);
  assert.is(log.producers.all().length, 0);
});

test("Upkeep tells of a partition that it cannot keep, and goes on with the others", async () => {
  const { owned, pass, log } = await kept({ "retention.bytes": "0" });
  await write(owned, 20);
  owned.world.disk.isFull = true;
  await pass(MINUTE_MS);
  assert.is(owned.warnings.length, 1);
  assert.match(owned.warnings[0] ?? "", /No upkeep of t-0: .*no space left/);
  owned.world.disk.isFull = false;
  await pass(6 * MINUTE_MS);
  assert.is(log.startOffset, 20);
});

test("Upkeep ends when it is stopped", async () => {
  const { owned, upkeep, pass, log } = await kept({ "retention.bytes": "0" });
  await write(owned, 20);
  await owned.world.settle(upkeep.stop());
  await pass(60 * MINUTE_MS);
  assert.is(log.startOffset, 0);
});

test.run();
