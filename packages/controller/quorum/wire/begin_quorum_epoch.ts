// BeginQuorumEpoch between the core and the wire.

import { epoch, nodeId } from "@odradek/base";
import {
  BeginQuorumEpoch,
  type BeginQuorumEpochRequest,
} from "@odradek/protocol/messages/begin_quorum_epoch";
import type { RequestDraft } from "@odradek/protocol/schema/mod";
import type * as raft from "@odradek/raft";
import { oneTopic, onlyPartition } from "./partition.ts";

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
