// A network in memory: the simulated driver of the port `Transport`. Bytes take time, arrive in
// pieces and in order; connections can be cut, and whole ways can be severed: then nothing breaks,
// and nothing arrives until they are mended.

import {
  type Address,
  addressText,
  type Clock,
  Fault,
  type Listening,
  type Random,
  type Socket,
  type Transport,
} from "@odradek/base";
import { type MemorySocket, socketPair } from "./memory_sockets.ts";

export interface SimulatedNetworkOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** One way. */
  readonly latencyMsMax?: number;
}

/** Writes that arrive in two pieces. */
const CUT_ONE_IN = 10;

interface Bound {
  readonly owner: string;
  readonly accept: (socket: Socket) => void;
}

interface Link {
  readonly owners: readonly [string, string];
  readonly sockets: readonly [MemorySocket, MemorySocket];
}

interface Held {
  readonly from: string;
  readonly to: string;
  readonly arrive: () => void;
}

/** Whether nothing gets through from one owner to another. */
export type Severed = (from: string, to: string) => boolean;

export class SimulatedNetwork {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #latencyMsMax: number;
  readonly #bound = new Map<string, Bound>();
  #links: Link[] = [];
  #isSevered: Severed = () => false;
  /** What has been on severed ways when it should have arrived, in order. */
  #held: Held[] = [];
  #nextPort = 40_000;

  constructor({ clock, random, latencyMsMax = 2 }: SimulatedNetworkOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#latencyMsMax = latencyMsMax;
  }

  /** The network as one process sees it; `owner` is who is cut off when that process dies. */
  transport(owner: string): Transport {
    return {
      listen: (address, accept) => Promise.resolve(this.#listen(owner, address, accept)),
      connect: (address, signal) => this.#connect(owner, address, signal),
    };
  }

  /** The process is gone: its listeners and connections with it. */
  drop(owner: string): void {
    for (const [key, bound] of this.#bound) {
      if (bound.owner === owner) this.#bound.delete(key);
    }
    this.cut((owners) => owners.includes(owner));
  }

  /** Ends all connections of which `isCut` holds. */
  cut(isCut: (owners: readonly [string, string]) => boolean): void {
    const cut = this.#links.filter((link) => isCut(link.owners));
    this.#links = this.#links.filter((link) => !cut.includes(link));
    const cause = new Fault("network", "The connection was cut");
    for (const { sockets } of cut) {
      for (const socket of sockets) socket.destroy(cause);
    }
  }

  /** Takes the place of what was severed before; what may pass by that, arrives now. */
  sever(isSevered: Severed): void {
    this.#isSevered = isSevered;
    const held = this.#held;
    this.#held = [];
    for (const one of held) this.#pass(one);
  }

  #pass(one: Held): void {
    if (this.#isSevered(one.from, one.to)) this.#held.push(one);
    else one.arrive();
  }

  #listen(
    owner: string,
    asked: Address,
    accept: (socket: Socket) => void,
  ): Listening {
    const address = asked.port === 0 ? { ...asked, port: this.#nextPort++ } : asked;
    const key = addressText(address);
    if (this.#bound.has(key)) {
      throw new Fault("in use", `Cannot listen on ${key}: the port is in use`);
    }
    this.#bound.set(key, { owner, accept });
    return {
      address,
      close: () => Promise.resolve(void this.#bound.delete(key)),
    };
  }

  async #connect(owner: string, address: Address, signal?: AbortSignal): Promise<Socket> {
    await new Promise<void>((resolve) => this.#clock.schedule(this.#latency(), resolve));
    const asked = this.#listening(address);
    if (this.#isSevered(owner, asked.owner) || this.#isSevered(asked.owner, owner)) {
      await this.#reached({ owner, to: asked.owner, address }, signal);
    }
    // Whoever listens there by now: another process, maybe, or nobody.
    const { owner: to, accept } = this.#listening(address);
    const from = { host: "10.0.0.1", port: this.#nextPort++ };
    const [near, far] = socketPair({
      addresses: [from, address],
      deliver: [this.#inOrder(owner, to), this.#inOrder(to, owner)],
      cutAt: (length) => this.#random.below(CUT_ONE_IN) > 0 ? length : this.#random.below(length),
    });
    this.#links = this.#links.filter(({ sockets }) => !sockets.every((socket) => socket.isEnded));
    this.#links.push({ owners: [owner, to], sockets: [near, far] });
    accept(far);
    return near;
  }

  #listening(address: Address): Bound {
    const bound = this.#bound.get(addressText(address));
    if (bound !== undefined) return bound;
    throw new Fault("network", `Cannot connect to ${addressText(address)}: refused`);
  }

  /** Nobody answers: as long as the way is severed, or until it is given up. */
  #reached(
    { owner, to, address }: { owner: string; to: string; address: Address },
    signal: AbortSignal | undefined,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => {
        reject(new Fault("network", `Connecting to ${addressText(address)} was given up`));
      }, { once: true });
      const back = { from: to, to: owner, arrive: resolve };
      this.#pass({ from: owner, to, arrive: () => this.#pass(back) });
    });
  }

  /** Each arrival later than the one before it. */
  #inOrder(from: string, to: string): (arrive: () => void) => void {
    let lastMs = 0;
    return (arrive) => {
      const now = this.#clock.monotonic();
      lastMs = Math.max(lastMs, now + this.#latency());
      this.#clock.schedule(lastMs - now, () => this.#pass({ from, to, arrive }));
    };
  }

  #latency(): number {
    return this.#random.below(
      Math.max(1, Math.floor(this.#latencyMsMax * 1000)),
    ) / 1000;
  }
}
