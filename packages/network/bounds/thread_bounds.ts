// The bounds of a node as one of its threads has them: what all threads share, and what this one
// says and does about it.

import type { Clock } from "@odradek/base";
import type { Logger } from "../logging.ts";
import { ByteBudget } from "./byte_budget.ts";
import { type Bound, NodeBounds } from "./node_bounds.ts";
import { RareLines } from "./rare_lines.ts";
import { Turns } from "./turns.ts";

export class ThreadBounds {
  readonly node: NodeBounds;
  readonly bytes: ByteBudget;
  readonly turns: Turns;
  readonly #lines: RareLines;

  constructor(clock: Clock, logger: Logger, node: NodeBounds = NodeBounds.of()) {
    this.node = node;
    this.bytes = new ByteBudget(node, clock);
    this.turns = new Turns(clock);
    this.#lines = new RareLines(clock, logger);
  }

  /** Counts it, and says so now and then. `text` ends with what to do about it, if anything. */
  met(bound: Bound, text: string, fields: object = {}): void {
    this.node.met(bound);
    const level = bound === "malformed" || bound === "connections.max.idle.ms" ? "info" : "warn";
    this.#lines.write(bound, { level, fields: { bound, ...fields }, text });
  }
}
