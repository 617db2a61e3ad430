// The rows of docs/recovery.md that are a log's: files damaged while the node was down, and what a
// start makes of them, after a clean stop and after a kill.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { PartitionLog } from "./log.ts";
import { markerBatch, textBatch, textsIn } from "./testing/batches.ts";
import { SimulatedLog } from "./testing/simulated_log.ts";
import { findByTimestamp } from "./timestamps.ts";

const test = suite("damaged files");

const COUNT = 30;
type Stop = "clean" | "killed";

interface World {
  readonly world: SimulatedLog;
  readonly notes: string[];
  /** Base offsets of the segments. */
  readonly bases: readonly number[];
  reopen(): Promise<PartitionLog>;
}

const nameOf = (base: number, suffix: string): string =>
  `${String(base).padStart(20, "0")}.${suffix}`;

/** A log of several segments with an aborted transaction in each, stopped one way or the other. */
async function stopped(stop: Stop): Promise<World> {
  const world = new SimulatedLog();
  await world.format();
  const log = await world.open();
  for (let i = 0; log.endOffset < COUNT; i++) {
    const baseOffset = log.endOffset;
    const header = { baseOffset, timestamp: 1000 + baseOffset, producerEpoch: 0, producerId: 1 };
    const data = { ...header, isTransactional: true, baseSequence: i };
    await world.append(log, [textBatch([`${baseOffset}`.padEnd(250)], data)]);
    const end = { ...header, baseOffset: baseOffset + 1, isCommit: false };
    await world.append(log, [markerBatch(end)]);
  }
  await world.settle(log.flush());
  const bases = log.segments.map(({ baseOffset }) => baseOffset);
  const recoveryPoint = bases.at(-1) ?? 0;
  if (stop === "clean") await world.settle(log.close());
  world.crash();
  const notes: string[] = [];
  return {
    world,
    notes,
    bases,
    reopen: () => {
      const note = (line: string): void => void notes.push(line);
      return world.open({ wasClean: stop === "clean", recoveryPoint }, note);
    },
  };
}

async function change(
  { world }: World,
  name: string,
  how: Damage,
): Promise<void> {
  const bytes = (await world.contents()).get(name);
  assert.ok(bytes, `${name} is there`);
  const changed = how(bytes);
  if (changed === undefined) await world.remove(name);
  else await world.put(name, changed);
}

async function offsets({ world }: World, log: PartitionLog): Promise<number[]> {
  const found: number[] = [];
  for (let offset = log.startOffset; offset < log.endOffset;) {
    const texts = textsIn(await world.read(log, offset));
    for (const [each] of texts) found.push(each);
    offset = (texts.at(-1)?.[0] ?? offset) + 1;
  }
  return found;
}

const all = Array.from({ length: COUNT }, (_, i) => i);
const flip = (at: number) => (bytes: Uint8Array): Uint8Array =>
  bytes.with(at, (bytes[at] ?? 0) ^ 1);

/** Everything is there, and is found by offset, by time and by transaction. */
async function isWhole(made: World, log: PartitionLog): Promise<void> {
  assert.equal(await offsets(made, log), all);
  for (const offset of [0, 8, 16, 28]) {
    const found = await made.world.settle(findByTimestamp(log, 1000 + offset));
    assert.is(found?.offset, offset, `time of ${offset}`);
  }
  const aborted = log.segments.flatMap(({ transactions }) => transactions.entries);
  assert.equal(aborted.map(({ firstOffset }) => firstOffset), all.filter((one) => one % 2 === 0));
}

type Damage = (bytes: Uint8Array) => Uint8Array | undefined;

const REPAIRED: Readonly<Record<string, readonly [suffix: string, damage: Damage]>> = {
  "a missing offset index": ["index", () => undefined],
  "a missing time index": ["timeindex", () => undefined],
  "half an entry at the end of a time index": ["timeindex", (bytes) => bytes.subarray(0, -5)],
  "an offset index that points behind the log": ["index", (all) => all.with(all.length - 4, 100)],
  "an index of zeros": ["index", (bytes) => new Uint8Array(bytes.length)],
  "a damaged index of aborted transactions": ["txnindex", (bytes) => bytes.subarray(0, -1)],
};

for (const stop of ["clean", "killed"] as const) {
  for (const [what, [suffix, how]] of Object.entries(REPAIRED)) {
    test(`${what} is made anew (${stop})`, async () => {
      const made = await stopped(stop);
      await change(made, nameOf(made.bases[1] ?? 0, suffix), how);
      await isWhole(made, await made.reopen());
    });
  }

  test(`a flipped bit in an old segment is not looked for (${stop})`, async () => {
    const made = await stopped(stop);
    await change(made, nameOf(made.bases[1] ?? 0, "log"), flip(200));
    const log = await made.reopen();
    assert.is(log.endOffset, COUNT);
    assert.equal(await offsets(made, log), all, "its reader sees by the CRC");
  });

  test(`an old segment of zeros is corrupt for its readers alone (${stop})`, async () => {
    const made = await stopped(stop);
    const [, base = 0, next = 0] = made.bases;
    await change(made, nameOf(base, "log"), (bytes) => new Uint8Array(bytes.length));
    const log = await made.reopen();
    assert.equal([log.startOffset, log.endOffset], [0, COUNT]);
    const failed = await made.world.read(log, base).catch(({ kind }) => kind);
    assert.is(failed, "corrupt");
    assert.is(textsIn(await made.world.read(log, next))[0]?.[0], next);
    assert.is(log.failure, undefined);
  });

  test(`a newest segment of zeros is cut off, and told of (${stop})`, async () => {
    const made = await stopped(stop);
    const last = made.bases.at(-1) ?? 0;
    await change(made, nameOf(last, "log"), (bytes) => new Uint8Array(bytes.length));
    const log = await made.reopen();
    assert.is(log.endOffset, last);
    assert.match(made.notes[0] ?? "", /^Recovered ".*" .* bytes were no records and are cut off$/);
  });

  test(`a torn end is cut off at its last whole batch (${stop})`, async () => {
    const made = await stopped(stop);
    const last = made.bases.at(-1) ?? 0;
    await change(made, nameOf(last, "log"), (bytes) => bytes.subarray(0, -10));
    const log = await made.reopen();
    assert.is(log.endOffset, COUNT - 1);
    assert.equal(await offsets(made, log), all.slice(0, -1));
  });

  test(`damaged producer snapshots are removed, the log tells the rest (${stop})`, async () => {
    const made = await stopped(stop);
    for (const name of (await made.world.contents()).keys()) {
      if (name.endsWith(".snapshot")) await change(made, name, flip(20));
    }
    const log = await made.reopen();
    assert.is(log.producers.get(1)?.batches.at(-1)?.lastSequence, COUNT / 2 - 1);
    await isWhole(made, log);
  });
}

test("a flipped bit behind the recovery point ends the log there after a kill", async () => {
  const made = await stopped("killed");
  const last = made.bases.at(-1) ?? 0;
  await change(made, nameOf(last, "log"), flip(200));
  assert.is((await made.reopen()).endOffset, last);
});

test("a damaged file of leader epochs is a Fault that names it", async () => {
  const made = await stopped("clean");
  await made.world.put("leader-epoch-checkpoint", new TextEncoder().encode("nonsense"));
  const failed = await made.reopen().catch((error: Error) => error);
  assert.match(String(failed), /Cannot read ".*leader-epoch-checkpoint"/);
});

test.run();
