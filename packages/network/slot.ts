// A request that has begun: its place in the order of the answers, and what its handler is told of
// it. One object for both, made once for every request.

import type { Lease } from "@odradek/base";
import type { ConnectionFacts, RequestContext } from "./context.ts";
import { REQUEST_OVERHEAD_BYTES } from "./bounds/held_bytes.ts";
import type { Answered } from "./counters/request_counters.ts";
import type { Opened, Outcome } from "./dispatch.ts";

export interface SlotStart {
  readonly connection: ConnectionFacts;
  /** Monotonic ms. */
  readonly receivedAtMs: number;
  readonly signal: AbortSignal;
}

export class Slot implements RequestContext, Answered {
  readonly opened: Opened;
  readonly sizeBytes: number;
  readonly connection: ConnectionFacts;
  readonly receivedAtMs: number;
  readonly signal: AbortSignal;
  /** Most answers refer to no memory but their own. */
  leases: Lease[] | undefined;
  closes = false;
  /** Undefined: the request is still being carried out. */
  outcome: Outcome | undefined;

  constructor(opened: Opened, sizeBytes: number, start: SlotStart) {
    this.opened = opened;
    this.sizeBytes = sizeBytes;
    this.connection = start.connection;
    this.receivedAtMs = start.receivedAtMs;
    this.signal = start.signal;
  }

  get correlationId(): number {
    return this.opened.correlationId;
  }

  get clientId(): string | null {
    return this.opened.clientId;
  }

  get version(): number {
    return this.opened.version;
  }

  get row(): number {
    return this.opened.row;
  }

  get frameBytes(): number {
    return this.sizeBytes - REQUEST_OVERHEAD_BYTES;
  }

  hold(lease: Lease): void {
    if (this.leases === undefined) this.leases = [lease];
    else this.leases.push(lease);
  }

  closeConnection(): void {
    this.closes = true;
  }

  /** Nobody will send the answer. */
  release(): void {
    for (const lease of this.leases ?? []) lease.release();
    this.leases = undefined;
  }
}
