// What is measured. Sizes are those of a whole request for produce, of the records in an answer for
// fetch.

export type Plan = LoadPlan | RatePlan | IdlePlan | StartPlan;

/** As fast as the broker answers. */
export interface LoadPlan {
  readonly kind: "produce" | "fetch";
  readonly name: string;
  readonly bytes: number;
  readonly recordBytes: number;
  readonly connections: number;
  readonly partitions: number;
  /** Requests on each connection. */
  readonly inFlight: number;
  /** All together. */
  readonly requests: number;
}

/** So many produce requests a second, whatever the broker does. */
export interface RatePlan {
  readonly kind: "rate";
  readonly name: string;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface IdlePlan {
  readonly kind: "idle";
  readonly name: string;
  readonly seconds: number;
}

export interface StartPlan {
  readonly kind: "start";
  readonly name: string;
}

const KB = 1024;
const SIZES: readonly (readonly [name: string, bytes: number])[] = [
  ["160 B", 160],
  ["1 KB", KB],
  ["16 KB", 16 * KB],
  ["64 KB", 64 * KB],
  ["1 MB", KB * KB],
];
/** A row's requests end at one of these. */
const REQUESTS_MAX = 40_000;
const BYTES_MAX = 384 * KB * KB;
/** What is not varied. Producers have five requests in flight on a connection, if nobody asks. */
const BASE = { recordBytes: KB, connections: 4, partitions: 4, inFlight: 5 };

/** `part`: of the amounts, from 0 to 1. */
export function plans(part: number): Plan[] {
  return [
    { kind: "start", name: "start-up, empty folder" },
    { kind: "idle", name: "idle, before all load", seconds: 3 },
    ...loads("produce", part),
    ...loads("fetch", part),
    ...[1000, 5000].map((perSecond): RatePlan => ({
      kind: "rate",
      name: `${perSecond} produce a second, 160 B`,
      perSecond,
      seconds: Math.max(3, Math.round(10 * part)),
    })),
    { kind: "idle", name: "idle, after all load", seconds: 3 },
  ];
}

function loads(kind: "produce" | "fetch", part: number): LoadPlan[] {
  const load = (bytes: number, changes: Partial<LoadPlan> & { name: string }): LoadPlan => {
    const requests = Math.min(REQUESTS_MAX, Math.floor(BYTES_MAX / bytes));
    return { kind, bytes, ...BASE, requests: Math.ceil(requests * part), ...changes };
  };
  return [
    ...SIZES.map(([size, bytes]) => load(bytes, { name: `${kind} ${size}` })),
    load(16 * KB, { name: `${kind} 16 KB, records of 100 B`, recordBytes: 100 }),
    load(KB, { name: `${kind} 1 KB, one in flight`, inFlight: 1 }),
    ...[1, 16, 64].map((connections) =>
      load(KB, { name: `${kind} 1 KB, ${counted(connections, "connection")}`, connections })
    ),
    ...[1, 100, 1000].map((partitions) =>
      load(KB, { name: `${kind} 1 KB, ${counted(partitions, "partition")}`, partitions })
    ),
  ];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
