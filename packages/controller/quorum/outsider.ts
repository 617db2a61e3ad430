// Whether this node is an outsider to the others: no part of their cluster, as they see it. Who
// refuses it as one is told of in a line once in a while, and asked less often.

import { type Clock, NO_NODE, type NodeId, sleep } from "@odradek/base";
import { type Logger, RareLines } from "@odradek/network";
import type { Refusal } from "@odradek/protocol/refusal";

const AGAIN_MS = 1000;

const DOUBLE = "DUPLICATE_BROKER_REGISTRATION";

const WHY: Readonly<Partial<Record<Refusal["error"], string>>> = {
  INCONSISTENT_CLUSTER_ID:
    "it belongs to another cluster: look at cluster.id, and at which controllers are configured",
  [DOUBLE]: "it has the same number: give this node another node.id",
};

export interface OutsiderOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** How many voters there are, as far as known. */
  readonly voters: () => number;
}

export class Outsider {
  readonly #options: OutsiderOptions;
  readonly #lines: RareLines;
  readonly #refusers = new Map<NodeId, Refusal>();
  readonly #stopping = new AbortController();
  #isTaken = false;

  constructor(options: OutsiderOptions) {
    this.#options = options;
    this.#lines = new RareLines(options.clock, options.logger);
  }

  /**
   * Why this node has no part in the cluster: one whose number it has says so; or most do, and
   * nobody has ever said otherwise.
   */
  get refusal(): Refusal | undefined {
    const { voters } = this.#options;
    const double = [...this.#refusers.values()].find(({ error }) => error === DOUBLE);
    if (double !== undefined) return double;
    if (this.#isTaken || this.#refusers.size * 2 <= voters()) return undefined;
    return this.#refusers.values().next().value;
  }

  taken(): void {
    this.#isTaken = true;
    this.#refusers.clear();
  }

  /** Resolves when it may be asked again. */
  async refused(by: NodeId, refusal: Refusal): Promise<void> {
    this.#refusers.set(by, refusal);
    const { error } = refusal;
    const who = by === NO_NODE ? "A controller" : `Node ${by}`;
    this.#lines.write(error, {
      level: "warn",
      fields: { node: by, error },
      text: `${who} does not take this node for one of its cluster: ${WHY[error] ?? error}`,
    });
    // Rejects only when it is to stop.
    await sleep(this.#options.clock, AGAIN_MS, this.#stopping.signal).catch(() => undefined);
  }

  stop(): void {
    this.#stopping.abort();
  }
}
