// A child process that runs seeds. One that dies or hangs fails its seed, and the next seed gets
// another process.

import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Outcome, outcomeOfNone } from "./outcome.ts";
import type { SimulationName } from "./simulations.ts";

const CHILD = fileURLToPath(new URL("child.ts", import.meta.url));
/** Most of what a seed makes dies young. */
const FLAGS = ["--conditions=odradek", "--max-semi-space-size=64"];
/** A seed takes seconds; a loop without end in the code under test takes longer. */
const SEED_MS_MAX = 180_000;

export class SeedProcess {
  readonly #arguments: readonly string[];
  #child: ChildProcess | undefined;

  /** `bug`: the name of one to be planted. */
  constructor(simulation: SimulationName, bug?: string) {
    this.#arguments = bug === undefined ? [simulation] : [simulation, bug];
  }

  /** One after the other. */
  async run(seed: number): Promise<Outcome> {
    const child = this.#child ??= fork(CHILD, this.#arguments, { execArgv: FLAGS });
    const outcome = await outcomeFrom(child, seed);
    if (outcome.failure?.checker === "process") this.end();
    return outcome;
  }

  end(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }
}

function outcomeFrom(child: ChildProcess, seed: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const done = (outcome: Outcome): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      resolve(outcome);
    };
    const failed = (message: string): void => done(outcomeOfNone(seed, message));
    const seconds = SEED_MS_MAX / 1000;
    const timer = setTimeout(() => failed(`It hangs: no end after ${seconds} s`), SEED_MS_MAX);
    child.once("message", (outcome) => done(outcome as Outcome));
    child.once("error", (error) => failed(`It could not be run: ${error.message}`));
    child.once("exit", (code, signal) => failed(`Its process ended with ${signal ?? code}`));
    child.send(seed);
  });
}
