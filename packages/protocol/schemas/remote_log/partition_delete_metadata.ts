// What a partition has in tiered storage is to be deleted (KIP-405).

import {
  int32,
  int64,
  int8,
  type MessageOf,
  schema,
  string,
  struct,
  uuid,
} from "../../schema/mod.ts";

export const RemotePartitionDeleteMetadataRecord = schema({
  name: "RemotePartitionDeleteMetadataRecord",
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    topicIdPartition: struct({ name: string, id: uuid, partition: int32 }),
    /** Of the controller that marks it, or of the broker that deletes. */
    brokerId: int32,
    /** Wall clock. */
    eventTimestampMs: int64,
    /** 0: marked, 1: deleting, 2: deleted. */
    remotePartitionDeleteState: int8,
  },
});
export type RemotePartitionDeleteMetadataRecord = MessageOf<
  typeof RemotePartitionDeleteMetadataRecord
>;
