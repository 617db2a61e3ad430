// How long a coordinator holds up its thread while it loads a partition of `__consumer_offsets`:
// the log is a real one, the loading is the coordinator's own, on a thread with a reactor's limits,
// and a task that should run all the time tells how late it was. What the system let the thread
// wait for a processor is taken off: on a machine with other work that is most of it.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { systemClock, ZERO_UUID } from "@odradek/base";
import { load } from "@odradek/broker/coordinators/loading";
import { groupsFold } from "@odradek/broker/groups/fold";
import { encodeGroupRecord, offsetRecord } from "@odradek/broker/groups/records";
import { threadLimits } from "@odradek/cli/node/hosts";
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
  /** As long again with work that allocates nothing: what the machine itself does to a thread. */
  readonly machine: { readonly longestMs: number; readonly late: number };
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
  try {
    await fill(directory, Number(values.commits), Number(values.kept));
    const rounds: Measured[] = [];
    for (let i = 0; i < Number(values.rounds); i++) {
      rounds.push(await onThread({ directory, stallMsMax }));
    }
    for (const { loadMs, longestMs, late, heapMb, machine } of rounds) {
      console.log(
        `${values.commits} commits in ${loadMs.toFixed(0)} ms, longest stall ` +
          `${longestMs.toFixed(1)} ms, ${late} over ${stallMsMax} ms, ${heapMb.toFixed(0)} MB; ` +
          `the machine alone: ${machine.longestMs.toFixed(1)} ms, ${machine.late} over`,
      );
    }
    const own = median(rounds.map(({ longestMs }) => longestMs));
    const machine = median(rounds.map((round) => round.machine.longestMs));
    console.log(
      `median of the longest stalls ${own.toFixed(1)} ms, the machine's ${machine.toFixed(1)} ms`,
    );
    return own <= stallMsMax ? 0 : 1;
  } finally {
    await removeFolder(directory);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

interface Task {
  readonly directory: string;
  readonly stallMsMax: number;
}

/** A fresh one each time: nothing of the round before is left in its heap. */
function onThread(task: Task): Promise<Measured> {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: task,
    resourceLimits: threadLimits("broker"),
  });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

function open(directory: string): Promise<PartitionLog> {
  const files = diskFiles({ clock: systemClock });
  const config = { ...SMALL_LOG, segmentBytes: SEGMENT_BYTES, indexBytes: 10_485_760 };
  return openLog(
    { directory, config, wasClean: true, recoveryPoint: 0, logStartOffset: 0 },
    { files, clock: systemClock, jobs: inlineJobs(files) },
  );
}

async function fill(directory: string, commits: number, kept: number): Promise<void> {
  const log = await open(directory);
  for (let from = 0; from < commits; from += RECORDS_PER_BATCH) {
    const count = Math.min(RECORDS_PER_BATCH, commits - from);
    const records = Array.from({ length: count }, (_, i) => commit(from + i, kept));
    const bytes = buildBatch(records, { baseOffset: from, leaderEpoch: 0, timestamp: Date.now() });
    const batch = new Batch(bytes);
    if (log.mustRoll([batch])) await log.roll();
    log.append([batch]);
  }
  await log.close();
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

async function measure({ directory, stallMsMax }: Task): Promise<Measured> {
  const log = await open(directory);
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
  await log.close();
  const heapMb = process.memoryUsage().heapUsed / 1e6;
  return { loadMs, ...seen, heapMb, machine: await idle(loadMs, stallMsMax) };
}

/** Slices of the same length that do nothing. */
async function idle(ms: number, stallMsMax: number): Promise<Measured["machine"]> {
  const watch = watchLoop(stallMsMax);
  const endMs = performance.now() + ms;
  while (performance.now() < endMs) {
    const sliceEndMs = performance.now() + 2;
    while (performance.now() < sliceEndMs);
    await new Promise(setImmediate);
  }
  return watch.end();
}

/** What another task of the thread would notice: from one turn of the loop to the next. */
function watchLoop(stallMsMax: number): { end(): { longestMs: number; late: number } } {
  let [last, waited, longestMs, late] = [performance.now(), waitedMs(), 0, 0];
  let next: NodeJS.Immediate;
  const turn = (): void => {
    const now = performance.now();
    const stallMs = now - last - (waitedMs() - waited);
    longestMs = Math.max(longestMs, stallMs);
    if (stallMs > stallMsMax) late++;
    waited = waitedMs();
    last = performance.now();
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

/** What this thread has waited for a processor since it began; 0 where the system does not say. */
function waitedMs(): number {
  try {
    const [, waitedNs] = readFileSync("/proc/thread-self/schedstat", "utf8").split(" ");
    return Number(waitedNs) / 1e6;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}

if (isMainThread) process.exit(await main());
parentPort?.postMessage(await measure(workerData as Task));
