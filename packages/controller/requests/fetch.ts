// Fetch of the metadata log, by the other voters and by observers (KIP-595): the offset that is
// asked for acknowledges everything below it.

import type { NodeId } from "@odradek/base";
import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { Fetch } from "@odradek/protocol/messages/fetch";
import { Refusal } from "@odradek/protocol/refusal";
import type { FetchResponse } from "@odradek/raft";
import { decodeFetch, encodeFetchAnswer } from "../quorum/wire/fetch.ts";
import { checkClusterId } from "../quorum/wire/partition.ts";
import type { QuorumMember } from "./quorum_member.ts";

/** Nobody follows itself: it is somebody else. */
function checkReplica(id: NodeId, own: NodeId): void {
  if (id !== own) return;
  const detail = `Another process is node ${own}: give this one another node.id`;
  throw new Refusal("DUPLICATE_BROKER_REGISTRATION", detail);
}

const NOTHING = new Uint8Array(0);

export function fetchEndpoint(member: QuorumMember, hooks: Hooks): Endpoint {
  return endpoint(Fetch, {
    isOfFollower: () => true,
    async handle(request, context) {
      if (!hooks.authorize(context, "ClusterAction", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      checkClusterId(request.clusterId, member.clusterId);
      const asked = decodeFetch(request, context.version);
      checkReplica(asked.replica.id, member.nodeId);
      const { response, lease } = await member.serve(asked);
      if (lease !== undefined) context.hold(lease);
      const logStartOffset = member.logStartOffset();
      const records = lease?.bytes ?? NOTHING;
      const known = member.known(response.leaderId);
      return encodeFetchAnswer(response as FetchResponse, { ...known, records, logStartOffset });
    },
    refuse: (_, { code: errorCode }) => ({ errorCode, responses: [] }),
  });
}
