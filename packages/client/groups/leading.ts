// What the leader of a group does for all: shares the partitions, and notices when there are
// others.

import type { Cluster } from "../cluster.ts";
import { BrokerRefused } from "../refused.ts";
import { assignorNamed, type GroupMember } from "./assignors.ts";
import { decodeSubscription, encodeAssignment } from "./consumer_protocol.ts";

export interface Led {
  readonly protocolName: string | null;
  readonly members: readonly {
    readonly memberId: string;
    readonly groupInstanceId: string | null;
    readonly metadata: Uint8Array;
  }[];
}

export interface EncodedAssignment {
  readonly memberId: string;
  readonly assignment: Uint8Array;
}

export class Leading {
  readonly #cluster: Cluster;
  /** By topic, as of the last assignment; undefined: somebody else leads. */
  #counts: ReadonlyMap<string, number> | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Somebody else does. */
  end(): void {
    this.#counts = undefined;
  }

  /** BrokerRefused if the group has agreed on an assignor that we do not know. */
  async assign({ members, protocolName }: Led): Promise<EncodedAssignment[]> {
    const assignor = assignorNamed(protocolName ?? "");
    if (assignor === undefined) {
      throw new BrokerRefused("INCONSISTENT_GROUP_PROTOCOL", `No assignor "${protocolName}"`);
    }
    const all = members.map(({ memberId, groupInstanceId, metadata }): GroupMember => ({
      memberId,
      instanceId: groupInstanceId,
      subscription: decodeSubscription(metadata),
    }));
    const topics = new Set(all.flatMap(({ subscription }) => subscription.topics));
    this.#counts = await this.#partitionCounts(topics);
    return [...assignor.assign(all, this.#counts)].map(([memberId, partitions]) => ({
      memberId,
      assignment: encodeAssignment(partitions),
    }));
  }

  /** Whether the topics have other partitions now than when it shared them. Fault "network". */
  async mustAssignAnew(): Promise<boolean> {
    const before = this.#counts;
    if (before === undefined) return false;
    const now = await this.#partitionCounts(before.keys());
    return [...before].some(([topic, count]) => now.get(topic) !== count);
  }

  /** Topics that are not there have none. */
  async #partitionCounts(topics: Iterable<string>): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const topic of topics) {
      try {
        counts.set(topic, (await this.#cluster.topic(topic)).partitions.length);
      } catch (error) {
        if (!(error instanceof BrokerRefused)) throw error;
        counts.set(topic, 0);
      }
    }
    return counts;
  }
}
