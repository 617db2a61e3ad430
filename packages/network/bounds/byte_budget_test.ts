// When those who hold much have to wait, and when everybody has.

import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ByteBudget } from "./byte_budget.ts";
import { NodeBounds } from "./node_bounds.ts";

const test = suite("byte budget");

test("ByteBudget is tight at seven eighths, full at all, and tells of each change", async () => {
  const clock = new SimulatedClock();
  const node = NodeBounds.of({ requestBytesMax: 80 * 1024, connectionsMax: 1 });
  const budget = new ByteBudget(node, clock);
  const levels: string[] = [];
  const unwatch = budget.watch(() => levels.push(budget.level));
  budget.change(69);
  assert.equal(levels, []);
  budget.change(1);
  budget.change(10);
  assert.equal(levels, ["tight", "full"]);
  // Another thread makes room: that is seen in a while.
  node.hold(-60);
  assert.is(budget.level, "full");
  await clock.runFor(new Promise<void>((resolve) => clock.schedule(20, resolve)));
  assert.equal(levels, ["tight", "full", "free"]);
  unwatch();
  budget.change(70);
  assert.is(levels.length, 3);
  assert.is(budget.level, "full");
});

test.run();
