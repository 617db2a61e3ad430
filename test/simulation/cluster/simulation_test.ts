// Short simulations of a cluster. `scripts/simulate.ts --cluster` runs long ones.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { simulateCluster } from "./simulation.ts";

const test = suite("simulation of a cluster");

const SHORT = { faultsMs: 20_000, least: { faults: 1, acknowledged: 1, leaderChanges: 0 } };

async function transcriptOf(seed: number): Promise<string[]> {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const { failure, coverage } = await simulateCluster(seed, { print, extent: SHORT });
  assert.is(failure, undefined, `${failure?.message}\n${lines.slice(-40).join("\n")}`);
  assert.ok((coverage?.["quorum leaders"] ?? 0) > 0);
  return lines;
}

test("simulateCluster repeats every line of a seed, whatever has run before it", async () => {
  const first = [await transcriptOf(1), await transcriptOf(2)];
  const second = [await transcriptOf(2), await transcriptOf(1)].reverse();
  assert.equal(second, first);
  assert.ok(first.every((lines) => lines.length > 50));
});

test("simulateCluster fails a seed in which too little happens", async () => {
  const least = { faults: 1, acknowledged: 1, leaderChanges: 1000 };
  const { failure } = await simulateCluster(3, { extent: { faultsMs: 20_000, least } });
  assert.is(failure?.checker, "amount");
  assert.match(failure?.message ?? "", /Not enough has happened: .*"leaderChanges":1000/);
});

test.run();
