// FetchSnapshot between the core and the wire. The slices travel beside the core's values.

import { epoch, METADATA_TOPIC, nodeId, offset, safeInteger } from "@odradek/base";
import {
  FetchSnapshot,
  type FetchSnapshotRequest,
} from "@odradek/protocol/messages/fetch_snapshot";
import { Refusal } from "@odradek/protocol/refusal";
import type { RequestDraft, Response, ResponseDraft } from "@odradek/protocol/schema/mod";
import type * as raft from "@odradek/raft";
import { type AnswerContext, errorCodeOf, leadershipOf, raftError } from "./partition.ts";

/** Of one answer. */
export const SLICE_BYTES_MAX = 4 * 1024 * 1024;

export function encodeFetchSnapshot(
  request: raft.FetchSnapshotRequest,
  clusterId: string,
): RequestDraft<typeof FetchSnapshot> {
  const { replica, snapshot, position } = request;
  return {
    clusterId,
    replicaId: replica.id,
    maxBytes: SLICE_BYTES_MAX,
    topics: [{
      name: METADATA_TOPIC,
      partitions: [{
        partition: 0,
        currentLeaderEpoch: request.epoch,
        snapshotId: wireId(snapshot),
        position: BigInt(position),
        replicaDirectoryId: replica.directoryId,
      }],
    }],
  };
}

function wireId({ endOffset, epoch }: raft.LogPrefix) {
  return { endOffset: BigInt(endOffset), epoch };
}

export function decodeFetchSnapshot(
  { topics, replicaId }: FetchSnapshotRequest,
): raft.FetchSnapshotRequest {
  const [topic, ...more] = topics;
  const [asked, ...others] = topic?.partitions ?? [];
  const isOther = topic?.name !== METADATA_TOPIC || asked?.partition !== 0;
  if (asked === undefined || isOther || more.length + others.length > 0) {
    throw new Refusal("INVALID_REQUEST", `Only ${METADATA_TOPIC}-0 is kept here`);
  }
  const { snapshotId } = asked;
  return {
    type: "fetchSnapshot",
    epoch: epoch(Math.max(asked.currentLeaderEpoch, 0)),
    replica: { id: nodeId(replicaId), directoryId: asked.replicaDirectoryId },
    snapshot: {
      endOffset: offset(safeInteger(snapshotId.endOffset)),
      epoch: epoch(snapshotId.epoch),
    },
    position: safeInteger(asked.position),
  };
}

export interface Slice {
  readonly bytes: Uint8Array;
  readonly position: number;
  /** Of the whole, in bytes. */
  readonly size: number;
}

export function encodeFetchSnapshotAnswer(
  { refused, leaderId, epoch: leaderEpoch }: raft.FetchSnapshotResponse,
  { snapshot, slice, nodeEndpoints }: AnswerContext & {
    readonly snapshot: raft.LogPrefix;
    readonly slice: Slice | undefined;
  },
): ResponseDraft<typeof FetchSnapshot> {
  const partition = {
    index: 0,
    errorCode: errorCodeOf(refused),
    snapshotId: wireId(snapshot),
    currentLeader: { leaderId, leaderEpoch },
    size: BigInt(slice?.size ?? 0),
    position: BigInt(slice?.position ?? 0),
    unalignedRecords: slice?.bytes ?? new Uint8Array(0),
  };
  const topics = [{ name: METADATA_TOPIC, partitions: [partition] }];
  return { errorCode: 0, topics, nodeEndpoints };
}

export function decodeFetchSnapshotAnswer({ errorCode, topics }: Response<typeof FetchSnapshot>) {
  raftError(errorCode);
  const partition = topics[0]?.partitions[0];
  if (partition === undefined) throw new Refusal("INVALID_REQUEST", "The answer is empty");
  const bytes = partition.unalignedRecords ?? new Uint8Array(0);
  const response: raft.FetchSnapshotResponse = {
    type: "fetchSnapshot",
    ...leadershipOf(partition.currentLeader),
    refused: raftError(partition.errorCode),
    size: safeInteger(partition.size),
    length: bytes.length,
  };
  return { response, bytes };
}
