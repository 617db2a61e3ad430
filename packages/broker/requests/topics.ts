// Topics as requests name them: by name, or by id in newer versions.

import { type Uuid, ZERO_UUID } from "@odradek/base";
import { type ClusterImage, type TopicImage, topicNamed } from "@odradek/metadata";
import { Refusal } from "@odradek/protocol/refusal";

/** Topics that brokers keep for themselves; clients do not write to them. */
const INTERNAL = new Set(["__consumer_offsets", "__transaction_state", "__share_group_state"]);

export function isInternalTopic(name: string): boolean {
  return INTERNAL.has(name);
}

/** Refuses with UNKNOWN_TOPIC_OR_PARTITION. */
export function topicByName(image: ClusterImage, name: string): TopicImage {
  const topic = topicNamed(image, name);
  if (topic === undefined) throw new Refusal("UNKNOWN_TOPIC_OR_PARTITION");
  return topic;
}

/** Refuses with UNKNOWN_TOPIC_ID. */
export function topicById(image: ClusterImage, id: Uuid): TopicImage {
  const topic = id === ZERO_UUID ? undefined : image.topics.get(id);
  if (topic === undefined) throw new Refusal("UNKNOWN_TOPIC_ID");
  return topic;
}

/** Refuses with UNKNOWN_TOPIC_OR_PARTITION. */
export function checkPartition(topic: TopicImage, partition: number): void {
  if (topic.partitions[partition] === undefined) throw new Refusal("UNKNOWN_TOPIC_OR_PARTITION");
}
