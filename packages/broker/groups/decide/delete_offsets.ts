// OffsetDelete: offsets of topics that nobody in the group reads any more (KIP-496).

import type { ErrorName } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import { isOfConsumers, isSubscribed } from "../classic/protocols.ts";
import type { DeleteOffsetsCommand } from "../commands.ts";
import { isUnstable } from "../offsets.ts";
import { offsetTombstone } from "../records.ts";
import { offsetsOf } from "../state.ts";
import type { Turn } from "../turn.ts";

/** Refuses with GROUP_ID_NOT_FOUND or NON_EMPTY_GROUP. */
export function decideDeleteOffsets(turn: Turn, { groupId, topics }: DeleteOffsetsCommand): void {
  const group = turn.group(groupId);
  if (group === undefined) throw new Refusal("GROUP_ID_NOT_FOUND");
  // What members of other kinds read cannot be known.
  if (group.state !== "Empty" && !isOfConsumers(group)) throw new Refusal("NON_EMPTY_GROUP");
  const errors = topics.map(({ topic, partitions }): ErrorName => {
    if (isSubscribed(group, topic)) return "GROUP_SUBSCRIBED_TO_TOPIC";
    for (const partition of partitions) {
      const offsets = offsetsOf(turn.state, groupId);
      const place = { topic, partition };
      if (!offsets.committed.has(place) && !isUnstable(offsets, place)) continue;
      turn.write(offsetTombstone(groupId, place));
    }
    return "NONE";
  });
  turn.reply(turn.call, { errors });
}
