// Fetch of the metadata log between the core and the wire. Records travel beside the core's values.

import {
  epoch,
  METADATA_TOPIC,
  METADATA_TOPIC_ID,
  nodeId,
  offset,
  type Offset,
  safeInteger,
} from "@odradek/base";
import { Fetch, type FetchRequest, type FetchResponse } from "@odradek/protocol/messages/fetch";
import { Refusal } from "@odradek/protocol/refusal";
import type { RequestDraft, Response } from "@odradek/protocol/schema/mod";
import type * as raft from "@odradek/raft";
import { type AnswerContext, errorCodeOf, leadershipOf, raftError } from "./partition.ts";

/** Of one answer. */
const BYTES_MAX = 8 * 1024 * 1024;
/** A sender that takes no part in telling its high watermark (KIP-1166). */
const NOT_TOLD = 0x7fff_ffff_ffff_ffffn;
const NAMES_UNTIL = 12;

export function encodeFetch(
  request: raft.FetchRequest,
  clusterId: string,
): RequestDraft<typeof Fetch> {
  const { replica, highWatermark } = request;
  return {
    clusterId,
    replicaState: { replicaId: replica.id },
    maxWaitMs: request.maxWaitMs,
    minBytes: 0,
    maxBytes: BYTES_MAX,
    topics: [{
      topicId: METADATA_TOPIC_ID,
      partitions: [{
        partition: 0,
        currentLeaderEpoch: request.epoch,
        fetchOffset: BigInt(request.fetchOffset),
        lastFetchedEpoch: request.lastFetchedEpoch,
        partitionMaxBytes: BYTES_MAX,
        replicaDirectoryId: replica.directoryId,
        highWatermark: highWatermark === undefined ? NOT_TOLD : BigInt(highWatermark),
      }],
    }],
    forgottenTopicsData: [],
  };
}

/** Refuses with INVALID_REQUEST what does not ask for the metadata log. */
export function decodeFetch(request: FetchRequest, version: number): raft.FetchRequest {
  const { topics, replicaState, replicaId, maxWaitMs } = request;
  const [topic, ...more] = topics;
  const [asked, ...others] = topic?.partitions ?? [];
  const isMetadata = version <= NAMES_UNTIL
    ? topic?.topic === METADATA_TOPIC
    : topic?.topicId === METADATA_TOPIC_ID;
  if (!isMetadata || asked?.partition !== 0 || more.length + others.length > 0) {
    throw new Refusal("INVALID_REQUEST", `Only ${METADATA_TOPIC}-0 is kept here`);
  }
  const { currentLeaderEpoch, highWatermark } = asked;
  return {
    type: "fetch",
    epoch: epoch(Math.max(currentLeaderEpoch, 0)),
    replica: {
      id: nodeId(replicaState.replicaId >= 0 ? replicaState.replicaId : replicaId),
      directoryId: asked.replicaDirectoryId,
    },
    fetchOffset: offset(safeInteger(asked.fetchOffset)),
    lastFetchedEpoch: epoch(Math.max(asked.lastFetchedEpoch, 0)),
    highWatermark: highWatermark === NOT_TOLD
      ? undefined
      : offset(Math.max(safeInteger(highWatermark), 0)),
    maxWaitMs: Math.max(maxWaitMs, 0),
  };
}

/** `records`: what is sent of what the core has said to be available. */
export function encodeFetchAnswer(
  response: raft.FetchResponse,
  { nodeEndpoints, records, logStartOffset }: AnswerContext & {
    readonly records: Uint8Array;
    readonly logStartOffset: number;
  },
): FetchResponse {
  const { result, epoch: leaderEpoch, leaderId, refused, highWatermark } = response;
  const partition = {
    partitionIndex: 0,
    errorCode: errorCodeOf(refused),
    highWatermark: BigInt(refused === undefined ? highWatermark : -1),
    lastStableOffset: BigInt(refused === undefined ? highWatermark : -1),
    logStartOffset: BigInt(logStartOffset),
    currentLeader: { leaderId, leaderEpoch },
    ...(result?.is === "diverging" ? { divergingEpoch: wirePrefix(result.prefix) } : {}),
    ...(result?.is === "snapshot" ? { snapshotId: wirePrefix(result.snapshot) } : {}),
    abortedTransactions: null,
    records,
  };
  const topic = { topic: METADATA_TOPIC, topicId: METADATA_TOPIC_ID, partitions: [partition] };
  return { errorCode: 0, responses: [topic], nodeEndpoints: [...nodeEndpoints] };
}

function wirePrefix({ epoch, endOffset }: raft.LogPrefix) {
  return { epoch, endOffset: BigInt(endOffset) };
}

export interface DecodedFetchAnswer {
  /** Its result is what the records are: undefined here. */
  readonly response: raft.FetchResponse;
  readonly records: Uint8Array | undefined;
}

export function decodeFetchAnswer({ errorCode, responses }: Response<typeof Fetch>) {
  raftError(errorCode);
  const partition = responses[0]?.partitions[0];
  if (partition === undefined) throw new Refusal("INVALID_REQUEST", "The answer is empty");
  const { divergingEpoch, snapshotId, currentLeader, highWatermark } = partition;
  const refused = raftError(partition.errorCode);
  const response = (result: raft.FetchResult | undefined): raft.FetchResponse => ({
    type: "fetch",
    ...leadershipOf(currentLeader),
    refused,
    highWatermark: offset(Math.max(safeInteger(highWatermark), 0)),
    result,
  });
  const isDiverging = divergingEpoch.endOffset >= 0n;
  const isSnapshot = snapshotId.endOffset >= 0n;
  const decoded = (result: raft.FetchResult | undefined, records?: Uint8Array) => ({
    response: response(result),
    records,
  });
  if (refused !== undefined) return decoded(undefined);
  if (isDiverging) return decoded({ is: "diverging", prefix: prefixOf(divergingEpoch) });
  if (isSnapshot) return decoded({ is: "snapshot", snapshot: prefixOf(snapshotId) });
  return decoded(undefined, partition.records ?? new Uint8Array(0));
}

function prefixOf(
  given: { readonly epoch: number; readonly endOffset: bigint },
): { readonly epoch: ReturnType<typeof epoch>; readonly endOffset: Offset } {
  return { epoch: epoch(given.epoch), endOffset: offset(safeInteger(given.endOffset)) };
}
