// From whom a partition is fetched: its leader, or a replica in the consumer's rack that the leader
// has named instead (KIP-392). When that one fails, the leader is asked, and for a while it is not
// told the rack: it would name the same one again as long as it does not know better.

export interface NearTimes {
  /** How long a named replica is asked before the leader is again. */
  readonly preferredMs: number;
  /** How long the leader is asked after a named replica has failed. */
  readonly avoidedMs: number;
}

export const NEAR_TIMES: NearTimes = { preferredMs: 300_000, avoidedMs: 5_000 };

export class NearReplica {
  readonly #times: NearTimes;
  #node: number | undefined;
  #untilMs = 0;
  #avoidedUntilMs = 0;

  constructor(times: NearTimes = NEAR_TIMES) {
    this.#times = times;
  }

  /** Undefined: the leader. */
  at(nowMs: number): number | undefined {
    if (nowMs >= this.#untilMs) this.#node = undefined;
    return this.#node;
  }

  /** Whether the leader may be told the rack. */
  isWanted(nowMs: number): boolean {
    return nowMs >= this.#avoidedUntilMs;
  }

  /** By the leader. */
  named(node: number, nowMs: number): void {
    this.#node = node;
    this.#untilMs = nowMs + this.#times.preferredMs;
  }

  /** Whether it was this one that was asked: then the leader can be asked at once. */
  failed(nowMs: number): boolean {
    if (this.#node === undefined) return false;
    this.#node = undefined;
    this.#avoidedUntilMs = nowMs + this.#times.avoidedMs;
    return true;
  }
}
