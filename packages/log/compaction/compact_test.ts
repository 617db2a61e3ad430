// Whole logs, compacted: whoever reads on sees the last value of every key, and every record that
// is left where it was.

import { Batch, readBatches } from "@odradek/protocol/records/batch";
import { buildBatch, type RecordDraft } from "@odradek/protocol/records/builder";
import { readRecords } from "@odradek/protocol/records/record";
import { type Random, seededRandom } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { LogConfig, PartitionLog } from "../log.ts";
import { readMarker } from "../producers/markers.ts";
import { markerBatch } from "../testing/batches.ts";
import { inlineJobs } from "../testing/inline_jobs.ts";
import { SimulatedLog, SMALL_COMPACTION, SMALL_LOG } from "../testing/simulated_log.ts";

const test = suite("compaction");

const CONFIG: LogConfig = { ...SMALL_LOG, compaction: SMALL_COMPACTION };
const DAY_MS = 86_400_000;

interface Seen {
  readonly offset: number;
  readonly key: string;
  readonly value: string | null;
  readonly producerId: number;
  readonly isTransactional: boolean;
}

const text = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : new TextDecoder().decode(bytes);
const bytes = (one: string): Uint8Array => new TextEncoder().encode(one);

class World extends SimulatedLog {
  async compact(log: PartitionLog): Promise<boolean> {
    const range = await this.settle(log.compactionRange(stableOffset(log)));
    if (range === undefined) return false;
    const { signal } = new AbortController();
    return await this.settle(log.compact(range, { jobs: inlineJobs(this.files), signal }));
  }

  async batches(log: PartitionLog): Promise<Batch[]> {
    const found: Batch[] = [];
    for (let offset = log.startOffset; offset < log.endOffset;) {
      const some = [...readBatches(await this.read(log, offset, { bytesMax: 1 << 22 }))];
      found.push(...some);
      const next = some.at(-1)?.nextOffset;
      if (next === undefined) break;
      offset = next;
    }
    return found;
  }
}

const stableOffset = (log: PartitionLog): number =>
  Math.min(log.endOffset, log.producers.firstUndecidedOffset(log.endOffset));

async function open(seed = 1, config = CONFIG) {
  const world = new World(seed);
  await world.format();
  return { world, log: await world.open({ config }) };
}

/** Keys and values of all data, with what `read_committed` leaves out left out. */
function committed(batches: readonly Batch[], below: number): Seen[] {
  const aborted = new Set<number>();
  const pending = new Map<number, number[]>();
  const all: Seen[] = [];
  for (const batch of batches) {
    const { producerId, isTransactional } = batch;
    const marker = batch.recordCount > 0 ? readMarker(batch) : undefined;
    if (marker !== undefined) {
      if (!marker.isCommit) for (const each of pending.get(producerId) ?? []) aborted.add(each);
      pending.delete(producerId);
    }
    if (batch.isControl) continue;
    for (const { offset, key, value } of readRecords(batch)) {
      all.push({ offset, key: text(key) ?? "", value: text(value), producerId, isTransactional });
      if (isTransactional) pending.set(producerId, [...pending.get(producerId) ?? [], offset]);
    }
  }
  return all.filter(({ offset }) => offset < below && !aborted.has(offset));
}

function lastOf(seen: readonly Seen[]): Map<string, string> {
  const last = new Map<string, string>();
  for (const { key, value } of seen) {
    if (value === null) last.delete(key);
    else last.set(key, value);
  }
  return last;
}

/** Writes some batches of several records over few keys; some of them in transactions. */
class Load {
  readonly #world: World;
  readonly #random: Random;
  readonly #sequences = new Map<number, number>();
  readonly #open = new Set<number>();

  constructor(world: World, seed: number) {
    this.#world = world;
    this.#random = seededRandom(seed);
  }

  async write(log: PartitionLog, count: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.#world.append(log, [this.#next(log)]);
  }

  /** Ends what is open, so that nothing holds compaction back. */
  async end(log: PartitionLog): Promise<void> {
    for (const producerId of this.#open) {
      await this.#world.append(log, [this.#marker(log, producerId)]);
    }
    this.#open.clear();
  }

