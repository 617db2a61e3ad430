// Writes a history while it happens: a line for each event, with the time at which it came.

import { createWriteStream, type WriteStream } from "node:fs";
import type { HistoryEvent } from "./events.ts";

type Untimed<E> = E extends HistoryEvent ? Omit<E, "time"> : never;

export class HistoryRecorder implements AsyncDisposable {
  readonly path: string;
  readonly #file: WriteStream;

  /** The file is made, or made anew. */
  constructor(path: string) {
    this.path = path;
    this.#file = createWriteStream(path);
  }

  add(event: Untimed<HistoryEvent>): void {
    const time = Math.round((performance.timeOrigin + performance.now()) * 1000) / 1000;
    this.#file.write(`${JSON.stringify({ time, ...event })}\n`);
  }

  /** Resolves when all of it is written. */
  async close(): Promise<void> {
    if (this.#file.closed) return;
    await new Promise<void>((resolve, reject) => {
      this.#file.once("error", reject);
      this.#file.end(resolve);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
