// Random lives of clusters: messages that are lost, repeated and late, cuts in one and in both
// directions, crashes that lose what was not synced, snapshots, voters that come and go.

import { type NodeId, nodeId, type Random, seededRandom, type Uuid } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DEFAULT_RAFT_CONFIG } from "./config.ts";
import { replica, SimulatedCluster } from "./testing/simulated_cluster.ts";
import { type Voter, VoterSet } from "./voters.ts";

const test = suite("raft clusters");

const SEEDS = Number(process.env["SEEDS"] ?? 40);
const TRACE = Number(process.env["TRACE"] ?? 60);
const FIRST = Number(process.env["SEED"] ?? 1);
const directories = "BCDEFGHI".split("").map((letter) => `${letter.repeat(21)}A` as Uuid);

function voterOf(id: number): Voter {
  const kraftVersions = { min: 0, max: 1 };
  return { ...replica(id, directories[id] as Uuid), endpoints: [], kraftVersions };
}

function clusterOf(seed: number, size: number, observers: number): SimulatedCluster {
  const all = Array.from({ length: size + observers }, (_, i) => voterOf(i + 1));
  const voters = new VoterSet(all.slice(0, size));
  return new SimulatedCluster({ seed, config: DEFAULT_RAFT_CONFIG, replicas: all, voters });
}

/** One thing that goes wrong, or is asked for. */
function trouble(cluster: SimulatedCluster, random: Random): void {
  const some = (): NodeId => cluster.ids[random.below(cluster.ids.length)] ?? nodeId(1);
  switch (random.below(10)) {
    case 0:
    case 1:
      return cluster.crash(some(), random.below(2) === 0);
    case 2:
      return cluster.crash(cluster.leaderId ?? some(), random.below(2) === 0);
    case 3:
    case 4:
      for (const id of cluster.ids) cluster.start(id);
      return;
    case 5: {
      const [one, other] = [some(), some()];
      cluster.cut(one, other);
      if (random.below(2) === 0) cluster.cut(other, one);
      return;
    }
    case 6:
      cluster.weather = {
        lost: random.below(300),
        repeated: random.below(200),
        delayMax: 1 + random.below(400),
        syncMax: 1 + random.below(100),
      };
      return;
    case 7:
      return cluster.takeSnapshot(some());
    case 8:
      return cluster.tell(cluster.leaderId ?? some(), { type: "resign" });
    default:
      return cluster.heal();
  }
}

function changeVoters(cluster: SimulatedCluster, random: Random): void {
  const { leaderId } = cluster;
  if (leaderId === undefined) return;
  const voter = voterOf(1 + random.below(cluster.ids.length));
  const { voters } = cluster.node(leaderId).raft.state;
  const kind = voters.has(voter) ? "remove" as const : "add" as const;
  if (kind === "remove" && voters.size < 3) return;
  cluster.tell(leaderId, { type: "voterChange", token: 0, change: { kind, voter } });
}

function live(seed: number): SimulatedCluster {
  const random = seededRandom(seed);
  const cluster = clusterOf(seed, [2, 3, 3, 3, 5][random.below(5)] ?? 3, random.below(3));
  const isChanging = random.below(3) === 0;
  try {
    for (let i = 0; i < 60; i++) {
      cluster.runUntil(cluster.now + random.below(1500));
      if (random.below(3) > 0) trouble(cluster, random);
      if (isChanging && random.below(4) === 0) changeVoters(cluster, random);
      cluster.propose(cluster.leaderId ?? nodeId(1), 1 + random.below(5));
    }
    settle(cluster);
  } catch (error) {
    const trace = cluster.trace.slice(-TRACE).join("\n");
    throw new Error(`SEED=${seed}: ${String(error)}\n${trace}`, { cause: error });
  }
  return cluster;
}

/**
 * After all faults have healed: somebody leads, takes records in, and all have them. The first
 * leader may be one that has lost its voters, and gives up.
 */
function settle(cluster: SimulatedCluster): void {
  cluster.heal();
  const leads = cluster.runUntil(cluster.now + 30_000, () => cluster.leaderId !== undefined);
  assert.ok(leads, "a leader is elected");
  const before = cluster.promises.committed.length;
  cluster.runUntil(cluster.now + 20_000, () => {
    if (cluster.leaderId !== undefined) cluster.propose(cluster.leaderId, 1);
    cluster.runUntil(cluster.now + 10);
    return cluster.promises.committed.length > before;
  });
  assert.ok(cluster.promises.committed.length > before, "something new is committed");
  const { length } = cluster.promises.committed;
  const all = cluster.runUntil(
    cluster.now + 30_000,
    () => cluster.ids.every((id) => cluster.node(id).committed >= length),
  );
  assert.ok(all, "everybody has what is committed");
}

test("Raft keeps its promises over many lives of clusters", () => {
  let elections = 0;
  let committed = 0;
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const { promises } = live(seed);
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
