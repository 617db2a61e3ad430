// Plans of faults: the same for a seed, and bearable.

import { seededRandom } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type FaultKind, planOf } from "./plan.ts";

const test = suite("plan");
const NODES = [1, 2, 3];
const SEEDS = Array.from({ length: 50 }, (_, seed) => seed);

function planFor(seed: number): ReturnType<typeof planOf> {
  return planOf(seededRandom(seed), { nodes: NODES, count: 50, durationMs: 900_000 });
}

test("planOf repeats for a seed, and differs for another", () => {
  assert.equal(planFor(7), planFor(7));
  assert.is.not(JSON.stringify(planFor(7)), JSON.stringify(planFor(8)));
});

test("planOf gives a node one fault at a time, and all at once only while all are whole", () => {
  for (const plan of SEEDS.map(planFor)) {
    const wholeAt = new Map<number, number>();
    for (const { kind, nodes, atMs, durationMs } of plan) {
      assert.is(nodes.length, kind === "kill all" ? NODES.length : 1);
      for (const node of nodes) {
        assert.ok((wholeAt.get(node) ?? 0) <= atMs);
        wholeAt.set(node, atMs + durationMs);
      }
    }
  }
});

test("planOf has every kind, nearly as many as are asked for, and links for cuts alone", () => {
  const kinds = new Set<FaultKind>();
  for (const plan of SEEDS.map(planFor)) {
    assert.ok(plan.length > 40);
    for (const { kind, nodes, from } of plan) {
      kinds.add(kind);
      assert.is(from.length > 0, kind.startsWith("cut"));
      assert.not(from.some((other) => nodes.includes(other)));
    }
  }
  assert.is(kinds.size, 6);
});

test.run();
