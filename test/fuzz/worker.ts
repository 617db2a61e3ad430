// A thread that runs cases. Its heap is bounded, and the case that it is at stands in shared
// memory, so that whoever started it sees where it waits.

import { parentPort, workerData } from "node:worker_threads";
import { assert } from "@odradek/base";
import { Cases, crashText, type Tally } from "./cases.ts";
import { fileTargets } from "./files/mod.ts";
import { readSamples } from "./frames/messages.ts";
import { frameTargets } from "./frames/mod.ts";
import { servedTargets } from "./requests/served.ts";
import type { Target } from "./target.ts";

export type Kind = "frames" | "requests" | "files";

export interface Work {
  readonly kind: Kind;
  readonly seed: number;
  /** Cases from, from + step, … below to. */
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** One int32: the number of the case under way. */
  readonly at: SharedArrayBuffer;
}

export interface Report {
  /** One text each. */
  readonly crashes: readonly string[];
  readonly tallies: ReadonlyMap<string, Tally>;
}

/** More would only repeat the first ones. */
const CRASHES_MAX = 20;
/** Between two turns of the event loop, in which what native code holds is let go. */
const TURN_CASES = 64;
/** Beside the heap, which the thread's limits bound: buffers, and what native code holds. */
const EXTERNAL_MB_MAX = 256;

async function host({ kind, seed, from, to, step, at }: Work): Promise<Report> {
  await using files = kind === "files" ? await fileTargets() : undefined;
  const cases = new Cases(files?.targets ?? await targetsOf(kind), seed);
  const place = new Int32Array(at);
  const crashes: string[] = [];
  for (let number = from; number < to && crashes.length < CRASHES_MAX; number += step) {
    Atomics.store(place, 0, number);
    const crash = await cases.run(number);
    if (crash !== undefined) crashes.push(crashText(crash));
    if ((number - from) / step % TURN_CASES !== 0) continue;
    await new Promise<void>((resolve) => setImmediate(resolve));
    const heldMb = process.memoryUsage().external / 2 ** 20;
    if (heldMb > EXTERNAL_MB_MAX) crashes.push(`case ${number}: ${heldMb} MB beside the heap`);
  }
  return { crashes, tallies: cases.tallies };
}

async function targetsOf(kind: Kind): Promise<readonly Target[]> {
  return kind === "frames" ? await frameTargets() : servedTargets(await readSamples());
}

assert(parentPort !== null, "Cases run on a thread of their own");
parentPort.postMessage(await host(workerData as Work));
