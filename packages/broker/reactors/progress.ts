// How far the reactors of a node have applied the metadata: in memory that all its threads share.

const NEVER = -1n;

export class MetadataProgress {
  /** Handed to the other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #offsets: BigInt64Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#offsets = new BigInt64Array(memory);
  }

  /** Of so many reactors, none of which has applied anything. */
  static of(reactors: number): MetadataProgress {
    const progress = new MetadataProgress(new SharedArrayBuffer(reactors * 8));
    progress.#offsets.fill(NEVER);
    return progress;
  }

  applied(reactor: number, endOffset: number): void {
    Atomics.store(this.#offsets, reactor, BigInt(endOffset));
  }

  /** What all of them have applied; -1: one has not begun. */
  get lowest(): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.#offsets.length; i++) {
      lowest = Math.min(lowest, Number(Atomics.load(this.#offsets, i)));
    }
    return lowest;
  }
}
