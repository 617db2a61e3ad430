// Where the log of a partition begins and ends, and which offset belongs to a time: ListOffsets,
// asked of the leaders.

import { safeInteger, type TopicPartition } from "@odradek/base";
import { ListOffsets } from "@odradek/protocol/messages/list_offsets";
import type { Cluster } from "../cluster.ts";
import { BrokerRefused, refusalOf } from "../refused.ts";
import type { IsolationLevel } from "./record.ts";

/** Beside times (ms since 1970): what else a log can be asked for. */
export const OFFSET_TIMES = {
  latest: -1,
  earliest: -2,
  "max-timestamp": -3,
  "earliest-local": -4,
  "latest-tiered": -5,
  "earliest-pending-upload": -6,
} as const;

/** First version in which the broker knows a special time. */
const FIRST_VERSIONS: ReadonlyMap<number, number> = new Map([[-3, 7], [-4, 8], [-5, 9], [-6, 11]]);

export interface OffsetQuery extends TopicPartition {
  /** ms since 1970, or one of `OFFSET_TIMES`. */
  readonly timestamp: number;
}

export interface FoundOffset {
  /** -1: there is none. */
  readonly offset: number;
  /** Of the record; -1: not told. */
  readonly timestamp: number;
  /** -1: not told. */
  readonly leaderEpoch: number;
}

export interface OffsetOptions {
  readonly isolationLevel?: IsolationLevel;
}

/** Asks each leader once. What cannot be answered comes as a refusal. Fault "network". */
export async function askOffsets<Q extends OffsetQuery>(
  cluster: Cluster,
  queries: readonly Q[],
  options: OffsetOptions = {},
): Promise<Map<Q, FoundOffset | BrokerRefused>> {
  const found = new Map<Q, FoundOffset | BrokerRefused>();
  const byLeader = new Map<number, Q[]>();
  for (const query of queries) {
    try {
      const { leader } = await cluster.partition(query);
      if (leader === undefined) throw new BrokerRefused("LEADER_NOT_AVAILABLE");
      byLeader.set(leader, [...byLeader.get(leader) ?? [], query]);
    } catch (error) {
      if (!(error instanceof BrokerRefused)) throw error;
      found.set(query, error);
    }
  }
  await Promise.all([...byLeader].map(async ([leader, some]) => {
    const answers = await askLeader(cluster, some, { leader, ...options });
    for (const [query, answer] of answers) found.set(query, answer);
  }));
  return found;
}

async function askLeader<Q extends OffsetQuery>(
  cluster: Cluster,
  queries: readonly Q[],
  { leader, isolationLevel }: OffsetOptions & { readonly leader: number },
): Promise<Map<Q, FoundOffset | BrokerRefused>> {
  const topics = [...Map.groupBy(queries, ({ topic }) => topic)].map(([name, some]) => ({
    name,
    partitions: some.map(({ partition, timestamp }) => ({
      partitionIndex: partition,
      timestamp: BigInt(timestamp),
    })),
  }));
  const link = await cluster.link({ node: leader });
  const version = link.versionOf(ListOffsets) ?? 0;
  const needed = Math.max(...queries.map((one) => FIRST_VERSIONS.get(one.timestamp) ?? 0));
  if (version < needed) {
    const refusal = new BrokerRefused("UNSUPPORTED_VERSION");
    return new Map(queries.map((query) => [query, refusal]));
  }
  const answer = await link.ask(ListOffsets, {
    replicaId: -1,
    ...(version < 2 ? {} : { isolationLevel: isolationLevel === "read_committed" ? 1 : 0 }),
    topics,
    timeoutMs: cluster.settings.requestTimeoutMs,
  });
  return new Map(queries.map((query) => {
    const told = answer.topics.find(({ name }) => name === query.topic)
      ?.partitions.find(({ partitionIndex }) => partitionIndex === query.partition);
    if (told === undefined) return [query, new BrokerRefused("UNKNOWN_TOPIC_OR_PARTITION")];
    const { offset, timestamp, leaderEpoch } = told;
    return [
      query,
      refusalOf(told.errorCode) ??
        { offset: safeInteger(offset), timestamp: safeInteger(timestamp), leaderEpoch },
    ];
  }));
}
