// How long a coordinator holds up its thread while it loads a partition of `__consumer_offsets`:
// the log is a real one, the loading is the coordinator's own, and a timer that should run all the
// time tells how late it was.

import { parseArgs } from "node:util";
import { systemClock, ZERO_UUID } from "@odradek/base";
import { load } from "@odradek/broker/coordinators/loading";
import { groupsFold } from "@odradek/broker/groups/fold";
import { encodeGroupRecord, offsetRecord } from "@odradek/broker/groups/records";
import { openLog, type PartitionLog } from "@odradek/log";
import { diskFiles } from "@odradek/log/disk/files";
import { inlineJobs } from "@odradek/log/testing/inline_jobs";
import { SMALL_LOG } from "@odradek/log/testing/simulated_log";
import { Batch } from "@odradek/protocol/records/batch";
import { buildBatch } from "@odradek/protocol/records/builder";
import { removeFolder, temporaryFolder } from "../integration/processes.ts";

/** As `offsets.load.buffer.size` has it. */
const LOAD_BYTES = 5_242_880;
const SEGMENT_BYTES = 104_857_600;
const RECORDS_PER_BATCH = 500;
const PARTITIONS_PER_GROUP = 10;

interface Measured {
  readonly loadMs: number;
  readonly longestMs: number;
  /** Times that the timer was later than the bound. */
  readonly late: number;
  readonly heapMb: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      commits: { type: "string", default: "1000000" },
      /** Keys that are different: what is left in memory. */
      kept: { type: "string", default: "200000" },
      rounds: { type: "string", default: "5" },
      "stall-ms-max": { type: "string", default: "5" },
    },
  });
  const stallMsMax = Number(values["stall-ms-max"]);
  const directory = await temporaryFolder("group-loading");
  const files = diskFiles({ clock: systemClock });
  const config = { ...SMALL_LOG, segmentBytes: SEGMENT_BYTES, indexBytes: 10_485_760 };
  const log = await openLog(
    { directory, config, wasClean: false, recoveryPoint: 0, logStartOffset: 0 },
    { files, clock: systemClock, jobs: inlineJobs(files) },
  );
  try {
    await fill(log, Number(values.commits), Number(values.kept));
    const rounds: Measured[] = [];
    for (let i = 0; i < Number(values.rounds); i++) rounds.push(await measure(log, stallMsMax));
    for (const { loadMs, longestMs, late, heapMb } of rounds) {
      console.log(
        `${values.commits} commits in ${loadMs.toFixed(0)} ms, longest stall ` +
          `${longestMs.toFixed(1)} ms, ${late} over ${stallMsMax} ms, ${heapMb.toFixed(0)} MB`,
      );
    }
    const stalls = rounds.map(({ longestMs }) => longestMs).sort((a, b) => a - b);
    return (stalls[Math.floor(stalls.length / 2)] ?? 0) <= stallMsMax ? 0 : 1;
  } finally {
    await log.close();
    await removeFolder(directory);
  }
}

async function fill(log: PartitionLog, commits: number, kept: number): Promise<void> {
  for (let from = 0; from < commits; from += RECORDS_PER_BATCH) {
    const count = Math.min(RECORDS_PER_BATCH, commits - from);
    const records = Array.from({ length: count }, (_, i) => commit(from + i, kept));
    const bytes = buildBatch(records, { baseOffset: from, leaderEpoch: 0, timestamp: Date.now() });
    const batch = new Batch(bytes);
    if (log.mustRoll([batch])) await log.roll();
    log.append([batch]);
  }
}

function commit(index: number, kept: number) {
  const key = index % kept;
  const group = `group-${Math.floor(key / PARTITIONS_PER_GROUP)}`;
  return encodeGroupRecord(offsetRecord(group, {
    topic: "orders",
    topicId: ZERO_UUID,
    partition: key % PARTITIONS_PER_GROUP,
    offset: BigInt(index),
    leaderEpoch: 3,
    metadata: "",
    committedMs: Date.now(),
    expiresMs: -1n,
  }));
}

async function measure(log: PartitionLog, stallMsMax: number): Promise<Measured> {
  const fold = groupsFold({
    expiryCheckMs: 600_000,
    retentionMs: 604_800_000,
    initialRebalanceDelayMs: 0,
    membersMax: 1000,
    metadataLengthMax: 4096,
  });
  const watch = watchLoop(stallMsMax);
  const beganMs = performance.now();
  const loaded = await load({
    fold,
    log,
    highWatermark: () => log.endOffset,
    bytesMax: LOAD_BYTES,
    clock: systemClock,
    signal: new AbortController().signal,
  });
  const loadMs = performance.now() - beganMs;
  const seen = watch.end();
  if (loaded.endOffset !== log.endOffset) throw new Error("Not all was loaded");
  return { loadMs, ...seen, heapMb: process.memoryUsage().heapUsed / 1e6 };
}

/** What another task of the thread would notice: from one turn of the loop to the next. */
function watchLoop(stallMsMax: number): { end(): { longestMs: number; late: number } } {
  let [last, longestMs, late] = [performance.now(), 0, 0];
  let next: NodeJS.Immediate;
  const turn = (): void => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    if (now - last > stallMsMax) late++;
    last = now;
    next = setImmediate(turn);
  };
  next = setImmediate(turn);
  return {
    end: () => {
      clearImmediate(next);
      return { longestMs, late };
    },
  };
}

process.exit(await main());
