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
  for (const one of eachOnce(next, wanted)) {
    try {
      const { id, name } = find(next, one, wanted);
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

/** One for each topic: a topic that is there twice is refused once. */
function eachOnce(next: ClusterImage, wanted: readonly Wanted[]): Wanted[] {
  const isSame = (one: Wanted, other: Wanted): boolean =>
    one.name === other.name && one.topicId === other.topicId;
  return wanted.filter((one, i) => wanted.findIndex((other) => isSame(one, other)) === i)
    // What is named as well is answered once, with both.
    .filter(({ name, topicId }) => name !== null || nameAlsoGiven(next, topicId, wanted) === null)
    .map(({ name, topicId }) => ({ name, topicId: idAlsoGiven(next, name, wanted) ?? topicId }));
}

function idAlsoGiven(next: ClusterImage, name: string | null, wanted: readonly Wanted[]) {
  const id = name === null ? undefined : topicNamed(next, name)?.id;
  return wanted.find((other) => other.name === null && other.topicId === id)?.topicId;
}

/** The name under which a topic that is given by its id is given once more. */
function nameAlsoGiven(next: ClusterImage, id: Uuid, wanted: readonly Wanted[]): string | null {
  const name = next.topics.get(id)?.name;
  return wanted.find((other) => other.topicId === ZERO_UUID && other.name === name)?.name ?? null;
}

function find(next: ClusterImage, { name, topicId }: Wanted, wanted: readonly Wanted[]) {
  if (idAlsoGiven(next, name, wanted) !== undefined) {
    const why = "The provided topic name maps to an ID that was already supplied.";
    throw new Refusal("INVALID_REQUEST", why);
  }
  if (name !== null && topicId !== ZERO_UUID) {
    throw new Refusal("INVALID_REQUEST", "You may not specify both topic name and topic id.");
  }
  if (name === null && topicId === ZERO_UUID) {
    throw new Refusal("INVALID_REQUEST", "Neither topic name nor id were specified.");
  }
  if (name !== null && wanted.filter((other) => other.name === name).length > 1) {
    throw new Refusal("INVALID_REQUEST", "Duplicate topic name.");
  }
  if (name === null && wanted.filter((other) => other.topicId === topicId).length > 1) {
    throw new Refusal("INVALID_REQUEST", "Duplicate topic id.");
  }
  const topic = name === null ? next.topics.get(topicId) : topicNamed(next, name);
  if (topic === undefined) {
    throw new Refusal(name === null ? "UNKNOWN_TOPIC_ID" : "UNKNOWN_TOPIC_OR_PARTITION");
  }
  return topic;
}
