// AddRaftVoter: a controller is to vote (KIP-853).

import { nodeId } from "@odradek/base";
import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { AddRaftVoter } from "@odradek/protocol/messages/add_raft_voter";
import { Refusal } from "@odradek/protocol/refusal";
import { checkGivenClusterId, type ChangeableQuorum } from "./changeable_quorum.ts";

export function addRaftVoterEndpoint(quorum: ChangeableQuorum, hooks: Hooks): Endpoint {
  return endpoint(AddRaftVoter, {
    async handle({ clusterId, voterId, voterDirectoryId, listeners, ackWhenCommitted }, context) {
      if (!hooks.authorize(context, "Alter", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      checkGivenClusterId(clusterId, quorum.clusterId);
      const voter = { id: nodeId(voterId), directoryId: voterDirectoryId, endpoints: listeners };
      await quorum.voterChanges.add(voter, { ackWhenCommitted });
      return { errorCode: errors.NONE.code, errorMessage: null };
    },
    refuse: (_, { code, message }) => ({ errorCode: code, errorMessage: message }),
  });
}
