// Batches of several partitions as one Produce request, and its answer taken apart again.

import { ZERO_UUID } from "@odradek/base";
import { Produce } from "@odradek/protocol/messages/produce";
import type { RequestDraft, Response } from "@odradek/protocol/schema/mod";
import type { ClusterView } from "../cluster/view.ts";
import type { PendingBatch } from "./pending_batch.ts";

/** From this version on topics go by id. */
const FIRST_BY_ID = 13;

export interface ProduceSettings {
  /** 0: nobody; 1: the leader; -1: every in-sync replica. */
  readonly acks: -1 | 0 | 1;
  /** How long the leader waits for the in-sync replicas. */
  readonly timeoutMs: number;
  /** 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd. */
  readonly codec: number;
}

/** At most one batch of each partition. */
export function produceDraft(
  batches: readonly PendingBatch[],
  view: ClusterView,
  { acks, timeoutMs, codec }: ProduceSettings,
): RequestDraft<typeof Produce> {
  const byTopic = Map.groupBy(batches, ({ topic }) => topic);
  const topicData = [...byTopic].map(([name, some]) => ({
    name,
    topicId: view.topics.get(name)?.topicId ?? ZERO_UUID,
    partitionData: some.map((one) => ({ index: one.partition, records: one.encode(codec) })),
  }));
  return { acks, timeoutMs, topicData };
}

/** The highest version in which all topics can be named. */
export function produceVersionMax(batches: readonly PendingBatch[], view: ClusterView): number {
  const haveIds = batches.every(({ topic }) =>
    (view.topics.get(topic)?.topicId ?? ZERO_UUID) !== ZERO_UUID
  );
  return haveIds ? Produce.versions[1] : FIRST_BY_ID - 1;
}

export type ProducedPartition = Response<
  typeof Produce
>["responses"][number]["partitionResponses"][number];

/** What the answer says of a batch; undefined: nothing. `view`: that of the request. */
export function answerOf(
  answer: Response<typeof Produce>,
  { topic, partition }: PendingBatch,
  view: ClusterView,
): ProducedPartition | undefined {
  const id = view.topics.get(topic)?.topicId;
  return answer.responses
    .find((one) => one.name === topic || (one.name === "" && one.topicId === id))
    ?.partitionResponses.find(({ index }) => index === partition);
}
