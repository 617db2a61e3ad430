// The kinds of coordinators that a broker has, with the settings that they follow.

import type { ResolvedConfig } from "@odradek/metadata/configs/mod";
import { groupsFold } from "../groups/fold.ts";
import type { Fold, FoldTypes } from "./fold.ts";
import type { CoordinatorKind } from "./own_coordinators.ts";

export const OFFSETS_TOPIC = "__consumer_offsets";

const MINUTE_MS = 60_000;

export function coordinatorKinds(config: ResolvedConfig): CoordinatorKind[] {
  return [groupsKind(config)];
}

function groupsKind(config: ResolvedConfig): CoordinatorKind {
  const fold = groupsFold({
    initialRebalanceDelayMs: config.value("group.initial.rebalance.delay.ms"),
    membersMax: config.value("group.max.size"),
    metadataLengthMax: config.value("offset.metadata.max.bytes"),
    retentionMs: config.value("offsets.retention.minutes") * MINUTE_MS,
    expiryCheckMs: config.value("offsets.retention.check.interval.ms"),
  });
  return {
    topic: OFFSETS_TOPIC,
    // The runtime hands to a fold only what comes from it, or from those who ask it.
    fold: fold as unknown as Fold<FoldTypes>,
    settings: {
      lingerMs: config.value("group.coordinator.append.linger.ms"),
      commitTimeoutMs: config.value("offsets.commit.timeout.ms"),
      loadBytes: config.value("offsets.load.buffer.size"),
      codec: config.value("offsets.topic.compression.codec"),
    },
  };
}
