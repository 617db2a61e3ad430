// What one connection holds, as the node's budget counts it: requests, whole ones and the memory of
// the next, and answers that the client does not read; and whether it may read on by that.

import type { Lease, Socket } from "@odradek/base";
import { MUCH_KIB } from "./byte_budget.ts";
import type { ThreadBounds } from "./thread_bounds.ts";

/** What a request takes beyond its bytes: a flood of tiny ones is not for free. */
export const REQUEST_OVERHEAD_BYTES = 512;
const KIB = 1024;
const UNREAD = "odradek.connection.queued.max.response.bytes";
const OWN = "odradek.connection.queued.max.request.bytes";

/** Answers that wait in memory until the client reads. What lies in a log takes none. */
export class UnreadAnswers {
  #bytes = 0;

  /** A write that was not taken whole. */
  wrote(bytes: number, leases: readonly Lease[] = []): void {
    this.#bytes += leases.reduce((left, lease) => left - lease.bytes.length, bytes);
  }

  /** As far as the socket has not sent it. */
  bytes(socket: Pick<Socket, "pendingBytes">): number {
    if (this.#bytes === 0) return 0;
    return (this.#bytes = Math.min(this.#bytes, socket.pendingBytes));
  }
}

export class HeldBytes {
  readonly #bounds: ThreadBounds;
  readonly #max: number;
  readonly unread = new UnreadAnswers();
  #kib = 0;
  /** Of requests that are not answered; `REQUEST_OVERHEAD_BYTES` more for each. */
  inFlight = 0;
  /** A request of it has been answered: it is no stranger, who may only have come to take room. */
  #isServed = false;
  #isOver = false;

  /** `max`: of requests in flight. */
  constructor(bounds: ThreadBounds, max: number) {
    this.#bounds = bounds;
    this.#max = max;
  }

  get kib(): number {
    return this.#kib;
  }

  /** One of so many bytes has been answered. */
  served(sizeBytes: number): void {
    this.inFlight -= sizeBytes;
    this.#isServed = true;
  }

  /** Tells the budget. `incoming`: bytes of requests that have not begun. */
  account(incoming: number, socket: Pick<Socket, "pendingBytes">): void {
    const kib = Math.ceil((this.inFlight + incoming + this.unread.bytes(socket)) / KIB);
    if (kib === this.#kib) return;
    const change = kib - this.#kib;
    this.#kib = kib;
    this.#bounds.bytes.change(change);
  }

  /** Its client has not read as much as it may leave unread. */
  tellUnread(): void {
    this.#bounds.met(UNREAD, `No request of a connection begins for now: ${UNREAD} is reached`);
  }

  mayRead(): boolean {
    const wasOver = this.#isOver;
    this.#isOver = this.inFlight > this.#max;
    if (this.#isOver) {
      if (!wasOver) this.#bounds.met(OWN, `A connection is not read for now: ${OWN} is reached`);
      return false;
    }
    const { level } = this.#bounds.bytes;
    return level === "free" || (level === "tight" && this.#isServed && this.#kib < MUCH_KIB);
  }
}

/** A client that takes nothing of what is sent to it: since when. */
export class Stall {
  #pendingBytes = 0;
  #sinceMs = 0;

  /** To be asked now and then, with what is pending at that time. Monotonic ms. */
  sinceMs(nowMs: number, pendingBytes: number): number {
    if (pendingBytes === 0 || pendingBytes !== this.#pendingBytes) this.#sinceMs = nowMs;
    this.#pendingBytes = pendingBytes;
    return this.#sinceMs;
  }
}
