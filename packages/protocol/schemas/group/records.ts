// The records of `__consumer_offsets`, by type.

import { coordinatorDecoder, type CoordinatorRecordOf } from "../coordinator.ts";
import type { KeyValue } from "../key_value.ts";
import {
  ConsumerGroupCurrentMemberAssignment,
  ConsumerGroupMemberMetadata,
  ConsumerGroupMetadata,
  ConsumerGroupPartitionMetadata,
  ConsumerGroupRegularExpression,
  ConsumerGroupTargetAssignmentMember,
  ConsumerGroupTargetAssignmentMetadata,
} from "./consumer/mod.ts";
import { GroupMetadata } from "./group_metadata.ts";
import { LegacyOffsetCommit } from "./legacy_offset_commit.ts";
import { OffsetCommit } from "./offset_commit.ts";
import {
  ShareGroupCurrentMemberAssignment,
  ShareGroupMemberMetadata,
  ShareGroupMetadata,
  ShareGroupStatePartitionMetadata,
  ShareGroupTargetAssignmentMember,
  ShareGroupTargetAssignmentMetadata,
} from "./share/mod.ts";
import {
  StreamsGroupCurrentMemberAssignment,
  StreamsGroupMemberMetadata,
  StreamsGroupMetadata,
  StreamsGroupTargetAssignmentMember,
  StreamsGroupTargetAssignmentMetadata,
  StreamsGroupTopology,
} from "./streams/mod.ts";

/** In the order of their types, 0 to 23; Kafka 4.4 has neither 9 nor 18. */
export const groupRecords = [
  LegacyOffsetCommit,
  OffsetCommit,
  GroupMetadata,
  ConsumerGroupMetadata,
  ConsumerGroupPartitionMetadata,
  ConsumerGroupMemberMetadata,
  ConsumerGroupTargetAssignmentMetadata,
  ConsumerGroupTargetAssignmentMember,
  ConsumerGroupCurrentMemberAssignment,
  ShareGroupMemberMetadata,
  ShareGroupMetadata,
  ShareGroupTargetAssignmentMetadata,
  ShareGroupTargetAssignmentMember,
  ShareGroupCurrentMemberAssignment,
  ShareGroupStatePartitionMetadata,
  ConsumerGroupRegularExpression,
  StreamsGroupMetadata,
  StreamsGroupMemberMetadata,
  StreamsGroupTargetAssignmentMetadata,
  StreamsGroupTargetAssignmentMember,
  StreamsGroupCurrentMemberAssignment,
  StreamsGroupTopology,
] as const;

/** A record of a group coordinator's log; `switch` on its `type`. */
export type GroupRecord = CoordinatorRecordOf<(typeof groupRecords)[number]>;

/** Undefined: a type that is not known. Throws Malformed. */
export const decodeGroupRecord: (record: KeyValue) => GroupRecord | undefined = coordinatorDecoder(
  groupRecords,
);
