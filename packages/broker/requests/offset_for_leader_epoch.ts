// OffsetForLeaderEpoch: where an epoch ended, for clients that look for what was truncated
// (KIP-320).

import { type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import {
  OffsetForLeaderEpoch,
  type OffsetForLeaderEpochRequest,
  type OffsetForLeaderEpochResponse,
} from "@odradek/protocol/messages/offset_for_leader_epoch";
import { Refusal } from "@odradek/protocol/refusal";
import { codeOf, isRefused } from "../partitions/refused.ts";
import { askPartitions, perTopic } from "./per_partition.ts";
import type { Services } from "./services.ts";
import { checkPartition, topicByName } from "./topics.ts";

type Reached = Pick<Services, "image" | "partitions" | "hooks">;

export function offsetForLeaderEpochEndpoint(services: Reached): Endpoint {
  return endpoint(OffsetForLeaderEpoch, {
    handle: (request, context) => handleOffsetForLeaderEpoch(services, request, context),
    refuse: ({ topics }, { code: errorCode }) => ({
      topics: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition }) => ({ partition, errorCode })),
      })),
    }),
  });
}

async function handleOffsetForLeaderEpoch(
  { image, partitions, hooks }: Reached,
  request: OffsetForLeaderEpochRequest,
  context: RequestContext,
): Promise<OffsetForLeaderEpochResponse> {
  const items = request.topics.flatMap(({ topic, partitions: asked }) =>
    asked.map((one) => ({ topic, ...one }))
  );
  const outcomes = await askPartitions(items, (item) => {
    if (!hooks.authorize(context, "Describe", { type: "Topic", name: item.topic })) {
      throw new Refusal("TOPIC_AUTHORIZATION_FAILED");
    }
    const topic = topicByName(image(), item.topic);
    checkPartition(topic, item.partition);
    return {
      topicId: topic.id,
      partition: item.partition,
      leaderEpoch: item.currentLeaderEpoch,
      epoch: item.leaderEpoch,
    };
  }, (calls) => partitions.epochEnds(calls));
  const answers = items.map(({ partition }, i) => {
    const outcome = outcomes[i];
    if (outcome === undefined || isRefused(outcome)) {
      const errorCode = outcome === undefined ? errors.UNKNOWN_SERVER_ERROR.code : codeOf(outcome);
      return { partition, errorCode };
    }
    return {
      partition,
      errorCode: errors.NONE.code,
      leaderEpoch: outcome.epoch,
      endOffset: BigInt(outcome.endOffset),
    };
  });
  const topics = perTopic(request.topics, (topic) => topic.partitions.length, answers);
  return { topics: topics.map(([{ topic }, own]) => ({ topic, partitions: own })) };
}
