// Two sockets of one thread that are connected to each other: what the threads of a node have
// between them, for simulations and tests. Bytes arrive in a later turn, in order.

import type { Address, Lease, Receiver, Socket } from "@odradek/base";

/** What nobody should see. */
const SPOILT = 0xdb;

const HERE: Address = { host: "local", port: 0 };

export type Deliver = (arrive: () => void) => void;

export interface PairOptions {
  readonly addresses?: readonly [Address, Address];
  /** When the bytes, or the end, of a side arrive at the other; a microtask later if absent. */
  readonly deliver?: Deliver | readonly [fromFirst: Deliver, fromSecond: Deliver];
  /** Where a write of so many bytes is cut into two that arrive one by one; nowhere if absent. */
  readonly cutAt?: (length: number) => number;
}

export function socketPair(
  options: PairOptions = {},
): [MemorySocket, MemorySocket] {
  const [first, second] = options.addresses ?? [HERE, HERE];
  const { deliver = queueMicrotask, cutAt = (length) => length } = options;
  const [fromFirst, fromSecond] = typeof deliver === "function" ? [deliver, deliver] : deliver;
  const a = new MemorySocket([first, second], fromFirst, cutAt);
  const b = new MemorySocket([second, first], fromSecond, cutAt);
  a.other = b;
  b.other = a;
  return [a, b];
}

export class MemorySocket implements Socket {
  readonly local: Address;
  readonly remote: Address;
  readonly pendingBytes = 0;
  readonly #deliver: (arrive: () => void) => void;
  readonly #cutAt: (length: number) => number;
  other: MemorySocket | undefined;
  #receiver: Receiver | undefined;
  isPaused = false;
  #isEnded = false;
  readonly #arrived: (() => void)[] = [];

  constructor(
    [local, remote]: readonly [Address, Address],
    deliver: (arrive: () => void) => void,
    cutAt: (length: number) => number,
  ) {
    this.local = local;
    this.remote = remote;
    this.#deliver = deliver;
    this.#cutAt = cutAt;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  receive(receiver: Receiver): void {
    this.#receiver = receiver;
    this.#hand();
  }

  write(parts: readonly Uint8Array[], leases: readonly Lease[] = []): boolean {
    const bytes = joined(parts);
    for (const lease of leases) lease.release();
    if (this.#isEnded) return true;
    const cut = this.#cutAt(bytes.length);
    this.#deliver(() => {
      for (const piece of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
        if (piece.length > 0) this.other?.arrive((to) => hand(piece, to));
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

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Afterwards they are as good as gone, like those in the shared buffer of a real socket. */
function hand(bytes: Uint8Array, to: Receiver): void {
  to.received(bytes);
  bytes.fill(SPOILT);
}
