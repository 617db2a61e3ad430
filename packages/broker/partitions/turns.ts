// Who writes to a partition's log next: what must wait for a new segment, a truncation or the like
// waits in the order in which it came, and what need not wait costs no promise.

export class Turns {
  /** What came last of what waits, until it is done. */
  #last: Promise<unknown> | undefined;

  /** Whether what comes now has to wait. */
  get isTaken(): boolean {
    return this.#last !== undefined;
  }

  /** Does the work when its turn comes; what comes later waits for it, whatever becomes of it. */
  take<T>(work: () => Promise<T>): Promise<T> {
    return this.hold(this.#last === undefined ? work() : this.#last.then(work, work));
  }

  /** What comes later waits for this, which has its turn. */
  hold<T>(work: Promise<T>): Promise<T> {
    this.#last = work;
    const done = (): void => {
      if (this.#last === work) this.#last = undefined;
    };
    work.then(done, done);
    return work;
  }
}
