// RemoveRaftVoter: a controller is to vote no more (KIP-853). One that leads gives up its epoch
// once the others have committed it.

import { nodeId } from "@odradek/base";
import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { RemoveRaftVoter } from "@odradek/protocol/messages/remove_raft_voter";
import { Refusal } from "@odradek/protocol/refusal";
import { checkGivenClusterId, type ChangeableQuorum } from "./changeable_quorum.ts";

export function removeRaftVoterEndpoint(quorum: ChangeableQuorum, hooks: Hooks): Endpoint {
  return endpoint(RemoveRaftVoter, {
    async handle({ clusterId, voterId, voterDirectoryId: directoryId }, context) {
      if (!hooks.authorize(context, "Alter", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      checkGivenClusterId(clusterId, quorum.clusterId);
      await quorum.voterChanges.remove({ id: nodeId(voterId), directoryId });
      return { errorCode: errors.NONE.code, errorMessage: null };
    },
    refuse: (_, { code, message }) => ({ errorCode: code, errorMessage: message }),
  });
}
