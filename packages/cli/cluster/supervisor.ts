// Keeps the nodes of a local cluster: starts them together, tells when all serve, starts again what
// has ended if that is asked for, and stops all.

import { type Clock, sleep } from "@odradek/base";
import { type Child, type Ended, startChild } from "./child.ts";

export interface SupervisedNode {
  readonly id: number;
  readonly folder: string;
  readonly properties: string;
}

export interface SupervisorOptions {
  readonly launcher: string;
  readonly nodes: readonly SupervisedNode[];
  readonly overrides: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether a node that has ended is started again. */
  readonly restarts: boolean;
  readonly clock: Clock;
  /** A line of a node. */
  readonly line: (node: number, line: string) => void;
  /** A line about a node. */
  readonly remark: (line: string) => void;
}

const AGAIN_MS = { first: 1_000, max: 30_000 } as const;
/** Longer than a node takes to hand over and to close its logs. */
const STOP_MS_MAX = 60_000;

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #children = new Map<number, Child>();
  readonly #stopping = new AbortController();
  readonly #lives: Promise<void>[];
  readonly #ready: Promise<unknown>;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const firsts: Promise<void>[] = [];
    this.#lives = options.nodes.map((node) => {
      const child = this.#start(node);
      firsts.push(child.ready);
      return this.#live(node, child);
    });
    this.#ready = Promise.all(firsts);
  }

  /** True when all serve; false if one of them has ended before, or all are to stop. */
  async whenReady(): Promise<boolean> {
    const failed = [...this.#children].map(async ([id, { ended }]) => {
      const { how, wasReady } = await ended;
      if (wasReady) return await new Promise<false>(() => {});
      if (!this.#isStopping) this.#options.remark(`node ${id} does not start: ${how}`);
      return false;
    });
    return await Promise.race([this.#ready.then(() => true), ...failed]);
  }

  /** Resolves when no node is left, and none will be started again. */
  async allEnded(): Promise<void> {
    await Promise.all(this.#lives);
  }

  /** Each hands over what it has; one that takes too long is killed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#signalAll("SIGTERM");
    const late = new AbortController();
    const killing = sleep(this.#options.clock, STOP_MS_MAX, late.signal)
      .then(() => this.#signalAll("SIGKILL"), () => undefined);
    await this.allEnded();
    late.abort();
    await killing;
  }

  kill(): void {
    this.#stopping.abort();
    this.#signalAll("SIGKILL");
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #signalAll(signal: NodeJS.Signals): void {
    for (const child of this.#children.values()) child.signal(signal);
  }

  #start({ id, folder, properties }: SupervisedNode): Child {
    const { launcher, overrides, environment, line } = this.#options;
    const hand = (one: string): void => line(id, one);
    const own = { launcher, overrides, environment, folder, properties };
    const child = startChild({ ...own, line: hand });
    this.#children.set(id, child);
    return child;
  }

  /** One life after the other. */
  async #live(node: SupervisedNode, first: Child): Promise<void> {
    const { restarts, clock } = this.#options;
    let child = first;
    let pauseMs: number = AGAIN_MS.first;
    for (;;) {
      const ended = await child.ended;
      this.#children.delete(node.id);
      if (this.#isStopping) return;
      this.#tell(node, ended);
      // What never was ready is no accident: the first start says so, and ends all.
      if (!restarts || (child === first && !ended.wasReady)) return;
      await sleep(clock, pauseMs, this.#stopping.signal).catch(() => undefined);
      if (this.#isStopping) return;
      pauseMs = ended.wasReady ? AGAIN_MS.first : Math.min(pauseMs * 2, AGAIN_MS.max);
      child = this.#start(node);
    }
  }

  #tell({ id }: SupervisedNode, { how, wasReady }: Ended): void {
    if (!wasReady) return;
    const { restarts, remark } = this.#options;
    const next = restarts ? "it is started again" : "it stays away; --restart starts it again";
    remark(`node ${id}: ${how}; ${next}`);
  }
}
