// Timers by key, each with the command that is due. One that is put off again and again, as a
// member's session is by each heartbeat, costs no timer of the clock until it would have run.

import type { Clock, Timer } from "@odradek/base";

interface Due<Command> {
  command: Command;
  /** Monotonic ms. */
  deadlineMs: number;
  /** When the timer of the clock runs: no later than the deadline. */
  firesAtMs: number;
  timer: Timer;
}

export class KeyedTimers<Command> {
  readonly #clock: Clock;
  readonly #fire: (key: string, command: Command) => void;
  readonly #due = new Map<string, Due<Command>>();

  constructor(clock: Clock, fire: (key: string, command: Command) => void) {
    this.#clock = clock;
    this.#fire = fire;
  }

  get size(): number {
    return this.#due.size;
  }

  /** Replaces what was due for the key. */
  set(key: string, afterMs: number, command: Command): void {
    const deadlineMs = this.#clock.monotonic() + afterMs;
    const known = this.#due.get(key);
    if (known !== undefined && known.firesAtMs <= deadlineMs) {
      known.command = command;
      known.deadlineMs = deadlineMs;
      return;
    }
    known?.timer.cancel();
    this.#due.set(key, {
      command,
      deadlineMs,
      firesAtMs: deadlineMs,
      timer: this.#clock.schedule(afterMs, () => this.#run(key)),
    });
  }

  cancel(key: string): void {
    this.#due.get(key)?.timer.cancel();
    this.#due.delete(key);
  }

  cancelAll(): void {
    for (const { timer } of this.#due.values()) timer.cancel();
    this.#due.clear();
  }

  #run(key: string): void {
    const due = this.#due.get(key);
    if (due === undefined) return;
    const leftMs = due.deadlineMs - this.#clock.monotonic();
    if (leftMs >= EARLY_MS_MAX) {
      due.firesAtMs = due.deadlineMs;
      due.timer = this.#clock.schedule(leftMs, () => this.#run(key));
      return;
    }
    this.#due.delete(key);
    this.#fire(key, due.command);
  }
}

/** By so much the system's timers may run before their time. */
const EARLY_MS_MAX = 1;
