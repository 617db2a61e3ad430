// A segment in tiered storage, as brokers keep what they know of a partition on disk (KIP-405).

import {
  array,
  boolean,
  bytes,
  int32,
  int64,
  int8,
  type MessageOf,
  schema,
  uuid,
} from "../../schema/mod.ts";

export const RemoteLogSegmentMetadataSnapshotRecord = schema({
  name: "RemoteLogSegmentMetadataSnapshotRecord",
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    segmentId: uuid,
    startOffset: int64,
    /** Inclusive. */
    endOffset: int64,
    /** Of the last event. */
    brokerId: int32,
    /** Of its records. */
    maxTimestampMs: int64,
    /** Of the last event, wall clock. */
    eventTimestampMs: int64,
    /** Where each leader epoch begins, as in the log's checkpoint. */
    segmentLeaderEpochs: array({ leaderEpoch: int32, offset: int64 }),
    segmentSizeInBytes: int32,
    /** Of the storage; null: none. */
    customMetadata: bytes.nullable().default(null),
    /** 0: copying, 1: copied, 2: deleting, 3: deleted. */
    remoteLogSegmentState: int8,
    txnIndexEmpty: boolean.tag(0),
  },
});
export type RemoteLogSegmentMetadataSnapshotRecord = MessageOf<
  typeof RemoteLogSegmentMetadataSnapshotRecord
>;
