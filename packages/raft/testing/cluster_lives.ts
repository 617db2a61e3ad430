// Random lives of clusters: messages that are lost, repeated and late, cuts in one and in both
// directions, crashes that lose what was not synced, snapshots, voters that come and go. For
// raft_cluster_test.ts and `scripts/simulate.ts --raft`.

import { type NodeId, nodeId, type Random, seededRandom, type Uuid } from "@odradek/base";
import { DEFAULT_RAFT_CONFIG } from "../config.ts";
import { type Voter, VoterSet } from "../voters.ts";
import { BrokenPromise } from "./broken_promise.ts";
import { replica, SimulatedCluster } from "./simulated_cluster.ts";

const directories = "BCDEFGHI".split("").map((letter) => `${letter.repeat(21)}A` as Uuid);

function voterOf(id: number): Voter {
  const kraftVersions = { min: 0, max: 1 };
  return { ...replica(id, directories[id] as Uuid), endpoints: [], kraftVersions };
}

export function clusterOf(seed: number, size: number, observers: number): SimulatedCluster {
  const all = Array.from({ length: size + observers }, (_, i) => voterOf(i + 1));
  const voters = new VoterSet(all.slice(0, size));
  return new SimulatedCluster({ seed, config: DEFAULT_RAFT_CONFIG, replicas: all, voters });
}

/** One thing that goes wrong, or is asked for. */
function trouble(cluster: SimulatedCluster, random: Random): void {
  const some = (): NodeId => cluster.ids[random.below(cluster.ids.length)] ?? nodeId(1);
  switch (random.below(11)) {
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
    case 9:
      return leaveBehind(cluster, random);
    default:
      return cluster.heal();
  }
}

/**
 * A leader alone takes in more than the others commit meanwhile; their log begins behind a snapshot
 * when it comes back.
 */
function leaveBehind(cluster: SimulatedCluster, random: Random): void {
  const left = cluster.leaderId;
  if (left === undefined) return;
  for (const id of cluster.ids) {
    cluster.cut(left, id);
    cluster.cut(id, left);
  }
  cluster.propose(left, 5 + random.below(20));
  const isOther = (): boolean => ![undefined, left].includes(cluster.leaderId);
  if (cluster.runUntil(cluster.now + 8000, isOther)) {
    const next = cluster.leaderId ?? left;
    cluster.propose(next, 1 + random.below(5));
    cluster.runUntil(cluster.now + random.below(500));
    cluster.takeSnapshot(next);
  }
  cluster.heal();
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

/** What a life has come to, and the cluster at its end. */
export interface Life {
  readonly cluster: SimulatedCluster;
  readonly troubles: number;
  /** What broke a promise, of the cluster or within a core; undefined: none. */
  readonly failure: unknown;
}

/** The same for the same seed. */
export function live(seed: number): Life {
  const random = seededRandom(seed);
  const cluster = clusterOf(seed, [2, 3, 3, 3, 5][random.below(5)] ?? 3, random.below(3));
  const isChanging = random.below(3) === 0;
  let troubles = 0;
  try {
    for (let i = 0; i < 60; i++) {
      cluster.runUntil(cluster.now + random.below(1500));
      if (random.below(3) > 0) {
        trouble(cluster, random);
        troubles++;
      }
      if (isChanging && random.below(4) === 0) changeVoters(cluster, random);
      cluster.propose(cluster.leaderId ?? nodeId(1), 1 + random.below(5));
    }
    settle(cluster);
  } catch (failure) {
    return { cluster, troubles, failure };
  }
  return { cluster, troubles, failure: undefined };
}

/**
 * After all faults have healed: somebody leads, takes records in, and all have them. The first
 * leader may be one that has lost its voters, and gives up.
 */
function settle(cluster: SimulatedCluster): void {
  cluster.heal();
  const leads = cluster.runUntil(cluster.now + 30_000, () => cluster.leaderId !== undefined);
  alive(leads, "a leader is elected");
  const before = cluster.promises.committed.length;
  cluster.runUntil(cluster.now + 20_000, () => {
    if (cluster.leaderId !== undefined) cluster.propose(cluster.leaderId, 1);
    cluster.runUntil(cluster.now + 10);
    return cluster.promises.committed.length > before;
  });
  alive(cluster.promises.committed.length > before, "something new is committed");
  const { length } = cluster.promises.committed;
  const all = cluster.runUntil(
    cluster.now + 30_000,
    () => cluster.ids.every((id) => cluster.node(id).committed >= length),
  );
  alive(all, "everybody has what is committed");
}

function alive(condition: boolean, message: string): void {
  if (!condition) throw new BrokenPromise("liveness", `Once all has healed, ${message}`);
}
