// DeleteRecords: the beginning of a log goes, up to an offset (KIP-107).

import { safeInteger } from "@odradek/base";
import { type ClusterImage, CONFIG_RESOURCE, configKey } from "@odradek/metadata";
import { topicConfig } from "@odradek/metadata/configs/mod";
import { type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import {
  DeleteRecords,
  type DeleteRecordsRequest,
  type DeleteRecordsResponse,
} from "@odradek/protocol/messages/delete_records";
import { Refusal } from "@odradek/protocol/refusal";
import { codeOf, isRefused } from "../partitions/refused.ts";
import { askPartitions, perTopic } from "./per_partition.ts";
import type { Services } from "./services.ts";
import { checkPartition, isInternalTopic, topicByName } from "./topics.ts";

type Reached = Pick<Services, "image" | "partitions" | "hooks" | "config">;

export function deleteRecordsEndpoint(services: Reached): Endpoint {
  return endpoint(DeleteRecords, {
    handle: (request, context) => handleDeleteRecords(services, request, context),
    refuse: ({ topics }, { code: errorCode }) => ({
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          lowWatermark: -1n,
          errorCode,
        })),
      })),
    }),
  });
}

async function handleDeleteRecords(
  services: Reached,
  request: DeleteRecordsRequest,
  context: RequestContext,
): Promise<DeleteRecordsResponse> {
  const items = request.topics.flatMap(({ name, partitions }) =>
    partitions.map((one) => ({ name, ...one }))
  );
  const outcomes = await askPartitions(items, ({ name, partitionIndex, offset }) => {
    const image = services.image();
    if (!services.hooks.authorize(context, "Delete", { type: "Topic", name })) {
      throw new Refusal("TOPIC_AUTHORIZATION_FAILED");
    }
    const topic = topicByName(image, name);
    checkPartition(topic, partitionIndex);
    checkDeletable(services, image, name);
    return { topicId: topic.id, partition: partitionIndex, offset: safeInteger(offset) };
  }, (calls) => services.partitions.deleteRecords(calls, { timeoutMs: request.timeoutMs }));
  const answers = items.map(({ partitionIndex }, i) => {
    const outcome = outcomes[i];
    if (outcome === undefined || isRefused(outcome)) {
      const errorCode = outcome === undefined ? errors.UNKNOWN_SERVER_ERROR.code : codeOf(outcome);
      return { partitionIndex, lowWatermark: -1n, errorCode };
    }
    const lowWatermark = BigInt(outcome.lowWatermark);
    const { code: errorCode } = outcome.isLate ? errors.REQUEST_TIMED_OUT : errors.NONE;
    return { partitionIndex, lowWatermark, errorCode };
  });
  const topics = perTopic(request.topics, (topic) => topic.partitions.length, answers);
  return { topics: topics.map(([{ name }, own]) => ({ name, partitions: own })) };
}

/** What is compacted keeps the newest record of every key: its beginning cannot be cut off. */
function checkDeletable({ config }: Reached, image: ClusterImage, name: string): void {
  if (isInternalTopic(name)) {
    throw new Refusal("INVALID_TOPIC_EXCEPTION", `Records of ${name} are not deleted by clients`);
  }
  const overrides = image.configs.get(configKey(CONFIG_RESOURCE.topic, name)) ?? new Map();
  const { cleanup } = topicConfig(overrides, config);
  if (cleanup.compact && !cleanup.delete) {
    throw new Refusal("POLICY_VIOLATION", `Topic ${name} is compacted only`);
  }
}
