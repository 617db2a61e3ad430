// A follower's side of a fetch session (KIP-227): it names only what has changed since the request
// before, and hears only of what is new. Pure; the leader's side is in `broker/sessions/`.

import type { Fetch } from "@odradek/protocol/messages/fetch";
import type { ErrorName } from "@odradek/protocol/errors";
import type { RequestDraft } from "@odradek/protocol/schema/mod";
import { epochAfter } from "../sessions/session_cache.ts";

type Body = RequestDraft<typeof Fetch>;
type Topics = Body["topics"];

export interface Wish {
  readonly topicId: Topics[number]["topicId"] & string;
  readonly partition: Topics[number]["partitions"][number];
}

export interface SessionPart {
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly topics: Topics;
  readonly forgottenTopicsData: NonNullable<Body["forgottenTopicsData"]>;
}

const NO_SESSION = 0;
const NEW_SESSION = 0;

/** The leader knows the session no more, or another one of that number. */
const LOST = new Set<ErrorName>([
  "FETCH_SESSION_ID_NOT_FOUND",
  "INVALID_FETCH_SESSION_EPOCH",
  "FETCH_SESSION_TOPIC_ID_ERROR",
]);

export class FetchSession {
  #id = NO_SESSION;
  #epoch = NEW_SESSION;
  /** What the leader has been told of each partition, by `keyOf`. */
  #told = new Map<string, { readonly wish: Wish; readonly text: string }>();

  /** Of the next request, which is to be for all of these. */
  next(wishes: readonly Wish[]): SessionPart {
    const before = this.#epoch === NEW_SESSION ? new Map<string, never>() : this.#told;
    const told = new Map(wishes.map((wish) => [keyOf(wish), { wish, text: textOf(wish) }]));
    const changed = [...told].filter(([key, { text }]) => before.get(key)?.text !== text);
    const gone = [...before].filter(([key]) => !told.has(key));
    this.#told = told;
    return {
      sessionId: this.#id,
      sessionEpoch: this.#epoch,
      topics: grouped(changed.map(([, { wish }]) => wish), ({ partition }) => partition),
      forgottenTopicsData: grouped(
        gone.map(([, { wish }]) => wish),
        ({ partition }) => partition.partition,
      ),
    };
  }

  /** An answer has come. False: the session is lost, and the request must be made anew. */
  answered(error: ErrorName, sessionId: number): boolean {
    if (LOST.has(error)) {
      this.#epoch = NEW_SESSION;
      return false;
    }
    // Leaders may decline: then each request is for all.
    this.#epoch = sessionId === NO_SESSION ? NEW_SESSION : epochAfter(this.#epoch);
    this.#id = sessionId;
    return true;
  }

  /** No answer has come: nobody knows whether the leader has gone on. */
  failed(): void {
    this.#epoch = NEW_SESSION;
  }
}

function keyOf({ topicId, partition }: Wish): string {
  return `${topicId} ${partition.partition}`;
}

function textOf({ partition }: Wish): string {
  const { currentLeaderEpoch, fetchOffset, lastFetchedEpoch, logStartOffset } = partition;
  const { highWatermark, partitionMaxBytes } = partition;
  const offsets = `${fetchOffset} ${logStartOffset} ${highWatermark}`;
  return `${currentLeaderEpoch} ${lastFetchedEpoch} ${offsets} ${partitionMaxBytes}`;
}

/** By topic, in the order of their first partitions. */
function grouped<P>(
  wishes: readonly Wish[],
  partOf: (wish: Wish) => P,
): { topicId: Wish["topicId"]; partitions: P[] }[] {
  const topics = new Map<string, { topicId: Wish["topicId"]; partitions: P[] }>();
  for (const wish of wishes) {
    const { topicId } = wish;
    const topic = topics.get(topicId) ?? { topicId, partitions: [] };
    topic.partitions.push(partOf(wish));
    topics.set(topicId, topic);
  }
  return [...topics.values()];
}
