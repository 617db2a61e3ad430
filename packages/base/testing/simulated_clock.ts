// Time that passes only when a test lets it: the simulated driver of the port `Clock`. Two runs
// that schedule the same tasks run them in the same order at the same times.

import type { Clock, Timer } from "../clock.ts";

interface Task {
  readonly atMs: number;
  /** Ties are broken by who came first. */
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** Begins at 0 monotonic ms and at a wall clock of the test's choice. */
export class SimulatedClock implements Clock {
  #monotonicMs = 0;
  #wallMs: number;
  #order = 0;
  /** A binary heap, earliest first. */
  readonly #tasks: Task[] = [];

  constructor(wallMs = Date.UTC(2030, 0, 1)) {
    this.#wallMs = wallMs;
  }

  now(): number {
    return Math.floor(this.#wallMs + this.#monotonicMs);
  }

  monotonic(): number {
    return this.#monotonicMs;
  }

  /** Sets the wall clock forward or back, as an operator or a time server does. */
  jump(ms: number): void {
    this.#wallMs += ms;
  }

  schedule(ms: number, run: () => void): Timer {
    const atMs = this.#monotonicMs + Math.max(0, ms);
    const task: Task = { atMs, order: this.#order++, run, cancelled: false };
    this.#push(task);
    return { cancel: () => (task.cancelled = true) };
  }

  soon(run: () => void): void {
    this.schedule(0, run);
  }

  /** Lets time pass until `untilMs` monotonic, with everything that is due by then. */
  async runUntil(untilMs: number): Promise<void> {
    await inTurnOfItsOwn(() => this.#run(untilMs));
  }

  /** Lets time pass until the promise has settled. Throws if that takes longer than `msMax`. */
  async runFor<T>(promise: Promise<T>, msMax = 60_000): Promise<T> {
    let isSettled = false;
    const done = (): void => void (isSettled = true);
    promise.then(done, done);
    const deadline = this.#monotonicMs + msMax;
    await inTurnOfItsOwn(settle);
    while (!isSettled) {
      const next = this.#tasks[0];
      if (next === undefined || next.atMs > deadline) {
        throw new Error(`Nothing settled within ${msMax} simulated ms`);
      }
      await this.runUntil(next.atMs);
    }
    return await promise;
  }

  #run(untilMs: number): void {
    settle();
    for (let task = this.#tasks[0]; task !== undefined; task = this.#tasks[0]) {
      if (task.atMs > untilMs) break;
      this.#pop();
      if (task.cancelled) continue;
      this.#monotonicMs = task.atMs;
      task.run();
      settle();
    }
    this.#monotonicMs = Math.max(this.#monotonicMs, untilMs);
  }

  #push(task: Task): void {
    const tasks = this.#tasks;
    let at = tasks.push(task) - 1;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!isBefore(task, tasks[parent] as Task)) break;
      tasks[at] = tasks[parent] as Task;
      at = parent;
    }
    tasks[at] = task;
  }

  #pop(): void {
    const tasks = this.#tasks;
    const last = tasks.pop();
    if (last === undefined || tasks.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= tasks.length) break;
      const right = tasks[child + 1];
      if (right !== undefined && isBefore(right, tasks[child] as Task)) child++;
      if (!isBefore(tasks[child] as Task, last)) break;
      tasks[at] = tasks[child] as Task;
      at = child;
    }
    tasks[at] = last;
  }
}

function isBefore(a: Task, b: Task): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** Not within a microtask: those that wait would not go on. */
function inTurnOfItsOwn(run: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        run();
        resolve();
      } catch (error) {
        reject(error);
      }
    });
  });
}

/**
 * Until every promise that could go on has gone on, and rejections that nobody handles are told:
 * what Node does after each task. A turn of the event loop would cost several times as much.
 */
const settle: () => void = (process as unknown as { _tickCallback: () => void })._tickCallback;
