// The command line as a table: what is understood, and what is refused with a reason.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Command, readArguments } from "./arguments.ts";

const test = suite("readArguments");

const GOOD: [line: string, expected: Omit<Command, "simulation">][] = [
  ["--node --seed 7", { shows: "transcript", firstSeed: 7, seeds: 1 }],
  ["--seed 0 --node", { shows: "transcript", firstSeed: 0, seeds: 1 }],
  ["--node --seeds 200", { shows: "seeds", firstSeed: 1, seeds: 200 }],
  ["--node --seeds 5 --from 300", { shows: "seeds", firstSeed: 300, seeds: 5 }],
  ["--node --planted", { shows: "planted", firstSeed: 1, seeds: 20 }],
  ["--node --planted --seeds 3 --from 9", { shows: "planted", firstSeed: 9, seeds: 3 }],
];

const BAD: [line: string, message: RegExp][] = [
  ["", /which simulation to run, one of --node/],
  ["--seeds 3", /which simulation/],
  ["--node", /what to run: --seed N, --seeds N, --planted or --terms/],
  ["--node --from 3", /what to run/],
  ["--node --seed 1 --seeds 2", /--seed stands alone/],
  ["--node --seed 1 --planted", /--seed stands alone/],
  ["--node --seed 1 --from 1", /--seed stands alone/],
  ["--node --seed x", /--seed takes a whole number from 0 on, not "x"/],
  ["--node --seed 1.5", /--seed takes a whole number/],
  ["--node --seed 99999999999999999999", /--seed takes a whole number/],
  ["--node --seeds 0", /--seeds takes a whole number from 1 on, not "0"/],
  ["--node --seeds 2 --from=-1", /--from takes a whole number from 0 on, not "-1"/],
  ["--node --raft --seed 1", /which simulation/],
  ["--node --terms", /--terms is none of --node/],
  ["--cluster --terms --seed 1", /--seed stands alone/],
  ["--node --sede 1", /sede/],
  ["--node 7", /7/],
];

for (const [line, expected] of GOOD) {
  test(`readArguments understands ${line}`, () => {
    assert.equal(readArguments(line.split(" ")), { simulation: "node", ...expected });
  });
}

test("readArguments gives each simulation the seeds that its planted bugs need", () => {
  const raft = { simulation: "raft", shows: "planted", firstSeed: 1, seeds: 500 };
  assert.equal(readArguments(["--raft", "--planted"]), raft);
});

test("readArguments understands the terms of clusters", () => {
  const terms = { simulation: "cluster", shows: "terms", firstSeed: 1, seeds: 3 };
  assert.equal(readArguments(["--cluster", "--terms", "--seeds", "3"]), terms);
});

for (const [line, message] of BAD) {
  test(`readArguments refuses "${line}"`, () => {
    assert.throws(() => readArguments(line.split(" ").filter((word) => word !== "")), message);
  });
}

test.run();
