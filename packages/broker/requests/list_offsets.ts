// ListOffsets: offsets by time, and the ends of logs.

import { safeInteger } from "@odradek/base";
import { type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import {
  ListOffsets,
  type ListOffsetsRequest,
  type ListOffsetsResponse,
} from "@odradek/protocol/messages/list_offsets";
import { Refusal } from "@odradek/protocol/refusal";
import type { FoundOffset } from "../partitions/offsets.ts";
import { codeOf, isRefused, type Outcome } from "../partitions/refused.ts";
import { askPartitions } from "./per_partition.ts";
import type { Services } from "./services.ts";
import { checkPartition, topicByName } from "./topics.ts";

type Reached = Pick<Services, "image" | "partitions" | "hooks">;
type PartitionAnswer = ListOffsetsResponse["topics"][number]["partitions"][number];

const READ_COMMITTED = 1;

export function listOffsetsEndpoint(services: Reached): Endpoint {
  return endpoint(ListOffsets, {
    handle: (request, context) => handleListOffsets(services, request, context),
    refuse: ({ topics }, { code }) => ({
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => failed(partitionIndex, code)),
      })),
    }),
  });
}

async function handleListOffsets(
  { image, partitions, hooks }: Reached,
  request: ListOffsetsRequest,
  context: RequestContext,
): Promise<ListOffsetsResponse> {
  const all = request.topics.flatMap(({ name, partitions: asked }) =>
    asked.map((one) => ({ name, ...one }))
  );
  const isTwice = twice(all.map(({ name, partitionIndex }) => `${name} ${partitionIndex}`));
  const items = all.filter((item, i) => {
    const isSame = (other: typeof item): boolean =>
      other.name === item.name && other.partitionIndex === item.partitionIndex;
    return all.findIndex(isSame) === i;
  });
  const isReadCommitted = request.isolationLevel === READ_COMMITTED;
  const outcomes = await askPartitions(items, (item) => {
    if (!hooks.authorize(context, "Describe", { type: "Topic", name: item.name })) {
      throw new Refusal("TOPIC_AUTHORIZATION_FAILED");
    }
    if (isTwice(`${item.name} ${item.partitionIndex}`)) throw new Refusal("INVALID_REQUEST");
    const topic = topicByName(image(), item.name);
    checkPartition(topic, item.partitionIndex);
    return {
      topicId: topic.id,
      partition: item.partitionIndex,
      timestamp: safeInteger(item.timestamp),
      leaderEpoch: item.currentLeaderEpoch,
      replicaId: request.replicaId,
      isReadCommitted,
      version: context.version,
    };
  }, (calls) => partitions.offsets(calls));
  const answers = items.map(({ partitionIndex }, i) =>
    partitionAnswer(partitionIndex, outcomes[i] as Outcome<FoundOffset>, context.version)
  );
  const names = [...new Set(request.topics.map(({ name }) => name))];
  return {
    topics: names.map((name) => ({
      name,
      partitions: answers.filter((_, i) => items[i]?.name === name),
    })),
  };
}

/** Whether a key is there more than once. */
function twice(keys: readonly string[]): (key: string) => boolean {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const key of keys) (seen.has(key) ? again : seen).add(key);
  return (key) => again.has(key);
}

/** From here on the answer tells the epoch of the offset. */
const EPOCH_SINCE = 4;

function partitionAnswer(
  partitionIndex: number,
  outcome: Outcome<FoundOffset>,
  version: number,
): PartitionAnswer {
  if (isRefused(outcome)) return failed(partitionIndex, codeOf(outcome));
  const { timestamp, offset, leaderEpoch } = outcome;
  return {
    partitionIndex,
    errorCode: errors.NONE.code,
    timestamp: BigInt(timestamp),
    offset: BigInt(offset),
    ...(version >= EPOCH_SINCE ? { leaderEpoch } : {}),
  };
}

function failed(partitionIndex: number, errorCode: number): PartitionAnswer {
  return { partitionIndex, errorCode };
}
