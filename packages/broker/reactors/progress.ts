// What the threads of a broker must know of each other: how far each reactor has applied the
// metadata, and which registration counts. In memory that all of them share.

const NEVER = -1n;

export class MetadataProgress {
  /** Handed to the other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #offsets: BigInt64Array<SharedArrayBuffer>;

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
    Atomics.notify(this.#offsets, reactor);
  }

  /** Resolves when all reactors have applied everything below an offset. */
  async until(endOffset: number): Promise<void> {
    for (let i = 0; i < this.#offsets.length; i++) {
      for (;;) {
        const applied = Atomics.load(this.#offsets, i);
        if (applied >= BigInt(endOffset)) break;
        await Atomics.waitAsync(this.#offsets, i, applied).value;
      }
    }
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

/** The epoch of the broker's registration, for all its threads; -1: it has none yet. */
export class BrokerEpoch {
  readonly memory: SharedArrayBuffer;
  readonly #epoch: BigInt64Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#epoch = new BigInt64Array(memory);
  }

  static none(): BrokerEpoch {
    const epoch = new BrokerEpoch(new SharedArrayBuffer(8));
    epoch.value = -1;
    return epoch;
  }

  get value(): number {
    return Number(Atomics.load(this.#epoch, 0));
  }

  set value(epoch: number) {
    Atomics.store(this.#epoch, 0, BigInt(epoch));
  }
}
