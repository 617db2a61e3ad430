// What the clients of a simulated cluster share.

import { type Address, type Random, sleep } from "@odradek/base";
import { Cluster } from "@odradek/client";
import type { History } from "../checkers/history.ts";
import { oneOf, weighted } from "../workload/chances.ts";
import type { World } from "../world/world.ts";
import type { Coverage } from "./coverage.ts";
import { CLIENT_PORT, hostOf, NODES, rackOf } from "./properties.ts";

export interface ClientSurroundings {
  readonly world: World;
  readonly history: History;
  /** Told of what clients were told, to be compared with what the nodes have. */
  readonly witness: Witness;
  readonly coverage: Coverage;
  /** Those that there are so far. */
  readonly topics: ClusterTopic[];
  readonly tally: { acknowledged: number; failed: number; read: number };
  /** Nobody is cut off from anybody, or has been a moment ago. */
  readonly isWhole: () => boolean;
  readonly stopping: AbortSignal;
}

export interface Witness {
  /** A record is said to be safe. */
  acknowledged(place: Placed, value: string): void;
  /** A record was shown to a consumer. */
  shown(place: Placed, value: string): void;
  /** Everything below is committed, as far as was seen. */
  committedEnd(topic: string, partition: number): number;
}

export interface Placed {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface ClusterTopic {
  readonly name: string;
  readonly partitions: number;
}

export const GROUP = "readers";

const BOOTSTRAP: readonly Address[] = NODES.map((id) => ({ host: hostOf(id), port: CLIENT_PORT }));

export function clusterOf(world: World, name: string, requestTimeoutMs = 5000): Cluster {
  return new Cluster({
    bootstrap: BOOTSTRAP,
    transport: world.network.transport(name),
    clock: world.clock,
    random: world.chance(),
    clientId: name,
    requestTimeoutMs,
    connectTimeoutMs: 2000,
  });
}

/** Where somebody begins to read: mostly near the end, where something happens. */
export function startIn(
  { witness }: ClientSurroundings,
  random: Random,
  { topic, partition }: Pick<Placed, "topic" | "partition">,
): number {
  const end = witness.committedEnd(topic, partition);
  const behind = weighted(random, [[6, 0], [6, 20], [2, 200], [1, end]]);
  return Math.max(0, end - random.below(behind + 1));
}

/** Where a consumer stands; undefined: it does not say. */
export function anyRack(random: Random): string | undefined {
  return oneOf(random, [undefined, ...NODES.map(rackOf)]);
}

/** False: it is time to stop. */
export async function rest({ world, stopping }: ClientSurroundings, ms: number): Promise<boolean> {
  try {
    await sleep(world.clock, ms, stopping);
    return true;
  } catch (error) {
    if (stopping.aborted) return false;
    throw error;
  }
}
