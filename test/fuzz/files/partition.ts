// The directory of a partition whose files are damaged: opened after a stop in order or a crash,
// read, written to, closed and opened again, as a broker does. The log may call it corrupt; what it
// opens must work.

import type { Random } from "@odradek/base";
import { findByTimestamp, findLargestTimestamp, type PartitionLog } from "@odradek/log";
import { markerBatch, textBatch } from "@odradek/log/testing/batches";
import { SimulatedLog, SMALL_COMPACTION, SMALL_LOG } from "@odradek/log/testing/simulated_log";
import { type Batch, readBatches } from "@odradek/protocol/records/batch";
import { readRecords } from "@odradek/protocol/records/record";
import { checkWeight, isLawful, pick, type Target } from "../target.ts";
import { damagedFiles, type Directory } from "./damage.ts";

/** Written by our own log: several segments, producers, transactions, two epochs. */
export async function sampleDirectory(): Promise<Directory> {
  const world = new SimulatedLog();
  await world.format();
  const log = await world.open();
  for (let i = 0; i < 24; i++) await world.append(log, [sampleBatch(i, log.endOffset)]);
  await world.settle(log.close());
  return await world.contents();
}

const TEXT = "a text of some length ".repeat(4);

/** Every kind in its turn; the producer's transactions end with either marker. */
function sampleBatch(i: number, baseOffset: number): Batch {
  const header = { baseOffset, leaderEpoch: i < 12 ? 0 : 3, timestamp: 1_900_000_000_000 + i };
  const producer = { ...header, producerId: 7, producerEpoch: 0 };
  switch (i % 6) {
    case 0:
      return textBatch([TEXT, TEXT], { ...header, codec: (i / 6) % 5 });
    case 1:
      return textBatch([TEXT], { ...header, producerId: 9, producerEpoch: 0, baseSequence: 0 });
    case 2:
    case 3: {
      const baseSequence = 2 * Math.floor(i / 6) + (i % 6) - 2;
      return textBatch([TEXT], { ...producer, baseSequence, isTransactional: true });
    }
    case 4:
      return markerBatch({ ...producer, isCommit: i % 12 === 4 });
    default:
      return textBatch([TEXT, TEXT, TEXT], header);
  }
}

export function partitionTargets(directories: readonly Directory[]): Target[] {
  return [{
    name: "partition",
    weight: 30,
    run: async (random) => await live(random, damagedFiles(random, pick(random, directories))),
  }];
}

const COMPACTED = { ...SMALL_LOG, compaction: SMALL_COMPACTION };

async function live(random: Random, files: Directory): Promise<void> {
  const world = new SimulatedLog(random.below(1000));
  world.disk.latencyMsMax = 0;
  await world.format();
  await world.settle(world.files.makeDirectory(world.directory));
  for (const [name, bytes] of files) await world.put(name, bytes);
  const log = await world.open({
    wasClean: random.below(2) === 0,
    recoveryPoint: pick(random, [0, 5, 20, 1000]),
    logStartOffset: pick(random, [0, 0, 3, 30]),
    config: random.below(4) === 0 ? COMPACTED : SMALL_LOG,
  });
  await readAll(world, log);
  await lookUp(world, log);
  await writeOn(world, log);
  const { endOffset } = log;
  await world.settle(log.close());
  const again = await world.open({ wasClean: true });
  if (again.endOffset !== endOffset) {
    throw new Error(`The log ended at ${endOffset} when it was closed, now at ${again.endOffset}`);
  }
  await readAll(world, again);
}

/** As a consumer that passes over what it cannot read. */
async function readAll(world: SimulatedLog, log: PartitionLog): Promise<void> {
  let offset = log.startOffset;
  for (let reads = 0; offset < log.endOffset && reads < READS_MAX; reads++) {
    const bytes = await tried(() => world.read(log, offset, { bytesMax: 700 }));
    offset = Math.max(offset + 1, endOf(bytes ?? new Uint8Array(0)));
  }
}

/** Damage may put the end of a log anywhere. */
const READS_MAX = 100;

/** Of the last whole batch; 0: there is none. */
function endOf(bytes: Uint8Array): number {
  let end = 0;
  try {
    for (const batch of readBatches(bytes)) {
      for (const record of readRecords(batch)) checkWeight(record, bytes.length);
      end = batch.nextOffset;
    }
  } catch (thrown) {
    if (!isLawful(thrown)) throw thrown;
  }
  return end;
}

async function lookUp(world: SimulatedLog, log: PartitionLog): Promise<void> {
  for (const timestamp of [-1, 1_900_000_000_009, Number.MAX_SAFE_INTEGER]) {
    await tried(() => world.settle(findByTimestamp(log, timestamp)));
  }
  await tried(() => world.settle(findLargestTimestamp(log)));
  for (const epoch of [0, 1, 3, 1000]) log.epochs.endOffsetFor(epoch, log.endOffset);
  log.producers.firstUndecidedOffset(log.endOffset);
}

/** What cannot be read is no reason to stop: the next may be sound. */
async function tried<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (isLawful(thrown)) return undefined;
    throw thrown;
  }
}

async function writeOn(world: SimulatedLog, log: PartitionLog): Promise<void> {
  const leaderEpoch = Math.max(0, log.epochs.latest) + 1;
  for (let i = 0; i < 3; i++) {
    await world.append(log, [textBatch([TEXT], { baseOffset: log.endOffset, leaderEpoch })]);
  }
  await world.settle(log.roll());
  await world.append(log, [textBatch([TEXT], { baseOffset: log.endOffset, leaderEpoch })]);
  await world.settle(log.flush());
}
