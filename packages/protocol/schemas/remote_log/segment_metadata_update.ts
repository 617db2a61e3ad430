// A segment in tiered storage has been copied, or is being deleted (KIP-405).

import {
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

export const RemoteLogSegmentMetadataUpdateRecord = schema({
  name: "RemoteLogSegmentMetadataUpdateRecord",
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    remoteLogSegmentId: struct({
      topicIdPartition: struct({ name: string, id: uuid, partition: int32 }),
      id: uuid,
    }),
    /** That does it. */
    brokerId: int32,
    /** Wall clock. */
    eventTimestampMs: int64,
    /** Of the storage; null: none. */
    customMetadata: bytes.nullable().default(null),
    /** 0: copying, 1: copied, 2: deleting, 3: deleted. */
    remoteLogSegmentState: int8,
  },
});
export type RemoteLogSegmentMetadataUpdateRecord = MessageOf<
  typeof RemoteLogSegmentMetadataUpdateRecord
>;
