// Vote: another voter asks whether it may lead (KIP-595, KIP-996).

import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { Vote } from "@odradek/protocol/messages/vote";
import { Refusal } from "@odradek/protocol/refusal";
import type { VoteResponse } from "@odradek/raft";
import { checkClusterId } from "../quorum/wire/partition.ts";
import { decodeVote, encodeVoteAnswer } from "../quorum/wire/vote.ts";
import type { QuorumMember } from "./quorum_member.ts";

export function voteEndpoint(member: QuorumMember, hooks: Hooks): Endpoint {
  return endpoint(Vote, {
    async handle(request, context) {
      if (!hooks.authorize(context, "ClusterAction", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      checkClusterId(request.clusterId, member.clusterId);
      const { response } = await member.serve(decodeVote(request));
      return encodeVoteAnswer(response as VoteResponse, member.known(response.leaderId));
    },
    refuse: (_, { code: errorCode }) => ({ errorCode, topics: [] }),
  });
}
