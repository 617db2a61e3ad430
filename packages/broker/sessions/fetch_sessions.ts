// Fetch sessions (KIP-227): what a client reads again and again is named once; afterwards requests
// tell only what changed, and answers only what is new.

import type { Uuid } from "@odradek/base";
import type { Refused } from "../partitions/refused.ts";
import type { MaybePromise } from "../partitions/service.ts";

/** A partition as a fetch names it: by topic name, or by id where the request has ids. */
export interface SessionPartition {
  readonly topic: string;
  readonly topicId: Uuid;
  readonly partition: number;
  readonly leaderEpoch: number;
  readonly fetchOffset: number;
  readonly lastFetchedEpoch: number;
  readonly bytesMax: number;
  /** Of a follower; undefined: not told. */
  readonly highWatermark?: number | undefined;
  /** Of a follower's log. */
  readonly logStartOffset?: number;
}

export interface SessionRequest {
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly usesIds: boolean;
  /** Of a full fetch all of them; in a session the new and the changed ones. */
  readonly partitions: readonly SessionPartition[];
  readonly forgotten: readonly Pick<SessionPartition, "topic" | "topicId" | "partition">[];
}

/** What is to be read for a fetch. */
export interface OpenedFetch {
  /**
   * "none": answered in full, and forgotten; "new": a session is made of it; else its next step.
   */
  readonly session: "none" | "new" | "next";
  /** 0 without a session, or while it has none yet. */
  readonly sessionId: number;
  /** In the order in which they are to be read. */
  readonly partitions: readonly SessionPartition[];
}

/** What an answer says of one partition, as far as a session remembers it. */
export interface Told {
  readonly hasRecords: boolean;
  readonly hasError: boolean;
  /** Something that must be told once, such as a diverging epoch. */
  readonly isUrgent: boolean;
  readonly highWatermark: number;
  readonly logStartOffset: number;
}

export interface SessionAnswer {
  /** 0: there is none. */
  readonly sessionId: number;
  /** For each partition, in order, whether it is to be told. */
  readonly included: readonly boolean[];
}

export interface FetchSessions {
  /** Refuses with the errors of sessions. */
  open(request: SessionRequest): MaybePromise<OpenedFetch | Refused>;
  /** What of the answers is told, in a session that is new or goes on. */
  answer(
    opened: OpenedFetch,
    told: readonly Told[],
    usesIds: boolean,
  ): MaybePromise<SessionAnswer>;
}

/** Asks for no session: the usual request of a client that reads once. */
export const NO_SESSION = { sessionId: 0, sessionEpoch: -1 } as const;
