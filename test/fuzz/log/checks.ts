// What must be true of a log at any time, by the model.

import type { Random } from "@odradek/base";
import { findByTimestamp, type PartitionLog } from "@odradek/log";
import { ProducerStates, replay } from "@odradek/log/producers/producers";
import type { SimulatedLog } from "@odradek/log/testing/simulated_log";
import { type Batch, readBatches } from "@odradek/protocol/records/batch";
import { readRecords } from "@odradek/protocol/records/record";
import type { LogModel } from "./model.ts";

export async function checkLog(
  world: SimulatedLog,
  log: PartitionLog,
  ...[model, random]: [LogModel, Random]
): Promise<void> {
  if (log.failure !== undefined) throw log.failure;
  equal("start", log.startOffset, model.startOffset);
  equal("end", log.endOffset, model.endOffset);
  await checkRead(world, log, model, random);
  await checkLookup(world, log, model, random);
  checkProducers(log, model);
  checkEpochs(log, model);
  const sizes = log.segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  equal("size", log.sizeBytes, sizes);
}

/** A read gives the batches of the model, the last one perhaps in part. */
async function checkRead(
  world: SimulatedLog,
  log: PartitionLog,
  ...[model, random]: [LogModel, Random]
): Promise<void> {
  const { startOffset, endOffset } = model;
  const offset = startOffset + random.below(endOffset - startOffset + 1);
  // Bounds lie between batches, as high watermarks and last stable offsets do.
  const readable = model.from(offset);
  const ends = [endOffset, ...readable.map(({ nextOffset }) => nextOffset)];
  const upTo = ends[random.below(ends.length)] ?? endOffset;
  const bytesMax = random.below(3000);
  const bytes = await world.read(log, offset, { upTo, bytesMax });
  const wanted = readable.filter(({ nextOffset }) => nextOffset <= upTo);
  const all = Buffer.concat(wanted.map((batch) => batch.bytes));
  if (!all.subarray(0, bytes.length).equals(bytes)) {
    throw new Error(`A read of [${offset}, ${upTo}) gives something else`);
  }
  const first = wanted[0]?.bytes.length ?? 0;
  if (bytes.length < first) throw new Error(`A read of [${offset}, ${upTo}) gives no whole batch`);
}

async function checkLookup(
  world: SimulatedLog,
  log: PartitionLog,
  ...[model, random]: [LogModel, Random]
): Promise<void> {
  const timestamp = random.below(6500);
  const found = await world.settle(findByTimestamp(log, timestamp));
  equal(`the offset at ${timestamp}`, found?.offset, model.firstAt(timestamp));
}

/** Of all producers with a batch that can be read; others may be forgotten. */
function checkProducers(log: PartitionLog, model: LogModel): void {
  const states = new ProducerStates();
  const aborted = model.batches.flatMap((batch) => replay(states, batch) ?? []);
  for (const { producerId, batches } of states.all()) {
    const last = batches.at(-1);
    if (last === undefined || last.firstOffset < model.startOffset) continue;
    const own = log.producers.get(producerId)?.batches.at(-1);
    equal(`the last sequence of ${producerId}`, own?.lastSequence, last.lastSequence);
  }
  // Compaction takes the data first, the marker later: the log may tell of more.
  const own = log.segments.flatMap(({ transactions }) => transactions.entries);
  for (const { firstOffset, lastOffset } of aborted) {
    if (firstOffset < model.startOffset) continue;
    const told = own.find((one) => one.lastOffset === lastOffset)?.firstOffset ?? Infinity;
    if (told > firstOffset) throw new Error(`No aborted transaction ${firstOffset}-${lastOffset}`);
  }
}

function checkEpochs(log: PartitionLog, model: LogModel): void {
  for (const { baseOffset, leaderEpoch } of model.from(model.startOffset)) {
    const offset = Math.max(baseOffset, model.startOffset);
    const own = log.epochs.epochAt(offset);
    if (own < 0 && offset < model.forgottenTo) continue;
    equal(`the epoch at ${offset}`, own, leaderEpoch);
  }
}

/** The last value of each key is there; every record that is, is as it was. Then the model's. */
export async function checkCompacted(world: SimulatedLog, model: LogModel): Promise<void> {
  const after = await stored(world);
  const was = contentOf(model.batches);
  const is = contentOf(after);
  for (const [offset, text] of is.records) equal(`record ${offset}`, text, was.records.get(offset));
  for (const [key, offset] of was.last) {
    if (is.records.has(offset) || offset < model.startOffset) continue;
    const isTombstone = was.records.get(offset)?.endsWith("null");
    if (!isTombstone) throw new Error(`The last record of key ${key}, at ${offset}, has gone`);
  }
  model.batches = after;
}

/**
 * Where offsets have gaps, nobody can tell one that compaction left from one that a loss of power
 * left in what was not synced: everything below `syncedTo` is there, and nothing else than before.
 */
export async function checkHoles(
  world: SimulatedLog,
  model: LogModel,
  syncedTo: number,
): Promise<void> {
  const after = await stored(world);
  const was = new Map(model.batches.map((batch) => [batch.baseOffset, batch.bytes]));
  for (const { baseOffset, bytes } of after) {
    const same = was.get(baseOffset);
    if (same === undefined || !Buffer.from(same).equals(bytes)) throw new Error(`At ${baseOffset}`);
  }
  const found = new Set(after.map(({ baseOffset }) => baseOffset));
  const lost = model.batches.find(({ baseOffset, lastOffset }) =>
    !found.has(baseOffset) && lastOffset < syncedTo && baseOffset >= model.startOffset
  );
  if (lost !== undefined) throw new Error(`The batch at ${lost.baseOffset} was synced`);
  model.batches = after;
}

/** From the files: a crash may bring back what lies below the start in the first segment. */
async function stored(world: SimulatedLog): Promise<Batch[]> {
  const files = [...await world.contents()].filter(([name]) => name.endsWith(".log"));
  return files.sort().flatMap(([, bytes]) => [...readBatches(bytes)]);
}

/** By offset; and the last offset of each key, records of aborted transactions left out. */
function contentOf(batches: readonly Batch[]) {
  const states = new ProducerStates();
  const aborted = batches.flatMap((batch) => replay(states, batch) ?? []);
  const records = new Map<number, string>();
  const last = new Map<string, number>();
  for (const batch of batches) {
    if (batch.isControl) continue;
    const isAborted = aborted.some(({ producerId, firstOffset, lastOffset }) =>
      batch.producerId === producerId && batch.isTransactional &&
      batch.baseOffset >= firstOffset && batch.baseOffset <= lastOffset
    );
    for (const { offset, key, value, timestamp } of readRecords(batch)) {
      records.set(offset, `${timestamp} ${key?.toHex()} ${value?.toHex() ?? "null"}`);
      if (!isAborted) last.set(key?.toHex() ?? "", offset);
    }
  }
  return { records, last };
}

function equal(what: string, is: unknown, expected: unknown): void {
  if (is !== expected) throw new Error(`${what} is ${String(is)}, it must be ${String(expected)}`);
}
