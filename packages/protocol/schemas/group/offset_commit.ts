// A group's offset of a partition.

import { int32, int64, type MessageOf, string, uuid } from "../../schema/mod.ts";
import { coordinatorRecord } from "../coordinator.ts";

/**
 * Version 3 is what is written, 4 where the topic's id is to be kept, 1 where a client asked for a
 * retention time of its own.
 */
export const OffsetCommit = coordinatorRecord({
  type: 1,
  name: "OffsetCommit",
  key: { group: string, topic: string, partition: int32 },
  value: {
    versions: [0, 4],
    flexibleSince: 4,
    fields: {
      offset: int64,
      /** Of the last record that was read; -1: not told. */
      leaderEpoch: int32.since(3).default(-1).ignorable(),
      /** Whatever the client wants to find again. */
      metadata: string,
      /** Wall clock of the coordinator, ms. */
      commitTimestamp: int64,
      /** Wall clock, ms; -1: as the broker is configured. */
      expireTimestamp: int64.since(1).until(1).default(-1n).ignorable(),
      topicId: uuid.since(4).tag(0).ignorable(),
    },
  },
});
export type OffsetCommitKey = MessageOf<typeof OffsetCommit.key>;
export type OffsetCommitValue = MessageOf<typeof OffsetCommit.value>;
