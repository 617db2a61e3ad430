// How much of a node its clients use, and how often each bound on that was met: in memory that all
// threads share. Connections and bytes are one budget for the node, whichever reactor has them.

import { assert } from "@odradek/base";

/** By the key that sets it, as metrics and log lines name it. */
export const BOUNDS = [
  "max.connections",
  "max.connections.per.ip",
  "max.connection.creation.rate",
  "socket.listen.backlog.size",
  "connections.max.idle.ms",
  "socket.request.max.bytes",
  "sasl.server.max.receive.size",
  "queued.max.request.bytes",
  "odradek.connection.queued.max.request.bytes",
  "odradek.connection.queued.max.response.bytes",
  "odradek.connection.stalled.max.ms",
  "max.incremental.fetch.session.cache.slots",
  "group.max.size",
  "malformed",
] as const;
/** "malformed" has no key: what makes no sense is never taken. */
export type Bound = (typeof BOUNDS)[number];

export interface NodeAllowance {
  /** Of requests that are coming in or not answered yet, and of answers that are not read. */
  readonly requestBytesMax: number;
  /** What the system lets the process have, whatever `max.connections` says. */
  readonly connectionsMax: number;
}

const UNLIMITED: NodeAllowance = {
  requestBytesMax: Number.MAX_SAFE_INTEGER,
  connectionsMax: Number.MAX_SAFE_INTEGER,
};

const KIB = 1024;
const INT_MAX = 2 ** 31 - 1;

// The memory: int32 gauges, then int64 counters, then the rows of addresses.
const [REQUEST_KIB, REQUEST_KIB_MAX, CONNECTIONS, CONNECTIONS_MAX, LISTENERS] = [0, 1, 2, 3, 4];
const LISTENERS_MAX = 60;
const GAUGES = LISTENERS + LISTENERS_MAX;
/** Addresses are counted in several rows of cells, each by another hash; the least counts. */
const ROWS = 4;
const CELLS = 4096;
const COUNTERS_AT = GAUGES * Int32Array.BYTES_PER_ELEMENT;
const ROWS_AT = COUNTERS_AT + BOUNDS.length * BigInt64Array.BYTES_PER_ELEMENT;
const BYTES = ROWS_AT + ROWS * CELLS * Int32Array.BYTES_PER_ELEMENT;

export class NodeBounds {
  /** Handed to the other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #gauges: Int32Array<SharedArrayBuffer>;
  readonly #counters: BigInt64Array<SharedArrayBuffer>;
  readonly #cells: Int32Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#gauges = new Int32Array(memory, 0, GAUGES);
    this.#counters = new BigInt64Array(memory, COUNTERS_AT, BOUNDS.length);
    this.#cells = new Int32Array(memory, ROWS_AT, ROWS * CELLS);
  }

  static of({ requestBytesMax, connectionsMax }: NodeAllowance = UNLIMITED): NodeBounds {
    const bounds = new NodeBounds(new SharedArrayBuffer(BYTES));
    bounds.#gauges[REQUEST_KIB_MAX] = Math.min(Math.ceil(requestBytesMax / KIB), INT_MAX);
    bounds.#gauges[CONNECTIONS_MAX] = Math.min(connectionsMax, INT_MAX);
    return bounds;
  }

  met(bound: Bound): void {
    Atomics.add(this.#counters, BOUNDS.indexOf(bound), 1n);
  }

  /** How often it was met since the start. */
  count(bound: Bound): number {
    return Number(Atomics.load(this.#counters, BOUNDS.indexOf(bound)));
  }

  get requestKibMax(): number {
    return this.#gauge(REQUEST_KIB_MAX);
  }

  get requestKib(): number {
    return this.#gauge(REQUEST_KIB);
  }

  /** What is held now, after so much more or less. */
  hold(kib: number): number {
    return Atomics.add(this.#gauges, REQUEST_KIB, kib) + kib;
  }

  get connectionsMax(): number {
    return this.#gauge(CONNECTIONS_MAX);
  }

  get connections(): number {
    return this.#gauge(CONNECTIONS);
  }

  connectionsOf(listener: number): number {
    return this.#gauge(LISTENERS + listener);
  }

  /** A connection has begun (1) or ended (-1). `listener`: its number in this node. */
  connected(listener: number, change: 1 | -1): void {
    assert(listener < LISTENERS_MAX, `A node has at most ${LISTENERS_MAX} listeners`);
    Atomics.add(this.#gauges, CONNECTIONS, change);
    Atomics.add(this.#gauges, LISTENERS + listener, change);
  }

  connectedFrom(address: string, change: 1 | -1): void {
    for (const cell of cellsOf(address)) Atomics.add(this.#cells, cell, change);
  }

  /** Never too few; too many only where an address shares a cell of every row with others. */
  connectionsFrom(address: string): number {
    return Math.min(...cellsOf(address).map((cell) => Atomics.load(this.#cells, cell)));
  }

  #gauge(at: number): number {
    return Atomics.load(this.#gauges, at);
  }
}

/** One of each row. */
function cellsOf(address: string): number[] {
  // FNV-1a, then a step of its generator for each further row.
  let hash = 0x811c9dc5;
  for (let i = 0; i < address.length; i++) {
    hash = Math.imul(hash ^ address.charCodeAt(i), 0x01000193);
  }
  return Array.from({ length: ROWS }, (_, row) => {
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) + row;
    return row * CELLS + ((hash ^ (hash >>> 13)) >>> 0) % CELLS;
  });
}
