// BeginQuorumEpoch between the core and the wire.

import { epoch, nodeId } from "@odradek/base";
import {
  BeginQuorumEpoch,
  type BeginQuorumEpochRequest,
} from "@odradek/protocol/messages/begin_quorum_epoch";
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

export function encodeBegin(
  { epoch: leaderEpoch, leaderId, voter }: raft.BeginQuorumEpochRequest,
  { clusterId, endpoints }: { readonly clusterId: string; readonly endpoints: raft.Endpoint[] },
): RequestDraft<typeof BeginQuorumEpoch> {
  return {
    clusterId,
    voterId: voter.id,
    topics: oneTopic({ voterDirectoryId: voter.directoryId, leaderId, leaderEpoch }),
    leaderEndpoints: endpoints,
  };
}

export function decodeBegin(
  { topics, voterId }: BeginQuorumEpochRequest,
): raft.BeginQuorumEpochRequest {
  const told = onlyPartition(topics);
  return {
    type: "beginQuorumEpoch",
    epoch: epoch(told.leaderEpoch),
    leaderId: nodeId(told.leaderId),
    voter: { id: nodeId(voterId), directoryId: told.voterDirectoryId },
  };
}

export function encodeBeginAnswer(
  { leaderId, epoch: leaderEpoch, refused }: raft.BeginQuorumEpochResponse,
  { nodeEndpoints }: AnswerContext,
): ResponseDraft<typeof BeginQuorumEpoch> {
  const topics = oneTopic({ errorCode: errorCodeOf(refused), leaderId, leaderEpoch });
  return { errorCode: 0, topics, nodeEndpoints };
}

export function decodeBeginAnswer(
  { errorCode, topics }: Response<typeof BeginQuorumEpoch>,
): raft.BeginQuorumEpochResponse {
  raftError(errorCode);
  const answer = onlyPartition(topics);
  const refused = raftError(answer.errorCode);
  return { type: "beginQuorumEpoch", ...leadershipOf(answer), refused };
}
