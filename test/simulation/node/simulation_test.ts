// Short seeds: whether they repeat exactly and keep all promises. Long ones: `scripts/simulate.ts`.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Extent, simulateNode } from "./simulation.ts";

const test = suite("simulateNode");

const SHORT: Extent = {
  faultsMs: 20_000,
  least: { simulatedMs: 20_000, faults: 1, acknowledged: 30 },
};

async function transcriptOf(seed: number): Promise<string[]> {
  const lines: string[] = [];
  const { failure } = await simulateNode(seed, {
    print: (line) => lines.push(line),
    extent: SHORT,
  });
  assert.is(failure, undefined, `${failure?.message}\n${lines.slice(-40).join("\n")}`);
  return lines;
}

test("simulateNode repeats every line of a seed, whatever has run before it", async () => {
  const first = [await transcriptOf(1), await transcriptOf(2), await transcriptOf(3)];
  const second = [await transcriptOf(3), await transcriptOf(2), await transcriptOf(1)].reverse();
  assert.equal(second, first);
  assert.ok(first.every((lines) => lines.length > 100));
  assert.is.not(first[0]?.join(), first[1]?.join());
});

test("simulateNode fails a seed in which too little happens", async () => {
  const least = { simulatedMs: 3000, faults: 1000, acknowledged: 1 };
  const { failure } = await simulateNode(4, { extent: { faultsMs: 3000, least } });
  assert.is(failure?.checker, "amount");
  assert.match(failure?.message ?? "", /Not enough has happened: .*"faults":1000/);
});

test.run();