  #next(log: PartitionLog): Batch {
    const random = this.#random;
    const producerId = random.below(4) - 1;
    if (this.#open.has(producerId) && random.below(3) === 0) {
      this.#open.delete(producerId);
      return this.#marker(log, producerId);
    }
    const records = Array.from({ length: 1 + random.below(4) }, (): RecordDraft => ({
      key: bytes(`key ${random.below(12)}`),
      value: random.below(5) === 0 ? null : bytes(`value ${log.endOffset}`.padEnd(60)),
      headers: random.below(4) === 0 ? [{ key: "h", value: bytes("x") }] : [],
      timestamp: this.#world.clock.now() - random.below(100),
    }));
    const header = { baseOffset: log.endOffset, leaderEpoch: 1, codec: random.below(3) };
    if (producerId < 0) return new Batch(buildBatch(records, header));
    const isTransactional = producerId > 0;
    if (isTransactional) this.#open.add(producerId);
    const baseSequence = this.#sequences.get(producerId) ?? 0;
    this.#sequences.set(producerId, baseSequence + records.length);
    const producer = { producerId, producerEpoch: 0, baseSequence, isTransactional };
    return new Batch(buildBatch(records, { ...header, ...producer }));
  }

  #marker(log: PartitionLog, producerId: number): Batch {
    const isCommit = this.#random.below(2) === 0;
    const timestamp = this.#world.clock.now();
    const header = { baseOffset: log.endOffset, leaderEpoch: 1, timestamp };
    return markerBatch({ ...header, producerId, producerEpoch: 0, isCommit });
  }
}

for (let seed = 1; seed <= 20; seed++) {
  test(`a log that is compacted over and over keeps the last of every key (${seed})`, async () => {
    const opened = await open(seed);
    const { world } = opened;
    let { log } = opened;
    const load = new Load(world, seed);
    const original = new Map<number, Seen>();
    for (let round = 0; round < 5; round++) {
      await load.write(log, 40);
      if (round % 2 === 0) await load.end(log);
      const before = committed(await world.batches(log), stableOffset(log));
      for (const one of before) if (!original.has(one.offset)) original.set(one.offset, one);
      const producers = sequencesOf(log);
      await world.compact(log);
      await world.clock.runUntil(world.clock.monotonic() + 700);
      const batches = await world.batches(log);
      const after = committed(batches, stableOffset(log));
      assert.equal(lastOf(after), lastOf(before), "last values");
      for (const one of after) assert.equal(one, original.get(one.offset));
      assert.is(batches.at(-1)?.nextOffset, log.endOffset);
      assert.ok(batches.every((batch) => batch.isCrcValid()));
      // Whatever becomes of records: a start finds the same producers.
      const { endOffset, compactedTo } = log;
      world.crash();
      log = await world.open({ config: CONFIG, recoveryPoint: 0, compactedTo });
      assert.equal(sequencesOf(log), producers, "producers");
      assert.is(log.endOffset, endOffset);
    }
    assert.ok(log.sizeBytes < 12 * 600, `${log.sizeBytes} bytes for a dozen keys`);
  });
}

const sequencesOf = (log: PartitionLog) =>
  log.producers.all().map(({ producerId, epoch, batches }) => ({
    producerId,
    epoch,
    lastSequence: batches.at(-1)?.lastSequence ?? -1,
  })).sort((a, b) => a.producerId - b.producerId);

/** One batch with a record for each key; null values delete. */
async function put(
  world: World,
  log: PartitionLog,
  entries: readonly (readonly [string, string | null])[],
): Promise<void> {
  const records = entries.map(([key, value]) => ({
    key: bytes(key),
    value: value === null ? null : bytes(value.padEnd(100)),
    timestamp: world.clock.now(),
  }));
  const header = { baseOffset: log.endOffset, leaderEpoch: 1 };
  await world.append(log, [new Batch(buildBatch(records, header))]);
}

const fillers = (n: number): [string, string][] =>
  Array.from({ length: n }, (_, i) => ["filler", `${i}`]);

test("a tombstone is read for a while after the round that met it, and goes later", async () => {
  const { world, log } = await open();
  await put(world, log, [["a", "1"], ["a", null]]);
  await put(world, log, fillers(20));
  await put(world, log, fillers(20));
  assert.ok(await world.compact(log));
  const [first] = await world.batches(log);
  const left = [...readRecords(first as Batch)].map(({ offset, value }) => [offset, value]);
  assert.equal(left, [[1, null]]);
  assert.ok((first?.deleteHorizonMs ?? 0) > world.clock.now());
  assert.equal([first?.baseOffset, first?.lastOffset], [0, 1]);
  await world.clock.runUntil(world.clock.monotonic() + 2000);
  await put(world, log, fillers(20));
  assert.ok(await world.compact(log));
  const keys = committed(await world.batches(log), log.endOffset).map(({ key }) => key);
  assert.not(keys.includes("a"));
});

