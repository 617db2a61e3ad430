// UpdateRaftVoter: a voter listens elsewhere, or speaks other versions, than the quorum knows
// (KIP-853).

import { nodeId } from "@odradek/base";
import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { UpdateRaftVoter } from "@odradek/protocol/messages/update_raft_voter";
import { Refusal } from "@odradek/protocol/refusal";
import { checkGivenClusterId, type ChangeableQuorum } from "./changeable_quorum.ts";
import type { QuorumMember } from "./quorum_member.ts";

export interface UpdatedQuorum extends ChangeableQuorum, Pick<QuorumMember, "known"> {
  /** Who leads, as far as this node knows. */
  readonly leadership: () => { readonly leaderId: number; readonly leaderEpoch: number };
}

export function updateRaftVoterEndpoint(quorum: UpdatedQuorum, hooks: Hooks): Endpoint {
  const answer = (errorCode: number) => {
    const leadership = quorum.leadership();
    const [where] = quorum.known(nodeId(leadership.leaderId)).nodeEndpoints;
    const { host = "", port = -1 } = where ?? {};
    return { errorCode, currentLeader: { ...leadership, host, port } };
  };
  return endpoint(UpdateRaftVoter, {
    async handle(request, context) {
      if (!hooks.authorize(context, "ClusterAction", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      checkGivenClusterId(request.clusterId, quorum.clusterId);
      const { minSupportedVersion: min, maxSupportedVersion: max } = request.kRaftVersionFeature;
      const voter = {
        id: nodeId(request.voterId),
        directoryId: request.voterDirectoryId,
        endpoints: request.listeners,
        kraftVersions: { min, max },
      };
      await quorum.voterChanges.update(voter, request.currentLeaderEpoch);
      return answer(errors.NONE.code);
    },
    refuse: (_, { code }) => answer(code),
  });
}
