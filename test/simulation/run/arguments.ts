// The command line of `scripts/simulate.ts`.

import { Fault, reason } from "@odradek/base";
import { parseArgs } from "node:util";
import { isSimulation, type Simulation, SIMULATIONS, type SimulationName } from "./simulations.ts";

export interface Command {
  readonly simulation: SimulationName;
  /**
   * "transcript": of the first seed; "planted": each bug until a seed catches it; "terms": the same
   * with terms that promise less.
   */
  readonly shows: "transcript" | "seeds" | "planted" | "terms";
  readonly firstSeed: number;
  /** With planted bugs: at most. */
  readonly seeds: number;
}

export const USAGE = `Usage: node scripts/simulate.ts SIMULATION MODE

SIMULATION
  --node       one broker with several producers and consumers
  --raft       a quorum of two to five consensus cores, whose voters may change, and observers
  --controllers  three controllers and three brokers of a control plane, and the network between
  --cluster    three nodes, replicas of each partition on all, and the network between

MODE
  --seed N     one seed: a line for each event; the same lines each time
  --seeds N    N seeds, shared over the cores: a line for each, a summary last
  --planted    every planted bug, until a seed catches it: a line for each; with --seeds N at most
               N seeds for each of them, else 20, of --raft 500, of --cluster 40
  --terms      of --cluster: clients on terms that promise less, until a seed shows what they cost,
               loss or doubles, as expected; with --seeds N in at most N seeds
  --from SEED  the first seed of --seeds, --planted and --terms, else 1`;

/** Fault "configuration" if nothing can be made of it. */
export function readArguments(argv: readonly string[]): Command {
  const { simulation, seed, seeds, from, planted, terms } = parsed(argv);
  if (seed !== undefined && (seeds ?? from ?? planted ?? terms) !== undefined) {
    throw unusable("--seed stands alone: leave --seeds, --from, --planted and --terms out");
  }
  if (seed !== undefined) return { simulation, shows: "transcript", firstSeed: seed, seeds: 1 };
  const firstSeed = from ?? 1;
  const { plantedSeeds, terms: known }: Simulation = SIMULATIONS[simulation];
  if (terms === true) {
    if (known === undefined) throw unusable(`--terms is none of --${simulation}`);
    return { simulation, shows: "terms", firstSeed, seeds: seeds ?? plantedSeeds };
  }
  if (planted === true) {
    return { simulation, shows: "planted", firstSeed, seeds: seeds ?? plantedSeeds };
  }
  if (seeds === undefined) {
    throw unusable("say what to run: --seed N, --seeds N, --planted or --terms");
  }
  return { simulation, shows: "seeds", firstSeed, seeds };
}

function parsed(argv: readonly string[]) {
  const { seed, seeds, from, planted, terms, ...flags } = valuesOf(argv);
  const [simulation, ...others] = Object.keys(flags);
  if (simulation === undefined || !isSimulation(simulation) || others.length > 0) {
    const known = Object.keys(SIMULATIONS).map((name) => `--${name}`).join(", ");
    throw unusable(`say which simulation to run, one of ${known}`);
  }
  return {
    simulation,
    seed: wholeNumber("--seed", seed, 0),
    seeds: wholeNumber("--seeds", seeds, 1),
    from: wholeNumber("--from", from, 0),
    planted,
    terms,
  };
}

function valuesOf(argv: readonly string[]) {
  const simulations = Object.fromEntries(
    Object.keys(SIMULATIONS).map((name) => [name, { type: "boolean" } as const]),
  );
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        ...simulations,
        seed: { type: "string" },
        seeds: { type: "string" },
        from: { type: "string" },
        planted: { type: "boolean" },
        terms: { type: "boolean" },
      },
    });
    return values;
  } catch (error) {
    throw unusable(reason(error));
  }
}

function wholeNumber(flag: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= SEED_MAX) return number;
  throw unusable(`${flag} takes a whole number from ${least} on, not "${text}"`);
}

/** What the generator of random numbers tells apart. */
const SEED_MAX = Number.MAX_SAFE_INTEGER;

function unusable(message: string): Fault {
  return new Fault("configuration", message);
}
