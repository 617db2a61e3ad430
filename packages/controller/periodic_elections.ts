// While this node is the active controller: carries out, at intervals, the elections that nobody
// asks for. Which ones, `decide/periodic_elections.ts` knows.

import { type Clock, reason, type Timer } from "@odradek/base";
import type { ResolvedConfig } from "@odradek/metadata/configs/mod";
import type { Logger } from "@odradek/network";
import { Refusal } from "@odradek/protocol/refusal";
import type { Controller } from "./controller.ts";
import {
  decidePreferredElections,
  decideUncleanElections,
  ELECTIONS_MAX,
} from "./decide/periodic_elections.ts";

export interface PeriodicElectionsOptions {
  readonly controller: Pick<Controller, "decide">;
  readonly config: ResolvedConfig;
  readonly clock: Clock;
  readonly logger: Pick<Logger, "info" | "warn">;
}

interface Task {
  readonly everyMs: number;
  readonly decision: typeof decidePreferredElections;
  /** Of `count` partitions. */
  readonly done: (count: number) => string;
}

const S = 1000;

export class PeriodicElections {
  readonly #options: PeriodicElectionsOptions;
  readonly #tasks: readonly Task[];
  readonly #timers = new Map<Task, Timer>();
  #isActive = false;

  constructor(options: PeriodicElectionsOptions) {
    const { config } = options;
    this.#options = options;
    const preferred: Task = {
      everyMs: config.value("leader.imbalance.check.interval.seconds") * S,
      decision: decidePreferredElections,
      done: (count) => `${count} partitions are led by their preferred replicas again`,
    };
    const unclean: Task = {
      everyMs: config.value("unclean.leader.election.interval.ms"),
      decision: decideUncleanElections,
      done: (count) => `${count} partitions have an unclean leader, and may have lost records`,
    };
    this.#tasks = config.value("auto.leader.rebalance.enable") ? [preferred, unclean] : [unclean];
  }

  /** This node has become the active controller, or is it no more. */
  activity(isActive: boolean): void {
    this.#isActive = isActive;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    if (isActive) for (const task of this.#tasks) this.#plan(task, task.everyMs);
  }

  stop(): void {
    this.activity(false);
  }

  #plan(task: Task, inMs: number): void {
    this.#timers.set(task, this.#options.clock.schedule(inMs, () => void this.#carryOut(task)));
  }

  async #carryOut(task: Task): Promise<void> {
    const { controller, logger } = this.#options;
    let count = 0;
    try {
      count = await controller.decide((next, given) => task.decision(next, given));
      if (count > 0) logger.info(task.done(count));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Whoever is the active controller by now does it.
      logger.warn({ err: error }, `No leaders were elected: ${reason(error)}`);
    }
    if (this.#isActive) this.#plan(task, count >= ELECTIONS_MAX ? 0 : task.everyMs);
  }
}
