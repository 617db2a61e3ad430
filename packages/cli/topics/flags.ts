// The flags of `topics`, as they come from the command line.

import type { Admin } from "@odradek/client";
import type { Terminal } from "../terminal.ts";

export interface TopicsFlags {
  readonly create?: boolean;
  readonly list?: boolean;
  readonly describe?: boolean;
  readonly alter?: boolean;
  readonly delete?: boolean;
  readonly topic?: string;
  readonly topicId?: string;
  readonly partitions?: number;
  readonly replicationFactor?: number;
  readonly replicaAssignment?: string;
  readonly config?: ReadonlyMap<string, string>;
  readonly ifExists?: boolean;
  readonly ifNotExists?: boolean;
  readonly excludeInternal?: boolean;
  readonly underReplicatedPartitions?: boolean;
  readonly underMinIsrPartitions?: boolean;
  readonly atMinIsrPartitions?: boolean;
  readonly unavailablePartitions?: boolean;
  readonly topicsWithOverrides?: boolean;
  readonly partitionSizeLimitPerResponse?: number;
  readonly json?: boolean;
}

/** What the verbs work with. */
export interface TopicsContext {
  readonly admin: Admin;
  readonly flags: TopicsFlags;
  readonly terminal: Terminal;
}
