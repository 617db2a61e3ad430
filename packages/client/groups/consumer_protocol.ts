// What members of a consumer group tell each other by way of their coordinator, which only passes
// it on: what they read, and who reads what.

import type { TopicPartition } from "@odradek/base";
import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
} from "@odradek/protocol/schemas/group/mod";
import { decodeVersionedOrNewer, encodeVersioned } from "@odradek/protocol/schemas/versioned";

/** Of groups of consumers. */
export const PROTOCOL_TYPE = "consumer";

const VERSION = 3;

export interface Subscription {
  readonly topics: readonly string[];
  /** What the member holds from the generation before. */
  readonly owned: readonly TopicPartition[];
  /** In which it got them; -1: not told. */
  readonly generation: number;
  /** For the assignor; null: nothing. */
  readonly userData: Uint8Array | null;
}

export function encodeSubscription(subscription: Subscription): Uint8Array {
  const { topics, owned, generation, userData } = subscription;
  const ownedPartitions = byTopic(owned);
  const draft = { topics: [...topics], userData, ownedPartitions, generationId: generation };
  return encodeVersioned(ConsumerProtocolSubscription, draft, VERSION);
}

/** Malformed if it is none. */
export function decodeSubscription(bytes: Uint8Array): Subscription {
  const { message } = decodeVersionedOrNewer(ConsumerProtocolSubscription, bytes);
  return {
    topics: message.topics,
    owned: flat(message.ownedPartitions),
    generation: message.generationId,
    userData: message.userData,
  };
}

export function encodeAssignment(partitions: readonly TopicPartition[]): Uint8Array {
  const draft = { assignedPartitions: byTopic(partitions), userData: null };
  return encodeVersioned(ConsumerProtocolAssignment, draft, VERSION);
}

/** Nothing is no assignment. Malformed if it is none. */
export function decodeAssignment(bytes: Uint8Array): TopicPartition[] {
  if (bytes.length === 0) return [];
  return flat(decodeVersionedOrNewer(ConsumerProtocolAssignment, bytes).message.assignedPartitions);
}

interface PartitionsOfTopic {
  readonly topic: string;
  readonly partitions: readonly number[];
}

function byTopic(partitions: readonly TopicPartition[]): PartitionsOfTopic[] {
  return [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, some]) => ({
    topic,
    partitions: some.map(({ partition }) => partition).sort((a, b) => a - b),
  }));
}

function flat(topics: readonly PartitionsOfTopic[]): TopicPartition[] {
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition }))
  );
}
