// Log lines that a client can cause at will: of each kind one every ten seconds at most, which says
// how many were left out before it. So a flood of bad clients is no flood of lines.

import type { Clock } from "@odradek/base";
import type { Logger } from "../logging.ts";

const QUIET_MS = 10_000;

interface Line {
  readonly level: "debug" | "info" | "warn";
  readonly fields: object;
  readonly text: string;
}

interface Kind {
  writtenMs: number;
  leftOut: number;
}

export class RareLines {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #kinds = new Map<string, Kind>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** There are few kinds; what a client chooses is no part of one. */
  write(kind: string, { level, fields, text }: Line): void {
    const nowMs = this.#clock.monotonic();
    const known = this.#kinds.get(kind);
    if (known !== undefined && nowMs - known.writtenMs < QUIET_MS) {
      known.leftOut++;
      return;
    }
    const leftOut = known?.leftOut ?? 0;
    const more = leftOut === 0 ? "" : ` (and ${leftOut} more since the last such line)`;
    this.#kinds.set(kind, { writtenMs: nowMs, leftOut: 0 });
    this.#logger[level](fields, `${text}${more}`);
  }
}
