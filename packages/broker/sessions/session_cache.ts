// The fetch sessions that one reactor keeps. Their ids tell which reactor that is.

import type { Clock, Random } from "@odradek/base";
import type { ThreadBounds } from "@odradek/network";
import type { Refused } from "../partitions/refused.ts";
import type {
  FetchSessions,
  OpenedFetch,
  SessionAnswer,
  SessionPartition,
  SessionRequest,
  Told,
} from "./fetch_sessions.ts";

export interface SessionCacheOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** `max.incremental.fetch.session.cache.slots`, of all reactors. Each has an equal part of it. */
  readonly slots: number;
  /** Told of clients that got none: they fetch in full. */
  readonly bounds: Pick<ThreadBounds, "met">;
  /** Ids are this, modulo `reactors`. */
  readonly reactor: number;
  readonly reactors: number;
}

/** One partition of a session, and what the client was told of it last. */
interface Entry {
  readonly partition: SessionPartition;
  readonly highWatermark: number;
  readonly logStartOffset: number;
}

interface Session {
  readonly id: number;
  readonly usesIds: boolean;
  /** That the next request must name. */
  epoch: number;
  lastUsedMs: number;
  /** In the order in which they are read: what had records goes to the end. */
  readonly entries: Map<string, Entry>;
}

const FULL_WITHOUT_SESSION = -1;
const FULL_WITH_NEW_SESSION = 0;
const EPOCH_MAX = 0x7fff_ffff;
/** Unused for so long, a session may make room for another. */
const EVICTABLE_MS = 120_000;
const NOTHING_TOLD = -1;

export class SessionCache implements FetchSessions {
  readonly #options: SessionCacheOptions;
  /** The least recently used first. */
  readonly #sessions = new Map<number, Session>();

  constructor(options: SessionCacheOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#sessions.size;
  }

  open(request: SessionRequest): OpenedFetch | Refused {
    const { sessionId, sessionEpoch, partitions } = request;
    if (sessionEpoch === FULL_WITHOUT_SESSION || sessionEpoch === FULL_WITH_NEW_SESSION) {
      this.#sessions.delete(sessionId);
      const session = sessionEpoch === FULL_WITHOUT_SESSION ? "none" : "new";
      return { session, sessionId: 0, partitions };
    }
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return { refused: "FETCH_SESSION_ID_NOT_FOUND" };
    if (session.epoch !== sessionEpoch) return { refused: "INVALID_FETCH_SESSION_EPOCH" };
    if (session.usesIds !== request.usesIds) return { refused: "FETCH_SESSION_TOPIC_ID_ERROR" };
    return this.#next(session, request);
  }

  #next(session: Session, { partitions, forgotten }: SessionRequest): OpenedFetch {
    const { entries, usesIds, id } = session;
    for (const partition of partitions) {
      const key = keyOf(partition, usesIds);
      const known = entries.get(key) ?? UNTOLD;
      entries.set(key, { ...known, partition });
    }
    for (const partition of forgotten) entries.delete(keyOf(partition, usesIds));
    const all = [...entries.values()].map(({ partition }) => partition);
    if (entries.size === 0) {
      this.#sessions.delete(id);
      return { session: "none", sessionId: 0, partitions: all };
    }
    session.epoch = epochAfter(session.epoch);
    this.#touch(session);
    return { session: "next", sessionId: id, partitions: all };
  }

  answer(opened: OpenedFetch, told: readonly Told[], usesIds: boolean): SessionAnswer {
    if (opened.session === "new") return this.#make(opened, told, usesIds);
    const session = this.#sessions.get(opened.sessionId);
    const all = told.map(() => true);
    // Evicted while the fetch waited: the client hears everything, and of the loss next time.
    if (session === undefined) return { sessionId: opened.sessionId, included: all };
    const included = opened.partitions.map((partition, i) =>
      tell(session, partition, told[i] as Told)
    );
    return { sessionId: session.id, included };
  }

  #make(opened: OpenedFetch, told: readonly Told[], usesIds: boolean): SessionAnswer {
    const included = told.map(() => true);
    if (!this.#hasRoom()) return { sessionId: 0, included };
    const entries = new Map(opened.partitions.map((partition, i) => {
      const { hasError, highWatermark, logStartOffset } = told[i] as Told;
      const entry: Entry = {
        partition,
        highWatermark: hasError ? NOTHING_TOLD : highWatermark,
        logStartOffset,
      };
      return [keyOf(partition, usesIds), entry];
    }));
    const session: Session = { id: this.#newId(), usesIds, epoch: 1, lastUsedMs: 0, entries };
    this.#touch(session);
    return { sessionId: session.id, included };
  }

  #hasRoom(): boolean {
    const { slots, bounds, clock } = this.#options;
    if (this.#sessions.size < this.#countMax) return true;
    const [oldest] = this.#sessions.values();
    if (oldest !== undefined && clock.monotonic() - oldest.lastUsedMs >= EVICTABLE_MS) {
      return this.#sessions.delete(oldest.id);
    }
    const key = "max.incremental.fetch.session.cache.slots";
    bounds.met(key, `No fetch session for a client, which fetches in full: ${key} is ${slots}`);
    return false;
  }

  /** The parts of all reactors make up the whole. */
  get #countMax(): number {
    const { slots, reactor, reactors } = this.#options;
    return Math.floor(slots / reactors) + (reactor < slots % reactors ? 1 : 0);
  }

  #newId(): number {
    const { random, reactor, reactors } = this.#options;
    for (;;) {
      const id = random.below(Math.floor(EPOCH_MAX / reactors)) * reactors + reactor;
      if (id > 0 && !this.#sessions.has(id)) return id;
    }
  }

  #touch(session: Session): void {
    session.lastUsedMs = this.#options.clock.monotonic();
    this.#sessions.delete(session.id);
    this.#sessions.set(session.id, session);
  }
}

/** The largest is followed by 1: 0 asks for a new session. */
export function epochAfter(epoch: number): number {
  return epoch === EPOCH_MAX ? 1 : epoch + 1;
}

/** Of a partition that has just come into the session: whatever it has is news. */
const UNTOLD = { highWatermark: NOTHING_TOLD, logStartOffset: NOTHING_TOLD };

/** Remembers what the client is told of a partition, and whether there is anything to tell. */
function tell({ entries, usesIds }: Session, partition: SessionPartition, told: Told): boolean {
  const key = keyOf(partition, usesIds);
  const entry = entries.get(key);
  if (entry === undefined) return true;
  const { hasRecords, hasError, isUrgent, highWatermark, logStartOffset } = told;
  const isNews = hasRecords || hasError || isUrgent || entry.highWatermark !== highWatermark ||
    entry.logStartOffset !== logStartOffset;
  if (hasRecords) entries.delete(key);
  // After an error the partition is told again, whatever it has.
  entries.set(key, {
    partition: entry.partition,
    highWatermark: hasError ? NOTHING_TOLD : highWatermark,
    logStartOffset,
  });
  return isNews;
}

function keyOf(
  { topic, topicId, partition }: Pick<SessionPartition, "topic" | "topicId" | "partition">,
  usesIds: boolean,
): string {
  return `${usesIds ? topicId : topic} ${partition}`;
}
