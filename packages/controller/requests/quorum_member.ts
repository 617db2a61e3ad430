// What the quorum's own requests are served by.

import type { Address, NodeId } from "@odradek/base";
import type { LogPrefix, RaftRequest } from "@odradek/raft";
import type { Served } from "../quorum/conversations.ts";
import type { Slice } from "../quorum/wire/fetch_snapshot.ts";
import type { NodeEndpoint } from "../quorum/wire/partition.ts";

export interface QuorumMember {
  readonly clusterId: string;
  readonly nodeId: NodeId;
  logStartOffset(): number;
  serve(request: RaftRequest): Promise<Served>;
  /** Where a leader listens, as far as known. */
  known(leaderId: NodeId): { readonly nodeEndpoints: readonly NodeEndpoint[] };
  /** What a leader says of where it listens. */
  learn(leaderId: NodeId, endpoints: readonly Address[]): void;
  /** Undefined: there is no such snapshot here. */
  slice(
    snapshot: LogPrefix,
    part: { readonly position: number; readonly bytesMax: number },
  ): Promise<Slice | undefined>;
}
