// EndQuorumEpoch between the core and the wire.

import { epoch, nodeId, ZERO_UUID } from "@odradek/base";
import {
  EndQuorumEpoch,
  type EndQuorumEpochRequest,
} from "@odradek/protocol/messages/end_quorum_epoch";
import type { RequestDraft } from "@odradek/protocol/schema/mod";
import type * as raft from "@odradek/raft";
import { oneTopic, onlyPartition } from "./partition.ts";

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
