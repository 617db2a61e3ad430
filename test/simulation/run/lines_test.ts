// What a reader of the output sees, and when a planted bug counts as caught.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { PlantedBug } from "../planted/planted_bug.ts";
import {
  catchText,
  coverageLines,
  isCaught,
  neverHappened,
  seedText,
  summaryText,
} from "./lines.ts";
import type { Failure, Outcome } from "./outcome.ts";

const test = suite("lines");

function outcome(seed: number, failure?: Failure): Outcome {
  const figures = { simulatedMs: 300_123, faults: 12, acknowledged: 600, read: 70, starts: 5 };
  return { seed, ...figures, powerLosses: 3, failure };
}

const LOST: Failure = { checker: "acknowledged_and_synced", message: "x is lost\n  at y" };
const BUG: PlantedBug = {
  name: "forgetful",
  file: "x.ts",
  text: "a",
  instead: "b",
  caughtBy: ["acknowledged_and_synced"],
};

test("seedText is one line, with what was done and what went wrong", () => {
  const done = "seed     7   300.1 s simulated   12 faults    3 power losses    5 starts    " +
    "600 acknowledged      70 read  ";
  assert.is(seedText(outcome(7)), `${done}ok`);
  assert.is(seedText(outcome(7, LOST)), `${done}FAILED  acknowledged_and_synced: x is lost`);
});

test("summaryText names the least of all seeds and one that failed", () => {
  const small = { ...outcome(8, LOST), faults: 2 };
  const text = summaryText([outcome(7), small], { simulation: "node", wallMs: 1500 });
  assert.is(
    text,
    "2 seeds in 1.5 s; each at least 300.1 s simulated, 2 faults, 600 acknowledged; " +
      "1 clean, 1 failed, for one: simulate --node --seed 8",
  );
});

test("coverageLines sums up what has happened, and neverHappened tells what has not", () => {
  const covering = (kills: number): Outcome => ({ ...outcome(1), coverage: { kills, stops: 0 } });
  assert.equal(coverageLines([covering(3), covering(4)]), [
    `covered  ${"kills".padEnd(24)}        7, in a seed at least 3`,
    `covered  ${"stops".padEnd(24)}        0, in a seed at least 0`,
  ]);
  assert.equal(coverageLines([outcome(1)]), []);
  assert.equal(neverHappened([covering(3)]), [], "of so few seeds nothing is expected");
  assert.equal(neverHappened(Array.from({ length: 20 }, () => covering(1))), ["stops"]);
});

test("isCaught wants the last seed to fail by a checker that is there for the bug", () => {
  assert.not(isCaught(BUG, []));
  assert.not(isCaught(BUG, [outcome(1), outcome(2)]));
  assert.not(isCaught(BUG, [outcome(1, { checker: "process", message: "died" })]));
  assert.ok(isCaught(BUG, [outcome(1), outcome(2, LOST)]));
  assert.ok(isCaught({ ...BUG, says: "x is" }, [outcome(2, LOST)]));
  assert.not(isCaught({ ...BUG, says: "is lost" }, [outcome(2, LOST)]));
});

test("catchText says how a bug was caught, or that it was not", () => {
  const head = "forgetful".padEnd(34);
  const caught = `${head}  caught in 2 seeds, after 300.1 s of seed 2, ` +
    "by acknowledged_and_synced: x is lost";
  assert.is(catchText(BUG, [outcome(1), outcome(2, LOST)]), caught);
  assert.is(catchText(BUG, [outcome(1)]), `${head}  NOT CAUGHT in 1 seed`);
  const otherwise = outcome(1, { checker: "process", message: "died" });
  assert.is(
    catchText(BUG, [otherwise]),
    `${head}  NOT CAUGHT by acknowledged_and_synced: seed 1 failed by process: died`,
  );
});

test.run();
