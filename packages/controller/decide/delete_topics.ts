// Topics are deleted, by name or by id; one that cannot be does not keep the others.

import { type Uuid, ZERO_UUID } from "@odradek/base";
import { type ClusterImage, topicNamed } from "@odradek/metadata";
import type {
  DeleteTopicsRequest,
  DeleteTopicsResponse,
} from "@odradek/protocol/messages/delete_topics";
import { errors } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import type { Decision } from "./decision.ts";

type Deleted = DeleteTopicsResponse["responses"][number];

export interface DeleteTopicsCommand {
  readonly request: DeleteTopicsRequest;
  /** Whether the requester may delete a topic of this name. */
  readonly mayDelete: (name: string) => boolean;
}

interface Wanted {
  readonly name: string | null;
  readonly topicId: Uuid;
}

export function decideDeleteTopics(
  next: ClusterImage,
  { request, mayDelete }: DeleteTopicsCommand,
): Decision<readonly Deleted[]> {
  const wanted: Wanted[] = [
    ...request.topicNames.map((name) => ({ name, topicId: ZERO_UUID })),
    ...request.topics,
  ];
  const records: MetadataRecordDraft[] = [];
  const reply: Deleted[] = [];
  const given = {
    names: counted(wanted.flatMap(({ name }) => (name === null ? [] : [name]))),
    ids: counted(wanted.flatMap(({ name, topicId }) => (name === null ? [topicId] : []))),
  };
  for (const one of eachOnce(next, wanted, given)) {
    try {
      const { id, name } = find(next, one, given);
      if (!mayDelete(name)) throw new Refusal("TOPIC_AUTHORIZATION_FAILED");
      records.push({ type: "RemoveTopicRecord", topicId: id });
      reply.push({ name, topicId: id, errorCode: errors.NONE.code, errorMessage: null });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      reply.push({ ...one, errorCode: error.code, errorMessage: error.message });
    }
  }
  return { records, reply };
}

/** How often each name is given, and each id without a name. */
interface Given {
  readonly names: ReadonlyMap<string, number>;
  readonly ids: ReadonlyMap<Uuid, number>;
}

function counted<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** One for each topic: a topic that is there twice is refused once. */
function eachOnce(next: ClusterImage, wanted: readonly Wanted[], given: Given): Wanted[] {
  const each = new Map(wanted.map((one) => [JSON.stringify([one.name, one.topicId]), one]));
  return [...each.values()]
    // What is named as well is answered once, with both.
    .filter(({ name, topicId }) => name !== null || !isNamedAsWell(next, topicId, given))
    .map(({ name, topicId }) => ({ name, topicId: idAlsoGiven(next, name, given) ?? topicId }));
}

function isNamedAsWell(next: ClusterImage, id: Uuid, { names }: Given): boolean {
  const topic = next.topics.get(id);
  return topic !== undefined && names.has(topic.name);
}

function idAlsoGiven(next: ClusterImage, name: string | null, { ids }: Given): Uuid | undefined {
  const id = name === null ? undefined : topicNamed(next, name)?.id;
  return id !== undefined && ids.has(id) ? id : undefined;
}

function find(next: ClusterImage, { name, topicId }: Wanted, given: Given) {
  if (idAlsoGiven(next, name, given) !== undefined) {
    const why = "The provided topic name maps to an ID that was already supplied.";
    throw new Refusal("INVALID_REQUEST", why);
  }
  if (name !== null && topicId !== ZERO_UUID) {
    throw new Refusal("INVALID_REQUEST", "You may not specify both topic name and topic id.");
  }
  if (name === null && topicId === ZERO_UUID) {
    throw new Refusal("INVALID_REQUEST", "Neither topic name nor id were specified.");
  }
  if (name !== null && (given.names.get(name) ?? 0) > 1) {
    throw new Refusal("INVALID_REQUEST", "Duplicate topic name.");
  }
  if (name === null && (given.ids.get(topicId) ?? 0) > 1) {
    throw new Refusal("INVALID_REQUEST", "Duplicate topic id.");
  }
  const topic = name === null ? next.topics.get(topicId) : topicNamed(next, name);
  if (topic === undefined) {
    throw new Refusal(name === null ? "UNKNOWN_TOPIC_ID" : "UNKNOWN_TOPIC_OR_PARTITION");
  }
  return topic;
}
