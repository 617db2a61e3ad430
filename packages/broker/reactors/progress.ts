// What the threads of a broker must know of each other: how far each reactor has applied the
// metadata, and which registration counts. In memory that all of them share.

const NEVER = -1n;

export class MetadataProgress {
  /** Handed to the other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #applied: BigInt64Array<SharedArrayBuffer>;
  readonly #dropped: BigInt64Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    const half = memory.byteLength / 2;
    const reactors = half / BigInt64Array.BYTES_PER_ELEMENT;
    this.#applied = new BigInt64Array(memory, 0, reactors);
    this.#dropped = new BigInt64Array(memory, half, reactors);
  }

  /** Of so many reactors, none of which has applied anything. */
  static of(reactors: number): MetadataProgress {
    const bytes = 2 * reactors * BigInt64Array.BYTES_PER_ELEMENT;
    const progress = new MetadataProgress(new SharedArrayBuffer(bytes));
    progress.#applied.fill(NEVER);
    progress.#dropped.fill(NEVER);
    return progress;
  }

  applied(reactor: number, endOffset: number): void {
    publish(this.#applied, reactor, endOffset);
  }

  /** What is deleted below an offset has left its directory; what is new may not be there yet. */
  dropped(reactor: number, endOffset: number): void {
    publish(this.#dropped, reactor, endOffset);
  }

  /** Resolves when all reactors have applied everything below an offset. */
  until(endOffset: number): Promise<void> {
    return allReach(this.#applied, endOffset);
  }

  /** Resolves when all of them have dropped what is deleted below it. */
  untilDropped(endOffset: number): Promise<void> {
    return allReach(this.#dropped, endOffset);
  }

  /** What all of them have applied; -1: one has not begun. */
  get lowest(): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.#applied.length; i++) {
      lowest = Math.min(lowest, Number(Atomics.load(this.#applied, i)));
    }
    return lowest;
  }
}

type Offsets = BigInt64Array<SharedArrayBuffer>;

function publish(offsets: Offsets, reactor: number, endOffset: number): void {
  Atomics.store(offsets, reactor, BigInt(endOffset));
  Atomics.notify(offsets, reactor);
}

async function allReach(offsets: Offsets, endOffset: number): Promise<void> {
  for (let i = 0; i < offsets.length; i++) {
    for (;;) {
      const reached = Atomics.load(offsets, i);
      if (reached >= BigInt(endOffset)) break;
      await Atomics.waitAsync(offsets, i, reached).value;
    }
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
