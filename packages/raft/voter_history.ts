// Who votes, by the records of the log that say so (KIP-853). The newest counts, committed or not:
// so that two leaders never need majorities of voter sets that share nobody, the next one may only
// be written once it is committed. A log that is cut back gives up what it said.

import { assert, type Offset } from "@odradek/base";
import type { VoterSet } from "./voters.ts";

/** A VotersRecord; without offset: who votes from the start on, as configured or in a snapshot. */
export interface VotersAt {
  readonly offset: Offset | undefined;
  readonly voters: VoterSet;
}

/** Immutable; never empty. */
export class VoterHistory {
  readonly #sets: readonly VotersAt[];

  constructor(sets: readonly VotersAt[]) {
    assert(sets.length > 0, "A history of voters begins with somebody, be it nobody");
    this.#sets = sets;
  }

  static of(voters: VoterSet): VoterHistory {
    return new VoterHistory([{ offset: undefined, voters }]);
  }

  get latest(): VoterSet {
    return this.#newest.voters;
  }

  /** Of the newest record; undefined: there is none. */
  get latestOffset(): Offset | undefined {
    return this.#newest.offset;
  }

  append(set: VotersAt): VoterHistory {
    return new VoterHistory([...this.#sets, set]);
  }

  /** Of a log that ends here. */
  truncate(endOffset: Offset): VoterHistory {
    const left = this.#sets.filter(({ offset }) => offset === undefined || offset < endOffset);
    return left.length === this.#sets.length ? this : new VoterHistory(left);
  }

  /** What came before the newest that is committed is of no more use. */
  committed(highWatermark: Offset): VoterHistory {
    const newest = this.#sets.findLastIndex(({ offset }) => (offset ?? -1) < highWatermark);
    return newest <= 0 ? this : new VoterHistory(this.#sets.slice(newest));
  }

  get #newest(): VotersAt {
    const newest = this.#sets.at(-1);
    assert(newest !== undefined, "A history of voters is never empty");
    return newest;
  }
}
