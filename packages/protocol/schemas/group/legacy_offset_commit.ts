// A group's offset of a partition, as Kafka wrote it before 0.9; read only.

import { int32, int64, type MessageOf, string } from "../../schema/mod.ts";
import { coordinatorRecord } from "../coordinator.ts";

export const LegacyOffsetCommit = coordinatorRecord({
  type: 0,
  name: "LegacyOffsetCommit",
  key: { group: string, topic: string, partition: int32 },
  value: {
    versions: [0, 0],
    fields: { offset: int64, metadata: string, commitTimestamp: int64 },
  },
});
export type LegacyOffsetCommitKey = MessageOf<typeof LegacyOffsetCommit.key>;
export type LegacyOffsetCommitValue = MessageOf<typeof LegacyOffsetCommit.value>;