test("records without a key go, those that are not dirty enough stay", async () => {
  const { world, log } = await open(1, {
    ...CONFIG,
    compaction: { ...SMALL_COMPACTION, dirtyRatioMin: 0.5 },
  });
  const unkeyed = buildBatch([{ value: bytes("x") }], { baseOffset: 0, leaderEpoch: 1 });
  await world.append(log, [new Batch(unkeyed)]);
  for (let i = 0; i < 3; i++) await put(world, log, [[`k${i}`, "y".repeat(1500)]]);
  assert.ok(await world.compact(log));
  const offsets = committed(await world.batches(log), 9).map(({ offset }) => offset);
  assert.equal(offsets, [1, 2, 3]);
  await put(world, log, [["k9", "z".repeat(1500)]]);
  assert.not(await world.compact(log), "a third is dirty, not half");
});

test("compaction leaves alone what is too young, and takes what is overdue", async () => {
  const config = { ...CONFIG, compaction: { ...SMALL_COMPACTION, lagMinMs: DAY_MS } };
  const { world, log } = await open(1, config);
  for (let i = 0; i < 4; i++) await put(world, log, [["same", "y".repeat(1500)]]);
  assert.not(await world.compact(log));
  world.clock.jump(2 * DAY_MS);
  const overdue = { ...SMALL_COMPACTION, dirtyRatioMin: 1, lagMaxMs: DAY_MS };
  log.config = { ...CONFIG, compaction: { ...overdue, lagMaxMs: 3 * DAY_MS } };
  assert.not(await world.compact(log), "neither dirty enough nor overdue");
  log.config = { ...CONFIG, compaction: overdue };
  assert.ok(await world.compact(log));
});

test("compaction gives up when the log loses segments meanwhile", async () => {
  const { world, log } = await open();
  for (let i = 0; i < 5; i++) await put(world, log, [["same", "y".repeat(1500)]]);
  const range = await world.settle(log.compactionRange(log.endOffset));
  const { signal } = new AbortController();
  const compacted = log.compact(range as never, { jobs: inlineJobs(world.files), signal });
  await world.clock.runUntil(world.clock.monotonic() + 1);
  log.removeFirst(log.segments.slice(0, 1));
  assert.not(await world.settle(compacted));
  assert.is(log.failure, undefined);
  assert.is((await world.batches(log)).length, 4);
});

test("compaction is a Fault where a batch is damaged, and changes nothing", async () => {
  const { world, log } = await open();
  for (let i = 0; i < 4; i++) await put(world, log, [["same", "y".repeat(1500)]]);
  await world.settle(log.flush());
  const name = "00000000000000000000.log";
  const content = (await world.contents()).get(name) ?? new Uint8Array(0);
  await world.put(name, content.with(100, (content[100] ?? 0) ^ 1));
  const again = await world.open({ wasClean: true, config: CONFIG });
  const failed = await world.compact(again).catch((error: { kind?: string }) => error.kind);
  assert.is(failed, "corrupt");
  assert.is(again.failure, undefined);
});

for (let seed = 1; seed <= 40; seed++) {
  test(`a crash while compacted segments are put in place loses nothing (${seed})`, async () => {
    const { world, log } = await open(seed);
    const load = new Load(world, seed);
    await load.write(log, 80);
    await load.end(log);
    await world.settle(log.flush());
    const { recoveryPoint, endOffset } = log;
    const before = lastOf(committed(await world.batches(log), endOffset));
    const range = await world.settle(log.compactionRange(stableOffset(log)));
    const { signal } = new AbortController();
    void log.compact(range as never, { jobs: inlineJobs(world.files), signal });
    await world.clock.runUntil(world.clock.monotonic() + seed);
    world.crash({ losesPower: seed % 2 === 0 });
    const again = await world.open({ config: CONFIG, recoveryPoint });
    assert.is(again.endOffset, endOffset);
    assert.equal(lastOf(committed(await world.batches(again), endOffset)), before);
    const names = [...(await world.contents()).keys()];
    assert.equal(names.filter((name) => /swap|cleaned/.test(name)), []);
  });
}

test.run();
