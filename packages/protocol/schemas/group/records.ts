// The records of `__consumer_offsets`, by type.

import { coordinatorDecoder, type CoordinatorRecordOf } from "../coordinator.ts";
import type { KeyValue } from "../key_value.ts";
import { GroupMetadata } from "./group_metadata.ts";
import { LegacyOffsetCommit } from "./legacy_offset_commit.ts";
import { OffsetCommit } from "./offset_commit.ts";

export const groupRecords = [LegacyOffsetCommit, OffsetCommit, GroupMetadata] as const;

/** A record of a group coordinator's log; `switch` on its `type`. */
export type GroupRecord = CoordinatorRecordOf<(typeof groupRecords)[number]>;

/** Undefined: a type that is not known. Throws Malformed. */
export const decodeGroupRecord: (record: KeyValue) => GroupRecord | undefined =
  coordinatorDecoder(groupRecords);
