// Offsets that a group has committed: written and read, by members and by admin clients.

import { safeInteger, type TopicPartition } from "@odradek/base";
import { OffsetCommit } from "@odradek/protocol/messages/offset_commit";
import { OffsetFetch } from "@odradek/protocol/messages/offset_fetch";
import { BrokerRefused, refusalOf, throwIfRefused } from "../refused.ts";
import type { Coordinator } from "./coordinator.ts";

/** Topics go by name, as those who read them know them. */
const BY_NAME_MAX = 9;
/** From here on several groups at once (KIP-709). */
const GROUPS_SINCE = 8;
/** From here on what a transaction is about to change is not told (KIP-447). */
const STABLE_SINCE = 7;

export interface GroupOffset extends TopicPartition {
  /** The next to be read. */
  readonly offset: number;
  /** Of the last record that was read; -1: not known. */
  readonly leaderEpoch?: number;
  readonly metadata?: string;
}

/** On whose behalf offsets are committed; nobody's if absent: then the group must be empty. */
export interface Committer {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly generation: number;
}

export const NOBODY: Committer = { memberId: "", instanceId: null, generation: -1 };

/** What became of each, in one try. Throws what the coordinator refuses for all. */
export async function commitOffsets<O extends GroupOffset>(
  coordinator: Coordinator,
  offsets: readonly O[],
  { memberId, instanceId, generation }: Committer = NOBODY,
): Promise<Map<O, true | BrokerRefused>> {
  const topics = [...Map.groupBy(offsets, ({ topic }) => topic)].map(([name, some]) => ({
    name,
    partitions: some.map(({ partition, offset, leaderEpoch = -1, metadata = "" }) => ({
      partitionIndex: partition,
      committedOffset: BigInt(offset),
      committedLeaderEpoch: leaderEpoch,
      committedMetadata: metadata,
    })),
  }));
  const answer = await coordinator.ask(OffsetCommit, {
    groupId: coordinator.groupId,
    generationIdOrMemberEpoch: generation,
    memberId,
    ...(instanceId === null ? {} : { groupInstanceId: instanceId }),
    topics,
  }, { versionMax: BY_NAME_MAX });
  return new Map(offsets.map((one) => {
    const told = answer.topics.find(({ name }) => name === one.topic)
      ?.partitions.find(({ partitionIndex }) => partitionIndex === one.partition);
    return [one, told === undefined ? noAnswer() : refusalOf(told.errorCode) ?? true];
  }));
}

/** A group's offset of a partition, as it was committed. */
export type CommittedOffset = Required<GroupOffset>;

/**
 * Those that there are, of these partitions or, if absent, of all: one try. `requireStable`:
 * refuses with UNSTABLE_OFFSET_COMMIT while a transaction is about to change one.
 */
export async function fetchOffsets(
  coordinator: Coordinator,
  partitions?: readonly TopicPartition[],
  { requireStable = false }: { readonly requireStable?: boolean } = {},
): Promise<CommittedOffset[]> {
  const { groupId } = coordinator;
  const topics = partitions &&
    [...Map.groupBy(partitions, ({ topic }) => topic)].map(([name, some]) => ({
      name,
      partitionIndexes: some.map(({ partition }) => partition),
    }));
  const answer = await coordinator.ask(OffsetFetch, (version) => ({
    ...(version < GROUPS_SINCE
      ? { groupId, topics: topics ?? null }
      : { groups: [{ groupId, topics: topics ?? null }] }),
    ...(version < STABLE_SINCE ? {} : { requireStable }),
  }), { versionMax: BY_NAME_MAX });
  const group = answer.groups[0] ?? answer;
  throwIfRefused(group.errorCode);
  return group.topics.flatMap(({ name, partitions: some }) =>
    some.flatMap((one): CommittedOffset[] => {
      throwIfRefused(one.errorCode);
      if (one.committedOffset < 0n) return [];
      return [{
        topic: name,
        partition: one.partitionIndex,
        offset: safeInteger(one.committedOffset),
        leaderEpoch: one.committedLeaderEpoch,
        metadata: one.metadata ?? "",
      }];
    })
  );
}

function noAnswer(): BrokerRefused {
  return new BrokerRefused("UNKNOWN_SERVER_ERROR", "The broker does not say");
}
