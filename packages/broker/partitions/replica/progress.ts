// What a leader knows of a follower, from its fetches alone: to fetch from an offset is to say that
// everything below it is there. Pure.

export interface Progress {
  /** The follower has everything below; -1: it has not fetched from this leader yet. */
  readonly endOffset: number;
  /** Where its log starts. */
  readonly startOffset: number;
  /** With which it fetched last (KIP-903); -1: it did not say. */
  readonly brokerEpoch: number;
  /** When it fetched last; monotonic ms. */
  readonly fetchedMs: number;
  /** The leader's end at that fetch. */
  readonly leaderEndOffset: number;
  /** When it had everything that was there, as far as can be told; monotonic ms. */
  readonly caughtUpMs: number;
}

export interface FollowerFetch {
  readonly offset: number;
  readonly startOffset: number;
  readonly brokerEpoch: number;
  readonly nowMs: number;
  /** The leader's own, now. */
  readonly leaderEndOffset: number;
}

/** Before the first fetch: who is in sync gets the time to show that it still is. */
export function firstProgress(isInSync: boolean, nowMs: number): Progress {
  return {
    endOffset: -1,
    startOffset: 0,
    brokerEpoch: -1,
    fetchedMs: Number.NEGATIVE_INFINITY,
    leaderEndOffset: Number.POSITIVE_INFINITY,
    caughtUpMs: isInSync ? nowMs : Number.NEGATIVE_INFINITY,
  };
}

/**
 * Who has now what was there at its fetch before was caught up then: under steady writes no
 * follower ever has everything.
 */
export function progressAfter(before: Progress, fetch: FollowerFetch): Progress {
  const { offset, startOffset, brokerEpoch, nowMs, leaderEndOffset } = fetch;
  // What it had before it was started again says nothing of what it lacks now.
  const isNewLife = before.brokerEpoch >= 0 && brokerEpoch !== before.brokerEpoch;
  let caughtUpMs = isNewLife ? Number.NEGATIVE_INFINITY : before.caughtUpMs;
  if (offset >= leaderEndOffset) caughtUpMs = nowMs;
  else if (!isNewLife && offset >= before.leaderEndOffset) {
    caughtUpMs = Math.max(caughtUpMs, before.fetchedMs);
  }
  const fetchedMs = nowMs;
  return { endOffset: offset, startOffset, brokerEpoch, fetchedMs, leaderEndOffset, caughtUpMs };
}

/** Whether it has been behind for too long to count as in sync. */
export function isLagging(
  { endOffset, caughtUpMs }: Progress,
  { nowMs, lagMsMax, leaderEndOffset }: {
    readonly nowMs: number;
    readonly lagMsMax: number;
    readonly leaderEndOffset: number;
  },
): boolean {
  return endOffset !== leaderEndOffset && nowMs - caughtUpMs > lagMsMax;
}
