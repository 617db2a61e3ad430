// All partitions of one reactor over a simulated disk: made by applying images, as a feed does.

import { nodeId, seededRandom, type Uuid } from "@odradek/base";
import { EMPTY_IMAGE } from "@odradek/metadata";
import { configOf, type FsyncPolicy } from "@odradek/metadata/configs/mod";
import { type Drops, LogDirectories, type LogDirectory } from "../partitions/log_directories.ts";
import { OwnPartitions } from "../partitions/own_partitions.ts";
import type { Partition } from "../partitions/partition.ts";
import { Partitions } from "../partitions/partitions.ts";
import { logDirectory } from "./directories.ts";
import { clusterImage, type ImageDraft } from "./images.ts";
import { simulatedWorld, type World } from "./world.ts";

export interface OwnedDraft {
  readonly world?: World;
  readonly directories?: readonly LogDirectory[];
  /** All of them if absent. */
  readonly owns?: (topicId: Uuid, partition: number) => boolean;
  readonly fsync?: FsyncPolicy;
  /** There are other reactors. */
  readonly drops?: Drops;
}

export interface Owned {
  readonly world: World;
  readonly partitions: Partitions;
  readonly service: OwnPartitions;
  readonly directories: readonly LogDirectory[];
  readonly warnings: string[];
  apply(draft: ImageDraft): Promise<void>;
  /** Bug if it is not there. */
  find(topicId: Uuid, partition?: number): Partition;
}

/** Of node 1. */
export function ownedPartitions(draft: OwnedDraft = {}): Owned {
  const world = draft.world ?? simulatedWorld();
  const directories = draft.directories ?? [logDirectory("/data")];
  const warnings: string[] = [];
  const config = configOf({});
  const partitions = new Partitions({
    nodeId: nodeId(1),
    config: () => config,
    fsync: draft.fsync ?? { kind: "kafka" },
    owns: draft.owns ?? (() => true),
    directories: new LogDirectories(directories),
    context: world.context,
    random: seededRandom(3),
    warn: (message) => void warnings.push(message),
    forget: () => Promise.resolve(),
    drops: draft.drops,
  }, EMPTY_IMAGE);
  return {
    world,
    partitions,
    service: new OwnPartitions(partitions, world.clock),
    directories,
    warnings,
    apply: (image) => world.settle(partitions.apply(clusterImage(image))),
    find(topicId, partition = 0) {
      const found = partitions.get(topicId, partition);
      if (found === undefined) throw new Error(`There is no partition ${partition} of ${topicId}`);
      return found;
    },
  };
}
