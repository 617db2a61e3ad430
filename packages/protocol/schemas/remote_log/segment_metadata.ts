// A segment that is being copied to tiered storage (KIP-405).

import {
  array,
  boolean,
  bytes,
  int32,
  int64,
  int8,
  type MessageOf,
  schema,
  string,
  struct,
  uuid,
} from "../../schema/mod.ts";

export const RemoteLogSegmentMetadataRecord = schema({
  name: "RemoteLogSegmentMetadataRecord",
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    remoteLogSegmentId: struct({
      topicIdPartition: struct({ name: string, id: uuid, partition: int32 }),
      /** New for each attempt to copy it. */
      id: uuid,
    }),
    startOffset: int64,
    /** Inclusive. */
    endOffset: int64,
    /** Of the leader that copies it. */
    brokerId: int32,
    /** Of its records. */
    maxTimestampMs: int64,
    /** Wall clock. */
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
export type RemoteLogSegmentMetadataRecord = MessageOf<typeof RemoteLogSegmentMetadataRecord>;
