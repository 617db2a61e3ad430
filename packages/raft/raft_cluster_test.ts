// Random lives of clusters (testing/cluster_lives.ts), and how long elections take. `SEEDS=3000`
// for more of them; `SEED=7 SEEDS=1 TRACE=200` for the end of one that failed.

import type { NodeId } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { clusterOf, live } from "./testing/cluster_lives.ts";

const test = suite("raft clusters");

const SEEDS = Number(process.env["SEEDS"] ?? 40);
const TRACE = Number(process.env["TRACE"] ?? 60);
const FIRST = Number(process.env["SEED"] ?? 1);

test("Raft keeps its promises over many lives of clusters", () => {
  let elections = 0;
  let committed = 0;
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const { cluster: { promises, trace }, failure } = live(seed);
    if (failure !== undefined) {
      const lines = trace.slice(-TRACE).join("\n");
      throw new Error(`SEED=${seed}: ${String(failure)}\n${lines}`, { cause: failure });
    }
    elections += promises.elections.length;
    committed += promises.committed.length;
  }
  assert.ok(elections > SEEDS * 2, `only ${elections} elections in ${SEEDS} lives`);
  assert.ok(committed > SEEDS * 30, `only ${committed} records in ${SEEDS} lives`);
  if (SEEDS > 40) console.log(`${SEEDS} seeds: ${elections} elections, ${committed} records`);
});

test("a leader that ends is replaced within 0.3 s, without a split vote in most lives", () => {
  const times: number[] = [];
  for (let seed = 1; seed <= 30; seed++) {
    const cluster = clusterOf(seed, 3, 0);
    assert.ok(cluster.runUntil(10_000, () => cluster.leaderId !== undefined));
    cluster.runUntil(cluster.now + 3000);
    const ended = cluster.leaderId as NodeId;
    const at = cluster.now;
    cluster.crash(ended, true);
    assert.ok(cluster.runUntil(at + 10_000, () => cluster.leaderId !== undefined));
    times.push(cluster.now - at);
  }
  times.sort((a, b) => a - b);
  assert.ok((times[15] ?? Infinity) < 300, `median ${times[15]} ms, of ${times.join(" ")}`);
});

test("nobody campaigns while a leader is heard", () => {
  const cluster = clusterOf(7, 3, 1);
  cluster.runUntil(60_000);
  assert.is(cluster.promises.elections.length, 1);
});

test.run();
