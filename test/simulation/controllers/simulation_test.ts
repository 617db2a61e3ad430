// Short simulations of controllers. `scripts/simulate.ts --controllers` runs long ones.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { simulateControllers } from "./simulation.ts";

const test = suite("simulation of controllers");

const SHORT = { faultsMs: 20_000, least: { faults: 1, accepted: 1, leaders: 1 } };

async function transcriptOf(seed: number): Promise<string[]> {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const { failure, coverage } = await simulateControllers(seed, { print, extent: SHORT });
  assert.is(failure, undefined, `${failure?.message}\n${lines.slice(-40).join("\n")}`);
  assert.ok((coverage?.["topics made"] ?? 0) > 0);
  return lines;
}

test("simulateControllers repeats every line of a seed, whatever has run before it", async () => {
  const first = [await transcriptOf(2), await transcriptOf(3)];
  const second = [await transcriptOf(3), await transcriptOf(2)].reverse();
  assert.equal(second, first);
});

test("simulateControllers fails a seed in which too little happens", async () => {
  const least = { faults: 1, accepted: 1, leaders: 1000 };
  const { failure } = await simulateControllers(2, { extent: { faultsMs: 20_000, least } });
  assert.is(failure?.checker, "amount");
});

test.run();
