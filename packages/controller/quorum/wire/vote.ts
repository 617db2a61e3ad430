// Vote between the core and the wire.

import { epoch, nodeId, offset, safeInteger } from "@odradek/base";
import { Vote, type VoteRequest } from "@odradek/protocol/messages/vote";
import type { RequestDraft, Response, ResponseDraft } from "@odradek/protocol/schema/mod";
import type * as raft from "@odradek/raft";
import {
  type AnswerContext,
  errorCodeOf,
  leadershipOf,
  oneTopic,
  onlyPartition,
  raftError,
} from "./partition.ts";

export function encodeVote(
  request: raft.VoteRequest,
  clusterId: string,
): RequestDraft<typeof Vote> {
  const { candidate, voter, log } = request;
  return {
    clusterId,
    voterId: voter.id,
    topics: oneTopic({
      replicaEpoch: request.epoch,
      replicaId: candidate.id,
      replicaDirectoryId: candidate.directoryId,
      voterDirectoryId: voter.directoryId,
      lastOffsetEpoch: log.epoch,
      lastOffset: BigInt(log.endOffset),
      preVote: request.isPreVote,
    }),
  };
}

export function decodeVote({ topics, voterId }: VoteRequest): raft.VoteRequest {
  const asked = onlyPartition(topics);
  return {
    type: "vote",
    isPreVote: asked.preVote,
    epoch: epoch(asked.replicaEpoch),
    candidate: { id: nodeId(asked.replicaId), directoryId: asked.replicaDirectoryId },
    voter: { id: nodeId(voterId), directoryId: asked.voterDirectoryId },
    log: { endOffset: offset(safeInteger(asked.lastOffset)), epoch: epoch(asked.lastOffsetEpoch) },
  };
}

export function encodeVoteAnswer(
  { leaderId, epoch: leaderEpoch, granted, refused }: raft.VoteResponse,
  { nodeEndpoints }: AnswerContext,
): ResponseDraft<typeof Vote> {
  const errorCode = errorCodeOf(refused);
  return {
    errorCode: 0,
    topics: oneTopic({ errorCode, leaderId, leaderEpoch, voteGranted: granted }),
    nodeEndpoints,
  };
}

export function decodeVoteAnswer({ errorCode, topics }: Response<typeof Vote>): raft.VoteResponse {
  raftError(errorCode);
  const answer = onlyPartition(topics);
  return {
    type: "vote",
    ...leadershipOf(answer),
    granted: answer.voteGranted,
    refused: raftError(answer.errorCode),
  };
}
