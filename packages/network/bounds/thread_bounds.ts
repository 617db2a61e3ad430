// The bounds of a node as one of its threads has them: what all threads share, and what this one
// says and does about it.

import type { Clock } from "@odradek/base";
import type { Logger } from "../logging.ts";
import { ByteBudget } from "./byte_budget.ts";
import { type Bound, NodeBounds } from "./node_bounds.ts";
import { RareLines } from "./rare_lines.ts";
import { Turns } from "./turns.ts";

/** What clients meet that are not to blame for it, or are merely fast, is no warning. */
const LEVELS: Partial<Record<Bound, "debug" | "info">> = {
  "malformed": "info",
  "connections.max.idle.ms": "info",
  "odradek.connection.queued.max.request.bytes": "debug",
  "odradek.connection.queued.max.response.bytes": "debug",
};

export class ThreadBounds {
  readonly node: NodeBounds;
  readonly bytes: ByteBudget;
  readonly turns: Turns;
  readonly #lines: RareLines;

  constructor(clock: Clock, logger: Logger, node: NodeBounds = NodeBounds.of()) {
    this.node = node;
    this.bytes = new ByteBudget(node, clock, () => this.#tellFull());
    this.turns = new Turns(clock);
    this.#lines = new RareLines(clock, logger);
  }

  /** Counts it, and says so now and then. `text` ends with what to do about it, if anything. */
  met(bound: Bound, text: string, fields: object = {}): void {
    this.node.met(bound);
    const level = LEVELS[bound] ?? "warn";
    this.#lines.write(bound, { level, fields: { bound, ...fields }, text });
  }

  #tellFull(): void {
    const { requestKibMax } = this.node;
    const reached = `queued.max.request.bytes (${requestKibMax} KiB) is reached`;
    this.met("queued.max.request.bytes", `No connection is read until there is room: ${reached}`);
  }
}
