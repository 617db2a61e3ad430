// scripts/fuzz.ts: damaged frames and files through whatever decodes them, and odd requests to a
// simulated node (60 a case), on all processors. A case that throws what it may not, takes more
// memory than its bytes justify, or comes to no end is a crash, named by its number:
// `--seed S --case N --frames 0 --requests 0` runs that of a file alone.

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { reason } from "@odradek/base";
import type { Tally } from "./cases.ts";
import type { Kind, Report, Work } from "./worker.ts";

interface Plan {
  readonly kind: Kind;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

/** No case takes a second; busy machines are slower. */
const CASE_MS_MAX = 30_000;
const LOOK_MS = 1000;
/** Of each thread's heap. */
const HEAP_MB_MAX = 256;

/** Crashes, one text each, and what was run. */
async function fuzz(plan: Plan): Promise<Report> {
  const threads = Math.min(availableParallelism(), Math.max(1, plan.to - plan.from));
  const reports = await Promise.all(
    Array.from({ length: threads }, (_, i) =>
      runThread({
        ...plan,
        from: plan.from + i,
        step: threads,
        at: new SharedArrayBuffer(4),
      })),
  );
  const tallies = new Map<string, Tally>();
  for (const [name, { run, refused }] of reports.flatMap((report) => [...report.tallies])) {
    const sum = tallies.get(name) ?? { run: 0, refused: 0 };
    tallies.set(name, { run: sum.run + run, refused: sum.refused + refused });
  }
  return { crashes: reports.flatMap(({ crashes }) => crashes), tallies };
}

/** A thread that has to be ended, or dies, is a crash of the case that it is at. */
function runThread(work: Work): Promise<Report> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
  });
  const at = new Int32Array(work.at);
  return new Promise((resolve) => {
    const died = (why: string): void => {
      resolve({ crashes: [`case ${Atomics.load(at, 0)}: ${why}`], tallies: new Map() });
    };
    const watch = watchProgress(at, () => {
      died(`no end after ${CASE_MS_MAX / 1000} s`);
      void worker.terminate();
    });
    worker.once("message", (report: Report) => resolve(report));
    worker.once("error", (error) => died(`the thread has ended: ${reason(error)}`));
    worker.once("exit", () => clearInterval(watch));
  });
}

function watchProgress(at: Int32Array, stuck: () => void): NodeJS.Timeout {
  let [last, since] = [-1, performance.now()];
  return setInterval(() => {
    const now = Atomics.load(at, 0);
    if (now !== last) [last, since] = [now, performance.now()];
    else if (performance.now() - since > CASE_MS_MAX) stuck();
  }, LOOK_MS);
}

/** The number of crashes. */
async function runPlan(plan: Plan): Promise<number> {
  const { kind, seed } = plan;
  const startedMs = performance.now();
  const { crashes, tallies } = await fuzz(plan);
  for (const crash of crashes) console.log(`${kind}: ${crash}`);
  const total = [...tallies.values()].reduce((sum, { run }) => sum + run, 0);
  for (const [name, { run, refused }] of tallies) {
    console.log(`${kind}: ${name}: ${run}, of which ${refused} were refused`);
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  console.log(`${kind}: seed ${seed}: ${total} in ${seconds} s, ${crashes.length} crashes`);
  return crashes.length;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      frames: { type: "string", default: "100000" },
      requests: { type: "string", default: "200" },
      files: { type: "string", default: "10000" },
      seed: { type: "string", default: "1" },
      case: { type: "string" },
    },
  });
  const seed = Number(values.seed);
  const only = values.case === undefined ? undefined : Number(values.case);
  let crashes = 0;
  for (const kind of ["frames", "requests", "files"] as const) {
    const count = values[kind];
    const [from, to] = only === undefined ? [0, Number(count)] : [only, only + 1];
    if (count !== "0") crashes += await runPlan({ kind, seed, from, to });
  }
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`${crashes} crashes, ${peakMb} MB at most`);
  return crashes === 0 ? 0 : 1;
}

if (import.meta.main) process.exit(await main());
