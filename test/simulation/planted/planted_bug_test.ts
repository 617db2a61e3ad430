// Planted bugs fit the files that they are planted in; one that does not is refused. Whether they
// are caught is for `scripts/simulate.ts --planted` to show; one is here.

import { existsSync, readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SeedProcess } from "../run/seed_process.ts";
import { CLUSTER_BUGS, CLUSTER_TERMS, CONTROLLER_BUGS, NODE_BUGS, RAFT_BUGS } from "./mod.ts";
import { filesOf, type PlantedBug, withBug } from "./planted_bug.ts";

const test = suite("planted bugs");

const ROOT = new URL("../../../", import.meta.url);
const BUG: PlantedBug = { name: "b", file: "f.ts", text: "x < 1", instead: "x < 2", caughtBy: [] };

test("withBug replaces several texts, each in its file", () => {
  const more = [{ file: "g.ts", text: "z", instead: "zz" }, { ...BUG, text: "y", instead: "yy" }];
  const bug = { ...BUG, more };
  assert.equal(filesOf(bug), ["f.ts", "g.ts"]);
  assert.is(withBug(bug, "x < 1 y z"), "x < 2 yy z");
  assert.is(withBug(bug, "x < 1 y z", "g.ts"), "x < 1 y zz");
});

test("withBug replaces a text that is there once, and refuses any other", () => {
  assert.is(withBug(BUG, "if (x < 1) y();"), "if (x < 2) y();");
  assert.throws(() => withBug(BUG, "if (x < 3) y();"), /text is 0 times in "f.ts", not once/);
  assert.throws(() => withBug(BUG, "x < 1; x < 1"), /text is 2 times in "f.ts", not once/);
});

for (const bug of NODE_BUGS) {
  test(`planted bugs: ${bug.name} fits its file, and names checkers that there are`, () => {
    const source = readFileSync(new URL(bug.file, ROOT), "utf8");
    assert.is.not(withBug(bug, source), source);
    const isThere = (name: string): boolean =>
      name === "no_bugs" || existsSync(new URL(`test/simulation/checkers/${name}.ts`, ROOT));
    assert.ok(bug.caughtBy.length > 0);
    assert.equal(bug.caughtBy.filter((name) => !isThere(name)), []);
    assert.ok(existsSync(new URL(`test/simulation/planted/${bug.name}.ts`, ROOT)));
  });
}

for (const bug of [...CLUSTER_BUGS, ...CLUSTER_TERMS, ...CONTROLLER_BUGS]) {
  test(`planted bugs: ${bug.name} fits its files, and names checkers that there are`, () => {
    for (const file of filesOf(bug)) {
      const source = readFileSync(new URL(file, ROOT), "utf8");
      assert.is.not(withBug(bug, source, file), source);
    }
    const isThere = (name: string): boolean =>
      name === "no_bugs" || existsSync(new URL(`test/simulation/checkers/${name}.ts`, ROOT));
    assert.ok(bug.caughtBy.length > 0);
    assert.equal(bug.caughtBy.filter((name) => !isThere(name)), []);
  });
}

for (const bug of RAFT_BUGS) {
  test(`planted bugs: ${bug.name} fits its file, and names what a quorum is held to`, () => {
    const source = readFileSync(new URL(bug.file, ROOT), "utf8");
    assert.is.not(withBug(bug, source), source);
    const known = ["promises", "invariants", "liveness"];
    assert.ok(bug.caughtBy.length > 0);
    assert.equal(bug.caughtBy.filter((name) => !known.includes(name)), []);
  });
}

test("SeedProcess runs lives of a quorum, and a bug of the core is caught", async () => {
  const seeds = new SeedProcess("raft", "committed_by_one_less");
  const { failure } = await seeds.run(1);
  seeds.end();
  assert.is(failure?.checker, "promises");
  const clean = new SeedProcess("raft");
  assert.is((await clean.run(1)).failure, undefined);
  clean.end();
});

test("SeedProcess runs a seed with the bug in the code, and it is caught", async () => {
  const seeds = new SeedProcess("node", "acknowledged_before_sync");
  const { failure } = await seeds.run(1);
  seeds.end();
  assert.is(failure?.checker, "acknowledged_and_synced");
});

test("SeedProcess runs seeds of a cluster, and a bug of replication is caught", async () => {
  const seeds = new SeedProcess("cluster", "high_watermark_by_leader_alone");
  const { failure } = await seeds.run(1);
  seeds.end();
  assert.is(failure?.checker, "replicas");
});

test("SeedProcess fails the seed if its process dies", async () => {
  const seeds = new SeedProcess("node", "a bug that nobody has written");
  const { failure } = await seeds.run(1);
  seeds.end();
  assert.equal(failure, { checker: "process", message: "Its process ended with 1" });
});

test.run();
