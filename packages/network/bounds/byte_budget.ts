// The bytes of requests, and of answers that nobody reads, that a thread's connections hold, out of
// the budget that the node's threads share. When seven eighths are used, it is tight: connections
// that hold much, or of which no request has been answered yet, read no further. When all is used,
// none does. So those who send halves of large frames do not stop those who are served; and while
// it is tight, what has been held for too long is given up (see `Listener`).

import type { Clock } from "@odradek/base";
import type { NodeBounds } from "./node_bounds.ts";

export type Level = "free" | "tight" | "full";

/** A connection that holds more may have to wait while it is tight. */
export const MUCH_KIB = 32;

/** How often those that wait look whether another thread has made room. */
const LOOK_MS = 10;

export class ByteBudget {
  readonly #node: NodeBounds;
  readonly #clock: Clock;
  readonly #full: () => void;
  readonly #watchers = new Set<() => void>();
  #level: Level = "free";
  #isLooking = false;

  /** `full`: told whenever all is used. */
  constructor(node: NodeBounds, clock: Clock, full: () => void = () => undefined) {
    this.#node = node;
    this.#clock = clock;
    this.#full = full;
  }

  get level(): Level {
    return this.#level;
  }

  /** Called when the level has changed, until the function that is returned is called. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => void this.#watchers.delete(changed);
  }

  /** This thread holds so much more, or less. */
  change(kib: number): void {
    const level = this.#levelOf(this.#node.hold(kib));
    // Room is given to those who wait in a turn of its own, so that none of them waits in vain.
    if (level === "full" ? this.#level !== "full" : level === "tight" && this.#level === "free") {
      this.#become(level);
    }
  }

  #become(level: Level): void {
    this.#level = level;
    if (level === "full") this.#full();
    for (const changed of this.#watchers) changed();
    if (level !== "free" && !this.#isLooking) this.#look();
  }

  #look(): void {
    this.#isLooking = true;
    this.#clock.schedule(LOOK_MS, () => {
      this.#isLooking = false;
      const level = this.#levelOf(this.#node.requestKib);
      if (level !== this.#level) this.#become(level);
      if (this.#level !== "free" && !this.#isLooking) this.#look();
    });
  }

  #levelOf(kib: number): Level {
    const max = this.#node.requestKibMax;
    if (kib >= max) return "full";
    return kib >= max - max / 8 ? "tight" : "free";
  }
}
