// How far something is that lasts: how much of it is done, how fast it goes, how long it will
// take. Shown from the first second on, four times a second at most; where nobody sees it, it only
// counts.

import { type Clock, systemClock, type Timer } from "@odradek/base";
import type { Terminal } from "./terminal.ts";

export interface ProgressOptions {
  /** What is counted; undefined: nothing is, it is only waited. */
  readonly unit?: "records" | "bytes";
  /** How many there will be, if that is known. */
  readonly total?: number | undefined;
  readonly clock?: Clock;
}

const FIRST_MS = 1000;
const EACH_MS = 250;
/** The rate is that of the last 4 s. */
const MARKS = 16;
const MEGABYTE = 1024 * 1024;

interface Mark {
  readonly atMs: number;
  readonly count: number;
}

export class Progress implements Disposable {
  readonly #terminal: Terminal;
  readonly #unit: ProgressOptions["unit"];
  readonly #total: number | undefined;
  readonly #clock: Clock;
  readonly #beganMs: number;
  #marks: readonly Mark[];
  #count = 0;
  #timer: Timer | undefined;

  constructor(terminal: Terminal, { unit, total, clock = systemClock }: ProgressOptions) {
    this.#terminal = terminal;
    this.#unit = unit;
    this.#total = total;
    this.#clock = clock;
    this.#beganMs = clock.monotonic();
    this.#marks = [{ atMs: this.#beganMs, count: 0 }];
    if (terminal.seesStatus) this.#timer = clock.schedule(FIRST_MS, () => this.#show());
  }

  /** So much more is done. */
  add(count: number): void {
    this.#count += count;
  }

  /** So much is done by now. */
  reach(count: number): void {
    this.#count = count;
  }

  [Symbol.dispose](): void {
    if (this.#timer === undefined) return;
    this.#timer.cancel();
    this.#timer = undefined;
    this.#terminal.status("");
  }

  #show(): void {
    const now = { atMs: this.#clock.monotonic(), count: this.#count };
    this.#terminal.status(this.#text(now));
    this.#marks = [...this.#marks, now].slice(-MARKS);
    this.#timer = this.#clock.schedule(EACH_MS, () => this.#show());
  }

  #text({ atMs, count }: Mark): string {
    if (this.#unit === undefined) return `waiting, ${timeText(atMs - this.#beganMs)}`;
    const { atMs: sinceMs, count: before } = this.#marks[0] as Mark;
    const rate = Math.max(0, 1000 * (count - before) / Math.max(1, atMs - sinceMs));
    const speed = `${amountText(this.#unit, rate)}/s`;
    const total = this.#total;
    if (total === undefined) return `${amountText(this.#unit, count)}, ${speed}`;
    const part = total <= 0 ? 100 : Math.floor(100 * Math.min(1, count / total));
    const done = `${part} % of ${amountText(this.#unit, total)}, ${speed}`;
    // Nobody knows when what stands still ends.
    if (rate <= 0 || count > total) return done;
    return `${done}, ${timeText(1000 * (total - count) / rate)} left`;
  }
}

/** `1,234 records`, `1.5 MB` */
function amountText(unit: "records" | "bytes", amount: number): string {
  if (unit === "records") return `${Math.round(amount).toLocaleString("en-US")} records`;
  return `${(amount / MEGABYTE).toFixed(1)} MB`;
}

/** `8 s`, `2 min 05 s`, `1 h 03 min` */
export function timeText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const two = (value: number): string => String(value).padStart(2, "0");
  if (minutes === 0) return `${seconds} s`;
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}
