// What is printed of seeds and of planted bugs: one line each.

import type { PlantedBug } from "../planted/planted_bug.ts";
import type { Failure, Outcome } from "./outcome.ts";

export function seedText(outcome: Outcome): string {
  const { seed, failure, simulatedMs, faults, acknowledged, read, starts, powerLosses } = outcome;
  const figures = [
    `${seconds(simulatedMs).padStart(6)} s simulated`,
    `${String(faults).padStart(3)} faults`,
    `${String(powerLosses).padStart(3)} power losses`,
    `${String(starts).padStart(3)} starts`,
    `${String(acknowledged).padStart(5)} acknowledged`,
    `${String(read).padStart(6)} read`,
  ].join("  ");
  const verdict = failure === undefined ? "ok" : `FAILED  ${failureText(failure)}`;
  return `seed ${String(seed).padStart(5)}  ${figures}  ${verdict}`;
}

export function summaryText(
  outcomes: readonly Outcome[],
  { simulation, wallMs }: { readonly simulation: string; readonly wallMs: number },
): string {
  const least = (of: (outcome: Outcome) => number): number => Math.min(...outcomes.map(of));
  const failed = outcomes.filter(({ failure }) => failure !== undefined);
  const [first] = failed;
  return [
    `${outcomes.length} seeds in ${seconds(wallMs)} s`,
    `each at least ${seconds(least(({ simulatedMs }) => simulatedMs))} s simulated, ` +
    `${least(({ faults }) => faults)} faults, ` +
    `${least(({ acknowledged }) => acknowledged)} acknowledged`,
    `${outcomes.length - failed.length} clean, ${failed.length} failed` +
    (first === undefined ? "" : `, for one: simulate --${simulation} --seed ${first.seed}`),
  ].join("; ");
}

/** What has happened in all seeds: a line for each name, with the sum and the least of a seed. */
export function coverageLines(outcomes: readonly Outcome[]): string[] {
  return namesOf(outcomes).map((name) => {
    const counts = countsOf(outcomes, name);
    const sum = counts.reduce((a, b) => a + b, 0);
    return `covered  ${name.padEnd(24)}${String(sum).padStart(9)}, in a seed at least ` +
      `${Math.min(...counts)}`;
  });
}

/** So many seeds should see everything. */
const ENOUGH_SEEDS = 20;

/** What no seed has seen, though they were many. */
export function neverHappened(outcomes: readonly Outcome[]): string[] {
  if (outcomes.length < ENOUGH_SEEDS) return [];
  return namesOf(outcomes).filter((name) => Math.max(...countsOf(outcomes, name)) === 0);
}

function namesOf(outcomes: readonly Outcome[]): string[] {
  return [...new Set(outcomes.flatMap(({ coverage = {} }) => Object.keys(coverage)))];
}

function countsOf(outcomes: readonly Outcome[], name: string): number[] {
  return outcomes.map(({ coverage }) => coverage?.[name] ?? 0);
}

/** Whether the last seed has failed, and by a checker that is there for such bugs. */
export function isCaught({ caughtBy, says }: PlantedBug, outcomes: readonly Outcome[]): boolean {
  const failure = outcomes.at(-1)?.failure;
  return failure !== undefined && caughtBy.includes(failure.checker) &&
    (says === undefined || failure.message.startsWith(says));
}

export function catchText(bug: PlantedBug, outcomes: readonly Outcome[]): string {
  const { name, caughtBy } = bug;
  const tried = outcomes.length === 1 ? "1 seed" : `${outcomes.length} seeds`;
  const last = outcomes.at(-1);
  const head = name.padEnd(34);
  if (last?.failure === undefined) return `${head}  NOT CAUGHT in ${tried}`;
  const text = failureText(last.failure);
  if (!isCaught(bug, outcomes)) {
    return `${head}  NOT CAUGHT by ${caughtBy.join(" or ")}: seed ${last.seed} failed by ${text}`;
  }
  const when = `${seconds(last.simulatedMs)} s`;
  return `${head}  caught in ${tried}, after ${when} of seed ${last.seed}, by ${text}`;
}

/** In one line. */
function failureText({ checker, message }: Failure): string {
  const [line = ""] = message.split("\n");
  return `${checker}: ${line}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
