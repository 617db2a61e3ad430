// OffsetFetch: what a group has committed. What is not there is told as offset -1, without an
// error.

import { type Uuid, ZERO_UUID } from "@odradek/base";
import type { FetchedOffset, FetchedReply, FetchOffsetsCommand } from "../commands.ts";
import type { CommittedOffset } from "../offset_table.ts";
import { type GroupOffsets, isUnstable } from "../offsets.ts";
import { type GroupsState, offsetsOf } from "../state.ts";

export function fetchOffsets(state: GroupsState, command: FetchOffsetsCommand): FetchedReply {
  const offsets = offsetsOf(state, command.groupId);
  if (command.topics === undefined) return { topics: all(offsets, command) };
  const topics = command.topics.map(({ topic, topicId, partitions }) => ({
    topic,
    topicId,
    partitions: partitions.map((partition) => {
      const one = offsets.committed.get({ topic, partition });
      const isMeant = one !== undefined && isSameTopic(one.topicId, topicId);
      return fetched(partition, isMeant ? one : undefined, {
        isHeld: command.requireStable && isUnstable(offsets, { topic, partition }),
      });
    }),
  }));
  return { topics };
}

/** Zero: not known, and then it is. */
function isSameTopic(ours: Uuid, theirs: Uuid): boolean {
  return ours === theirs || ours === ZERO_UUID || theirs === ZERO_UUID;
}

function all(
  offsets: GroupOffsets,
  { requireStable }: FetchOffsetsCommand,
): FetchedReply["topics"] {
  const topics = new Map<string, { topicId: Uuid; partitions: FetchedOffset[] }>();
  for (const one of offsets.committed) {
    const isHeld = requireStable && isUnstable(offsets, one);
    const known = topics.get(one.topic) ?? { topicId: one.topicId, partitions: [] };
    known.partitions.push(fetched(one.partition, one, { isHeld }));
    topics.set(one.topic, known);
  }
  return [...topics].map(([topic, { topicId, partitions }]) => ({
    topic,
    topicId,
    partitions: partitions.sort((a, b) => a.partition - b.partition),
  }));
}

/** `isHeld`: a transaction is about to change it. */
function fetched(
  partition: number,
  one: CommittedOffset | undefined,
  { isHeld }: { readonly isHeld: boolean },
): FetchedOffset {
  if (one === undefined || isHeld) {
    const error = isHeld ? "UNSTABLE_OFFSET_COMMIT" : "NONE";
    return { partition, offset: -1n, leaderEpoch: -1, metadata: "", error };
  }
  const { offset, leaderEpoch, metadata } = one;
  return { partition, offset, leaderEpoch, metadata, error: "NONE" };
}
