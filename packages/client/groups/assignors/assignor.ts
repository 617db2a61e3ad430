// What an assignor is: it runs in the member that leads, and is pure.

import type { TopicPartition } from "@odradek/base";
import type { Subscription } from "../consumer_protocol.ts";
import type { Given } from "./user_data.ts";

export interface GroupMember {
  readonly memberId: string;
  /** Of a static member; null: dynamic. */
  readonly instanceId: string | null;
  readonly subscription: Subscription;
}

/** By member id; every member is there. */
export type Assignment = ReadonlyMap<string, readonly TopicPartition[]>;

export interface Assignor {
  /** Members keep what stays theirs while they join. */
  readonly isCooperative: boolean;
  /** What a member tells it beside its subscription; null, or absent: nothing. */
  userData?(given: Given): Uint8Array | null;
  /** Topics that are absent from `partitionCounts` do not exist. */
  assign(
    members: readonly GroupMember[],
    partitionCounts: ReadonlyMap<string, number>,
  ): Assignment;
}

/** Static members first, so that they get the same again in whatever order they come. */
export function inOrder(members: readonly GroupMember[]): GroupMember[] {
  const rank = ({ instanceId, memberId }: GroupMember): string =>
    instanceId === null ? `1 ${memberId}` : `0 ${instanceId}`;
  return [...members].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** Of the topics that somebody reads and that are there, by name. */
export function wantedPartitions(
  members: readonly GroupMember[],
  partitionCounts: ReadonlyMap<string, number>,
): TopicPartition[] {
  const wanted = new Set(members.flatMap(({ subscription }) => subscription.topics));
  return [...wanted].sort().flatMap((topic) =>
    Array.from({ length: partitionCounts.get(topic) ?? 0 }, (_, partition) => ({
      topic,
      partition,
    }))
  );
}

export function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic} ${partition}`;
}
