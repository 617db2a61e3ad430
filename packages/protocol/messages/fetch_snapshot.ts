// Reads a piece of a metadata snapshot; followers and observers of the quorum send it to the leader
// (KIP-630).

import {
  api,
  array,
  int16,
  int32,
  int64,
  records,
  type Request,
  type ResponseDraft,
  string,
  struct,
  uint16,
  uuid,
} from "../schema/mod.ts";

const fetchedPartition = {
  partition: int32,
  /** What the requester believes, to be fenced by; -1: no check. */
  currentLeaderEpoch: int32,
  /** As the leader named it in a Fetch response. */
  snapshotId: struct({ endOffset: int64, epoch: int32 }),
  /** In bytes, from 0. */
  position: int64,
  /** Where the replica keeps its log (KIP-853). */
  replicaDirectoryId: uuid.since(1).tag(0).ignorable(),
};

const partitionResponse = {
  index: int32,
  errorCode: int16,
  snapshotId: struct({ endOffset: int64, epoch: int32 }),
  /** Zeros, which are left out: the requester is right about it. */
  currentLeader: struct({ leaderId: int32, leaderEpoch: int32 }).tag(0),
  /** Of the whole snapshot, in bytes. */
  size: int64,
  /** Of `unalignedRecords`, in bytes. */
  position: int64,
  /** Cut anywhere, also within a batch. */
  unalignedRecords: records,
};

export const FetchSnapshot = api({
  key: 59,
  name: "FetchSnapshot",
  versions: [0, 1],
  flexibleSince: 0,
  request: {
    clusterId: string.nullable().default(null).tag(0),
    /** -1: none, as of a tool. */
    replicaId: int32.default(-1),
    /** Of the whole response. */
    maxBytes: int32.default(0x7fffffff),
    topics: array({ name: string, partitions: array(fetchedPartition) }),
  },
  response: {
    throttleTimeMs: int32.default(0).ignorable(),
    errorCode: int16,
    topics: array({ name: string, partitions: array(partitionResponse) }),
    /** Of the leaders named above (KIP-853). */
    nodeEndpoints: array({ nodeId: int32, host: string, port: uint16 }).since(1).tag(0),
  },
});
export type FetchSnapshotRequest = Request<typeof FetchSnapshot>;
export type FetchSnapshotResponse = ResponseDraft<typeof FetchSnapshot>;
