// DescribeProducers: what partitions remember of idempotent producers (KIP-664).

import { type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import { lastSequence, type ProducerState } from "@odradek/log";
import { problemOfTopicName } from "@odradek/metadata";
import { errors } from "@odradek/protocol/errors";
import {
  DescribeProducers,
  type DescribeProducersRequest,
  type DescribeProducersResponse,
} from "@odradek/protocol/messages/describe_producers";
import { Refusal } from "@odradek/protocol/refusal";
import { codeOf, isRefused } from "../partitions/refused.ts";
import { askPartitions, perTopic } from "./per_partition.ts";
import type { Services } from "./services.ts";
import { checkPartition, topicByName } from "./topics.ts";

type Reached = Pick<Services, "image" | "partitions" | "hooks">;

export function describeProducersEndpoint(services: Reached): Endpoint {
  return endpoint(DescribeProducers, {
    handle: (request, context) => handleDescribeProducers(services, request, context),
    refuse: ({ topics }, { code: errorCode }) => ({
      topics: topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((partitionIndex) => ({
          partitionIndex,
          errorCode,
          activeProducers: [],
        })),
      })),
    }),
  });
}

async function handleDescribeProducers(
  { image, partitions, hooks }: Reached,
  request: DescribeProducersRequest,
  context: RequestContext,
): Promise<DescribeProducersResponse> {
  const items = request.topics.flatMap(({ name, partitionIndexes }) =>
    partitionIndexes.map((partition) => ({ name, partition }))
  );
  const outcomes = await askPartitions(items, ({ name, partition }) => {
    if (!hooks.authorize(context, "Read", { type: "Topic", name })) {
      throw new Refusal("TOPIC_AUTHORIZATION_FAILED");
    }
    if (problemOfTopicName(name) !== undefined) throw new Refusal("INVALID_TOPIC_EXCEPTION");
    const topic = topicByName(image(), name);
    checkPartition(topic, partition);
    return { topicId: topic.id, partition };
  }, (calls) => partitions.producers(calls));
  const answers = items.map(({ partition: partitionIndex }, i) => {
    const outcome = outcomes[i];
    if (outcome === undefined || isRefused(outcome)) {
      const errorCode = outcome === undefined ? errors.UNKNOWN_SERVER_ERROR.code : codeOf(outcome);
      return { partitionIndex, errorCode, activeProducers: [] };
    }
    const activeProducers = outcome.producers.map(activeProducer);
    return { partitionIndex, errorCode: errors.NONE.code, activeProducers };
  });
  const topics = perTopic(request.topics, (topic) => topic.partitionIndexes.length, answers);
  return { topics: topics.map(([{ name }, own]) => ({ name, partitions: own })) };
}

function activeProducer(state: ProducerState) {
  return {
    producerId: BigInt(state.producerId),
    producerEpoch: state.epoch,
    lastSequence: lastSequence(state),
    lastTimestamp: BigInt(state.lastTimestamp),
    coordinatorEpoch: state.coordinatorEpoch,
    currentTxnStartOffset: BigInt(state.transactionFirstOffset),
  };
}
