// What one thread counts of the requests that it has answered, by API: how many of each version,
// bytes in and out, how long they took, and which errors they met. One row of plain numbers for
// each API: the thread adds to them and nobody else writes, so that no write waits for another.

import { DURATION_BUCKETS, durationBucket } from "./durations.ts";

/** An API, or what is counted apart from its API. */
export const ROWS = 128;
/** Fetch of another broker; the row of Fetch has those of consumers. */
export const FETCH_OF_FOLLOWER = ROWS - 1;

/** The last counts all higher ones. */
export const VERSIONS = 32;
/** Of errors, from that of UNKNOWN_SERVER_ERROR on; the last counts all higher ones. */
const CODE_MIN = -1;
const CODES = 160;

const [BYTES_IN, BYTES_OUT, MS, VERSIONS_AT] = [0, 1, 2, 3];
const CODES_AT = VERSIONS_AT + VERSIONS;
const BUCKETS_AT = CODES_AT + CODES;
const CELLS = BUCKETS_AT + DURATION_BUCKETS;

/** A request, when its answer leaves. */
export interface Answered {
  readonly row: number;
  readonly version: number;
  /** Of its frame. */
  readonly frameBytes: number;
  /** Monotonic ms. */
  readonly receivedAtMs: number;
}

/** As they are now, of one row. */
export interface RequestCounts {
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** All durations together. */
  readonly ms: number;
  /** By version. */
  readonly versions: Float64Array;
  /** See `durations.ts`. */
  readonly buckets: Float64Array;
  /** By code, where there were any. */
  readonly errors: ReadonlyMap<number, number>;
}

export class RequestCounters {
  static readonly CELLS = ROWS * CELLS;
  readonly #cells: Float64Array;

  /** Of so many cells. Those of a 64-bit machine are read whole, whoever reads. */
  constructor(cells: Float64Array) {
    this.#cells = cells;
  }

  answered(request: Answered, bytesOut: number, nowMs: number): void {
    const at = request.row * CELLS;
    const ms = nowMs - request.receivedAtMs;
    this.#add(at + BYTES_IN, request.frameBytes);
    this.#add(at + BYTES_OUT, bytesOut);
    this.#add(at + MS, ms);
    this.#add(at + VERSIONS_AT + within(request.version, VERSIONS), 1);
    this.#add(at + BUCKETS_AT + durationBucket(ms), 1);
  }

  /** A request that was refused as a whole, with the code of an error. */
  refused(row: number, code: number): void {
    this.#add(row * CELLS + CODES_AT + within(code - CODE_MIN, CODES), 1);
  }

  /** A copy. Undefined: there was no such request. */
  of(row: number): RequestCounts | undefined {
    const live = this.#cells.subarray(row * CELLS, (row + 1) * CELLS);
    const versions = live.slice(VERSIONS_AT, CODES_AT);
    if (versions.every((count) => count === 0)) return undefined;
    const cells = live.slice();
    const errors = new Map<number, number>();
    for (const [i, count] of cells.subarray(CODES_AT, BUCKETS_AT).entries()) {
      if (count > 0) errors.set(i + CODE_MIN, count);
    }
    const [bytesIn = 0, bytesOut = 0, ms = 0] = cells;
    return { bytesIn, bytesOut, ms, versions, buckets: cells.subarray(BUCKETS_AT), errors };
  }

  #add(at: number, amount: number): void {
    this.#cells[at] = (this.#cells[at] ?? 0) + amount;
  }
}

/** Of several threads. Undefined: none of them had such a request. */
export function sumOf(all: readonly (RequestCounts | undefined)[]): RequestCounts | undefined {
  const counts = all.filter((one) => one !== undefined);
  const [first, ...others] = counts;
  return first && others.reduce(added, first);
}

function added(one: RequestCounts, other: RequestCounts): RequestCounts {
  const errors = new Map(one.errors);
  for (const [code, count] of other.errors) errors.set(code, (errors.get(code) ?? 0) + count);
  return {
    bytesIn: one.bytesIn + other.bytesIn,
    bytesOut: one.bytesOut + other.bytesOut,
    ms: one.ms + other.ms,
    versions: one.versions.map((count, i) => count + (other.versions[i] ?? 0)),
    buckets: one.buckets.map((count, i) => count + (other.buckets[i] ?? 0)),
    errors,
  };
}

function within(index: number, length: number): number {
  return index < length ? Math.max(0, index) : length - 1;
}
