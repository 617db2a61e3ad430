// Fetch sessions over all reactors: a session stays with the reactor that made it, and a client may
// go on with it over a connection of another one.

import type { Refused } from "../partitions/refused.ts";
import type { MaybePromise } from "../partitions/service.ts";
import type {
  FetchSessions,
  OpenedFetch,
  SessionAnswer,
  SessionRequest,
  Told,
} from "./fetch_sessions.ts";

export class RoutedSessions implements FetchSessions {
  readonly #caches: readonly FetchSessions[];
  readonly #own: number;

  /** One for each reactor, by its number; `own` is this one's. */
  constructor(caches: readonly FetchSessions[], own: number) {
    this.#caches = caches;
    this.#own = own;
  }

  open(request: SessionRequest): MaybePromise<OpenedFetch | Refused> {
    return this.#cacheOf(request.sessionId).open(request);
  }

  answer(
    opened: OpenedFetch,
    told: readonly Told[],
    usesIds: boolean,
  ): MaybePromise<SessionAnswer> {
    return this.#cacheOf(opened.sessionId).answer(opened, told, usesIds);
  }

  /** New sessions, and ids that nobody can have given out, are this reactor's. */
  #cacheOf(sessionId: number): FetchSessions {
    const owner = sessionId > 0 ? sessionId % this.#caches.length : this.#own;
    return this.#caches[owner] as FetchSessions;
  }
}
