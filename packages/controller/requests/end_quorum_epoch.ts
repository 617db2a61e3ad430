// EndQuorumEpoch: the leader gives up, and says whom it would have next (KIP-595).

import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { EndQuorumEpoch } from "@odradek/protocol/messages/end_quorum_epoch";
import { Refusal } from "@odradek/protocol/refusal";
import type { EndQuorumEpochResponse } from "@odradek/raft";
import { decodeEnd } from "../quorum/wire/end_quorum_epoch.ts";
import { encodeEpochAnswer } from "../quorum/wire/epoch_answer.ts";
import { checkClusterId } from "../quorum/wire/partition.ts";
import type { QuorumMember } from "./quorum_member.ts";

export function endQuorumEpochEndpoint(member: QuorumMember, hooks: Hooks): Endpoint {
  return endpoint(EndQuorumEpoch, {
    async handle(request, context) {
      if (!hooks.authorize(context, "ClusterAction", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      checkClusterId(request.clusterId, member.clusterId);
      const { response } = await member.serve(decodeEnd(request));
      const known = member.known(response.leaderId);
      return encodeEpochAnswer(response as EndQuorumEpochResponse, known);
    },
    refuse: (_, { code: errorCode }) => ({ errorCode, topics: [] }),
  });
}
