// FetchSnapshot: a slice of a snapshot, for replicas that need what the log has no more (KIP-630).

import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { FetchSnapshot } from "@odradek/protocol/messages/fetch_snapshot";
import { Refusal } from "@odradek/protocol/refusal";
import type { FetchSnapshotResponse } from "@odradek/raft";
import {
  decodeFetchSnapshot,
  encodeFetchSnapshotAnswer,
  SLICE_BYTES_MAX,
} from "../quorum/wire/fetch_snapshot.ts";
import { checkClusterId } from "../quorum/wire/partition.ts";
import type { QuorumMember } from "./quorum_member.ts";

export function fetchSnapshotEndpoint(member: QuorumMember, hooks: Hooks): Endpoint {
  return endpoint(FetchSnapshot, {
    async handle(request, context) {
      if (!hooks.authorize(context, "ClusterAction", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      checkClusterId(request.clusterId, member.clusterId);
      const asked = decodeFetchSnapshot(request);
      const { snapshot, position } = asked;
      const { response: served } = await member.serve(asked);
      const response = served as FetchSnapshotResponse;
      const known = member.known(response.leaderId);
      const nothing = { ...known, snapshot, slice: undefined };
      const answer = (refused: FetchSnapshotResponse["refused"]) =>
        encodeFetchSnapshotAnswer({ ...response, refused }, nothing);
      if (response.refused !== undefined) return answer(response.refused);
      const bytesMax = Math.min(request.maxBytes, SLICE_BYTES_MAX);
      const slice = await member.slice(snapshot, { position, bytesMax });
      if (slice === undefined) return answer("SNAPSHOT_NOT_FOUND");
      if (position < 0 || position >= slice.size) return answer("POSITION_OUT_OF_RANGE");
      return encodeFetchSnapshotAnswer(response, { ...known, snapshot, slice });
    },
    refuse: (_, { code: errorCode }) => ({ errorCode, topics: [] }),
  });
}
