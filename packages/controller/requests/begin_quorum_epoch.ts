// BeginQuorumEpoch: the leader of a new epoch says so (KIP-595).

import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { BeginQuorumEpoch } from "@odradek/protocol/messages/begin_quorum_epoch";
import { Refusal } from "@odradek/protocol/refusal";
import type { BeginQuorumEpochResponse } from "@odradek/raft";
import { decodeBegin } from "../quorum/wire/begin_quorum_epoch.ts";
import { encodeEpochAnswer } from "../quorum/wire/epoch_answer.ts";
import { checkClusterId } from "../quorum/wire/partition.ts";
import type { QuorumMember } from "./quorum_member.ts";

export function beginQuorumEpochEndpoint(member: QuorumMember, hooks: Hooks): Endpoint {
  return endpoint(BeginQuorumEpoch, {
    async handle(request, context) {
      if (!hooks.authorize(context, "ClusterAction", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      checkClusterId(request.clusterId, member.clusterId);
      const told = decodeBegin(request);
      member.learn(told.leaderId, request.leaderEndpoints);
      const { response } = await member.serve(told);
      const known = member.known(response.leaderId);
      return encodeEpochAnswer(response as BeginQuorumEpochResponse, known);
    },
    refuse: (_, { code: errorCode }) => ({ errorCode, topics: [] }),
  });
}
