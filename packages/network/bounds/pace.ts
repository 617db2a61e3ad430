// So many a second and no more, with a second's worth at once after a rest: when the next may come.
// (The generic cell rate algorithm, ITU-T I.371.)

const SECOND_MS = 1000;

export class Pace {
  /** When all that came would have come at the rate. */
  #dueMs = Number.NEGATIVE_INFINITY;

  /** How long the next has to wait, in ms. */
  waitMs(nowMs: number, perSecond: number): number {
    if (perSecond <= 0) return SECOND_MS;
    const burstMs = Math.max(0, SECOND_MS - SECOND_MS / perSecond);
    return Math.max(0, this.#dueMs - burstMs - nowMs);
  }

  took(nowMs: number, perSecond: number): void {
    this.#dueMs = Math.max(this.#dueMs, nowMs) + SECOND_MS / perSecond;
  }
}
