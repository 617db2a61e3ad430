// What request handlers reach: each takes the few of these that it needs.

import type { Clock, DiskSpace, NodeId, Random } from "@odradek/base";
import type { ClusterImage } from "@odradek/metadata";
import type { ResolvedConfig } from "@odradek/metadata/configs/mod";
import type { Hooks, LogLevels, ThreadBounds } from "@odradek/network";
import type { GroupCoordinators } from "../coordinators/group_coordinators.ts";
import type { ControllerLink } from "../controller_link.ts";
import type { LogDirectory } from "../partitions/log_directories.ts";
import type { PartitionService } from "../partitions/service.ts";
import type { ProducerIds } from "../producer_ids.ts";
import type { FetchSessions } from "../sessions/fetch_sessions.ts";

/** The log directories of this broker, as requests see them. */
export interface LogDirs {
  readonly all: readonly Pick<LogDirectory, "id" | "path" | "offline">[];
  space(path: string): Promise<DiskSpace>;
}

export interface Services {
  readonly nodeId: NodeId;
  readonly clusterId: string;
  /** The newest: not to be kept. */
  readonly config: ResolvedConfig;
  /** The newest that this reactor has folded. */
  readonly image: () => ClusterImage;
  readonly partitions: PartitionService;
  readonly controller: ControllerLink;
  readonly producerIds: ProducerIds;
  readonly sessions: FetchSessions;
  readonly groups: GroupCoordinators;
  readonly hooks: Hooks;
  readonly loggers: LogLevels;
  readonly logDirs: LogDirs;
  readonly clock: Clock;
  readonly random: Random;
  /** What clients may use of this node, and where it is said that one was refused more. */
  readonly bounds: Pick<ThreadBounds, "met">;
}
