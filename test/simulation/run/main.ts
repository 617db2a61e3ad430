// Runs simulations: one seed with its transcript, many seeds, planted bugs or terms. See `USAGE`.

import { Fault } from "@odradek/base";
import { availableParallelism } from "node:os";
import type { PlantedBug } from "../planted/planted_bug.ts";
import { type Command, readArguments, USAGE } from "./arguments.ts";
import {
  catchText,
  coverageLines,
  isCaught,
  neverHappened,
  seedText,
  summaryText,
} from "./lines.ts";
import type { Outcome } from "./outcome.ts";
import { SeedProcess } from "./seed_process.ts";
import { shared } from "./share.ts";
import { type Simulation, SIMULATIONS } from "./simulations.ts";

type Print = (line: string) => void;

/** False: a promise was not kept, or a planted bug not caught. */
export async function simulate(command: Command, print: Print): Promise<boolean> {
  switch (command.shows) {
    case "transcript":
      return await showTranscript(command, print);
    case "seeds":
      return await runSeeds(command, print);
    case "planted":
      return await plantBugs(command, SIMULATIONS[command.simulation].planted, print);
    case "terms": {
      const { terms = [] }: Simulation = SIMULATIONS[command.simulation];
      return await plantBugs(command, terms, (line) => print(`expected  ${line}`));
    }
  }
}

async function showTranscript({ simulation, firstSeed }: Command, print: Print): Promise<boolean> {
  const run = await SIMULATIONS[simulation].load();
  const outcome = await run(firstSeed, print);
  print(seedText(outcome));
  return outcome.failure === undefined;
}

async function runSeeds(command: Command, print: Print): Promise<boolean> {
  const { simulation } = command;
  const startedMs = performance.now();
  const processes = Array.from(
    { length: availableParallelism() },
    () => new SeedProcess(simulation),
  );
  const outcomes: Outcome[] = [];
  const run = (seed: number, hand: number) => (processes[hand] as SeedProcess).run(seed);
  for await (const outcome of shared(seedsOf(command), processes.length, run)) {
    print(seedText(outcome));
    outcomes.push(outcome);
  }
  for (const process of processes) process.end();
  for (const line of coverageLines(outcomes)) print(line);
  print(summaryText(outcomes, { simulation, wallMs: performance.now() - startedMs }));
  const missing = neverHappened(outcomes);
  if (missing.length > 0) print(`not covered in any seed: ${missing.join(", ")}`);
  return missing.length === 0 && outcomes.every(({ failure }) => failure === undefined);
}

async function plantBugs(
  command: Command,
  planted: readonly PlantedBug[],
  print: Print,
): Promise<boolean> {
  const plant = async (bug: PlantedBug) => ({ bug, outcomes: await runPlanted(command, bug) });
  let caught = 0;
  for await (const { bug, outcomes } of shared(planted, availableParallelism(), plant)) {
    print(catchText(bug, outcomes));
    if (isCaught(bug, outcomes)) caught++;
  }
  return caught === planted.length;
}

/** Seed after seed, up to the first that fails. */
async function runPlanted(command: Command, { name }: PlantedBug): Promise<Outcome[]> {
  const process = new SeedProcess(command.simulation, name);
  const outcomes: Outcome[] = [];
  for (const seed of seedsOf(command)) {
    outcomes.push(await process.run(seed));
    if (outcomes.at(-1)?.failure !== undefined) break;
  }
  process.end();
  return outcomes;
}

function seedsOf({ firstSeed, seeds }: Command): number[] {
  return Array.from({ length: seeds }, (_, i) => firstSeed + i);
}

async function main(argv: readonly string[]): Promise<number> {
  // Whoever reads it may stop early.
  process.stdout.once("error", () => process.exit(1));
  try {
    const command = readArguments(argv);
    return await simulate(command, (line) => console.log(line)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Fault && error.kind === "configuration")) throw error;
    console.error(`simulate: ${error.message}\n\n${USAGE}`);
    return 1;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
