// Partitions of one leader as one Fetch request without a session, and its answer taken apart.

import { type TopicPartition, ZERO_UUID } from "@odradek/base";
import { Fetch } from "@odradek/protocol/messages/fetch";
import type { RequestDraft, Response } from "@odradek/protocol/schema/mod";
import type { ClusterView } from "../cluster/view.ts";
import type { IsolationLevel } from "./record.ts";

/** From this version on topics go by id. */
const FIRST_BY_ID = 13;

export interface FetchSettings {
  /** How long the leader waits for `minBytes`. */
  readonly maxWaitMs: number;
  readonly minBytes: number;
  /** Of an answer; a first batch that is larger comes all the same. */
  readonly maxBytes: number;
  readonly partitionBytesMax: number;
  readonly isolationLevel: IsolationLevel;
  /** Where the consumer stands: it reads from a replica there, if brokers let it (KIP-392). */
  readonly rack?: string | undefined;
}

export interface FetchPosition extends TopicPartition {
  readonly offset: number;
}

export function fetchDraft(
  positions: readonly FetchPosition[],
  view: ClusterView,
  settings: FetchSettings,
): RequestDraft<typeof Fetch> {
  const { maxWaitMs, minBytes, maxBytes, partitionBytesMax, isolationLevel, rack = "" } = settings;
  const topics = [...Map.groupBy(positions, ({ topic }) => topic)].map(([topic, some]) => ({
    topic,
    topicId: view.topics.get(topic)?.topicId ?? ZERO_UUID,
    partitions: some.map(({ partition, offset }) => ({
      partition,
      currentLeaderEpoch: view.topics.get(topic)?.partitions[partition]?.leaderEpoch ?? -1,
      fetchOffset: BigInt(offset),
      partitionMaxBytes: partitionBytesMax,
    })),
  }));
  return {
    maxWaitMs,
    minBytes,
    maxBytes,
    isolationLevel: isolationLevel === "read_committed" ? 1 : 0,
    topics,
    rackId: rack,
  };
}

/** The highest version in which all topics can be named. */
export function fetchVersionMax(positions: readonly FetchPosition[], view: ClusterView): number {
  const haveIds = positions.every(({ topic }) =>
    (view.topics.get(topic)?.topicId ?? ZERO_UUID) !== ZERO_UUID
  );
  return haveIds ? Fetch.versions[1] : FIRST_BY_ID - 1;
}

export type FetchedPartition = Response<typeof Fetch>["responses"][number]["partitions"][number];

/** What the answer says of a partition; undefined: nothing. `view`: that of the request. */
export function fetchedOf(
  answer: Response<typeof Fetch>,
  { topic, partition }: TopicPartition,
  view: ClusterView,
): FetchedPartition | undefined {
  const id = view.topics.get(topic)?.topicId;
  return answer.responses
    .find((one) => one.topic === topic || (one.topic === "" && one.topicId === id))
    ?.partitions.find(({ partitionIndex }) => partitionIndex === partition);
}
