// What the clients of a simulation share: the world, the cluster that they talk to, what is known
// to be true of it, and the checkers.

import { type Address, sleep } from "@odradek/base";
import { Cluster, type ClusterSettings } from "@odradek/client";
import type { AcknowledgedAndSynced } from "../checkers/acknowledged_and_synced.ts";
import type { Idempotence } from "../checkers/idempotence.ts";
import type { MetadataImage } from "../checkers/metadata_image.ts";
import type { Topics } from "../truth/topics.ts";
import type { World } from "../world/world.ts";

export interface Surroundings {
  readonly world: World;
  readonly bootstrap: readonly Address[];
  readonly topics: Topics;
  /** Crashes of any machine so far, and those with a loss of power. */
  readonly crashes: () => number;
  readonly powerLosses: () => number;
  readonly acknowledged: AcknowledgedAndSynced;
  readonly idempotence: Idempotence;
  readonly metadata: MetadataImage;
  readonly tally: Tally;
  /** The clients finish what they have begun. */
  readonly stopping: AbortSignal;
}

/** What was done. */
export class Tally {
  /** Records and administrative operations that a broker has acknowledged. */
  acknowledged = 0;
  failed = 0;
  read = 0;
}

export function connect(
  { world, bootstrap }: Surroundings,
  name: string,
  settings: ClusterSettings = {},
): Cluster {
  return new Cluster({
    bootstrap,
    transport: world.network.transport(name),
    clock: world.clock,
    random: world.chance(),
    clientId: name,
    ...settings,
  });
}

/** False: it is time to stop. */
export async function rest({ world, stopping }: Surroundings, ms: number): Promise<boolean> {
  try {
    await sleep(world.clock, ms, stopping);
    return true;
  } catch (error) {
    if (stopping.aborted) return false;
    throw error;
  }
}
