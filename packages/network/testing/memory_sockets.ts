// Two sockets of one thread that are connected to each other: what the threads of a node have
// between them, for simulations and tests. Bytes arrive in a later turn, in order.

import type { Address, Lease, Receiver, Socket } from "@odradek/base";

const HERE: Address = { host: "local", port: 0 };

export interface PairOptions {
  readonly addresses?: readonly [Address, Address];
  /** When the bytes, or the end, of a side arrive at the other; a microtask later if absent. */
  readonly deliver?: (arrive: () => void) => void;
}

export function socketPair(
  options: PairOptions = {},
): [MemorySocket, MemorySocket] {
  const [first, second] = options.addresses ?? [HERE, HERE];
  const deliver = options.deliver ?? queueMicrotask;
  const a = new MemorySocket(first, second, deliver);
  const b = new MemorySocket(second, first, deliver);
  a.other = b;
  b.other = a;
  return [a, b];
}

export class MemorySocket implements Socket {
  readonly local: Address;
  readonly remote: Address;
  readonly pendingBytes = 0;
  readonly #deliver: (arrive: () => void) => void;
  other: MemorySocket | undefined;
  #receiver: Receiver | undefined;
  isPaused = false;
  #isEnded = false;
  readonly #arrived: (() => void)[] = [];

  constructor(
    local: Address,
    remote: Address,
    deliver: (arrive: () => void) => void,
  ) {
    this.local = local;
    this.remote = remote;
    this.#deliver = deliver;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  receive(receiver: Receiver): void {
    this.#receiver = receiver;
    this.#hand();
  }

  write(parts: readonly Uint8Array[], leases: readonly Lease[] = []): boolean {
    const pieces = parts.map((part) => part.slice());
    for (const lease of leases) lease.release();
    if (this.#isEnded) return true;
    this.#deliver(() => {
      for (const piece of pieces) {
        this.other?.arrive((to) => to.received(piece));
      }
    });
    return true;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.#hand();
  }

  close(): void {
    this.#end(undefined);
  }

  destroy(cause?: Error): void {
    this.#end(cause);
  }

  /** Something has come from the other side. */
  arrive(hand: (receiver: Receiver) => void): void {
    if (this.#isEnded) return;
    this.#arrived.push(() => {
      if (this.#receiver !== undefined && !this.#isEnded) hand(this.#receiver);
    });
    this.#hand();
  }

  #hand(): void {
    while (!this.isPaused && this.#receiver !== undefined) {
      const next = this.#arrived.shift();
      if (next === undefined) return;
      next();
    }
  }

  /** Both sides learn of it: this one in a turn of its own, the other after what was sent. */
  #end(cause: Error | undefined): void {
    if (this.#isEnded) return;
    this.#deliver(() => this.other?.endFromAfar());
    queueMicrotask(() => this.#endHere(cause));
  }

  endFromAfar(): void {
    this.#arrived.push(() => this.#endHere(undefined));
    this.#hand();
  }

  #endHere(cause: Error | undefined): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#receiver?.ended(cause);
  }
}
