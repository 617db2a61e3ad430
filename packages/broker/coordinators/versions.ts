// What was decided and is not committed yet: for each end offset the state that counts as soon as
// everything below is committed, and the replies that leave then.

import type { Reply } from "./fold.ts";

interface Version<State, Body> {
  readonly endOffset: number;
  state: State;
  replies: Reply<Body>[];
}

export class Versions<State, Body> {
  #committed: State;
  /** In the order of their end offsets, which differ. */
  #waiting: Version<State, Body>[] = [];

  constructor(committed: State) {
    this.#committed = committed;
  }

  /** What others may see. */
  get committed(): State {
    return this.#committed;
  }

  /** The state after a decision; returns the replies that may leave at once. */
  take(
    endOffset: number,
    { state, replies }: { readonly state: State; readonly replies: readonly Reply<Body>[] },
    isAppended: boolean,
  ): readonly Reply<Body>[] {
    const last = this.#waiting.at(-1);
    if (isAppended) this.#waiting.push({ endOffset, state, replies: [...replies] });
    else if (last === undefined) {
      // Nothing is under way: what changed without a record is as good as committed.
      this.#committed = state;
      return replies;
    } else {
      last.state = state;
      last.replies.push(...replies);
    }
    return [];
  }

  /** Everything below is committed; returns the replies that may leave now. */
  commitTo(endOffset: number): Reply<Body>[] {
    const done = this.#waiting.filter((version) => version.endOffset <= endOffset);
    const last = done.at(-1);
    if (last === undefined) return [];
    this.#waiting = this.#waiting.slice(done.length);
    this.#committed = last.state;
    return done.flatMap(({ replies }) => replies);
  }

  /** Those who have waited too long are let go; what they asked for may still be committed. */
  giveUp(endOffset: number): number[] {
    const late = this.#waiting.filter((version) => version.endOffset <= endOffset);
    const calls = late.flatMap(({ replies }) => replies.map(({ call }) => call));
    for (const version of late) version.replies = [];
    return calls;
  }
}
