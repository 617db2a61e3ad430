// EndQuorumEpoch between the core and the wire.

import { epoch, nodeId, ZERO_UUID } from "@odradek/base";
import {
  EndQuorumEpoch,
  type EndQuorumEpochRequest,
} from "@odradek/protocol/messages/end_quorum_epoch";
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

export function encodeEnd(
  { epoch: leaderEpoch, leaderId, successors }: raft.EndQuorumEpochRequest,
  { clusterId, endpoints }: { readonly clusterId: string; readonly endpoints: raft.Endpoint[] },
): RequestDraft<typeof EndQuorumEpoch> {
  const preferredCandidates = successors.map(({ id, directoryId }) => ({
    candidateId: id,
    candidateDirectoryId: directoryId,
  }));
  const topics = oneTopic({ leaderId, leaderEpoch, preferredCandidates });
  return { clusterId, topics, leaderEndpoints: endpoints };
}

export function decodeEnd({ topics }: EndQuorumEpochRequest): raft.EndQuorumEpochRequest {
  const told = onlyPartition(topics);
  const older = told.preferredSuccessors.map((id) => ({ id: nodeId(id), directoryId: ZERO_UUID }));
  const candidates = told.preferredCandidates.map((one) => ({
    id: nodeId(one.candidateId),
    directoryId: one.candidateDirectoryId,
  }));
  return {
    type: "endQuorumEpoch",
    epoch: epoch(told.leaderEpoch),
    leaderId: nodeId(told.leaderId),
    successors: candidates.length > 0 ? candidates : older,
  };
}

export function encodeEndAnswer(
  { leaderId, epoch: leaderEpoch, refused }: raft.EndQuorumEpochResponse,
  { nodeEndpoints }: AnswerContext,
): ResponseDraft<typeof EndQuorumEpoch> {
  const topics = oneTopic({ errorCode: errorCodeOf(refused), leaderId, leaderEpoch });
  return { errorCode: 0, topics, nodeEndpoints };
}

export function decodeEndAnswer(
  { errorCode, topics }: Response<typeof EndQuorumEpoch>,
): raft.EndQuorumEpochResponse {
  raftError(errorCode);
  const answer = onlyPartition(topics);
  const refused = raftError(answer.errorCode);
  return { type: "endQuorumEpoch", ...leadershipOf(answer), refused };
}
