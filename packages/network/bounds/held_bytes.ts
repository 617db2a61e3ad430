// What one connection holds of its client's requests, whole ones and what has come of the next, as
// the node's budget counts it; and whether the connection may read on by that.

import { MUCH_KIB } from "./byte_budget.ts";
import type { ThreadBounds } from "./thread_bounds.ts";

/** What a request takes beyond its bytes: a flood of tiny ones is not for free. */
export const REQUEST_OVERHEAD_BYTES = 512;
const KIB = 1024;

export class HeldBytes {
  readonly #bounds: ThreadBounds;
  readonly #max: number;
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
  account(incoming: number): void {
    const kib = Math.ceil((this.inFlight + incoming) / KIB);
    if (kib === this.#kib) return;
    const change = kib - this.#kib;
    this.#kib = kib;
    this.#bounds.bytes.change(change);
  }

  mayRead(): boolean {
    const wasOver = this.#isOver;
    this.#isOver = this.inFlight > this.#max;
    if (this.#isOver) {
      if (!wasOver) this.#bounds.node.met("odradek.connection.queued.max.request.bytes");
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
