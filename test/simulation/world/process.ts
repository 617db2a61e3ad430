// One process on a simulated machine, from its start to its end. Its ports are those of the world,
// but only while it lives: afterwards its timers do not fire, its files do not answer, and nobody
// hears from it. What its code still has to do in the turn in which it ends has no effect.

import type { Address, Clock, Files, Random, Socket, Timer, Transport } from "@odradek/base";
import type { World } from "./world.ts";

export interface ProcessOptions {
  readonly world: World;
  /** Unique: who is cut off when the process ends. */
  readonly name: string;
  readonly files: Files;
  readonly random: Random;
  /** Of the machine's wall clock to the world's. */
  readonly wallOffsetMs: () => number;
}

export class Process {
  readonly name: string;
  readonly clock: Clock;
  readonly files: Files;
  readonly random: Random;
  readonly transport: Transport;
  readonly #world: World;
  readonly #timers = new Set<Timer>();
  #isAlive = true;
  /** Due while it is paused, in order; undefined: it is not. */
  #held: (() => void)[] | undefined;

  constructor({ world, name, files, random, wallOffsetMs }: ProcessOptions) {
    this.#world = world;
    this.name = name;
    this.files = files;
    this.random = random;
    this.clock = {
      now: () => world.clock.now() + wallOffsetMs(),
      monotonic: () => world.clock.monotonic(),
      soon: (task) => void this.#schedule(0, task),
      schedule: (ms, task) => this.#schedule(ms, task),
    };
    const transport = world.network.transport(name);
    this.transport = {
      listen: (address, accept) => this.#isAlive ? transport.listen(address, accept) : never(),
      connect: (address, signal) => this.#connect(transport, address, signal),
    };
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  end(): void {
    this.#isAlive = false;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#world.network.drop(this.name);
  }

  /** As by SIGSTOP: time passes, and nothing happens. What others send it is for the network. */
  pause(): void {
    this.#held ??= [];
  }

  /** As by SIGCONT. */
  goOn(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const task of held) this.#world.clock.schedule(0, () => this.#isAlive && task());
  }

  /** Hands things over in their order, each at most `msMax` later: as ports between threads do. */
  crossing(msMax: number): (arrive: () => void) => void {
    let lastMs = 0;
    return (arrive) => {
      const now = this.clock.monotonic();
      lastMs = Math.max(lastMs, now + this.random.below(msMax * 1000) / 1000);
      this.clock.schedule(lastMs - now, arrive);
    };
  }

  #schedule(ms: number, task: () => void): Timer {
    if (!this.#isAlive) return { cancel: () => undefined };
    const inner = this.#world.clock.schedule(ms, () => {
      this.#timers.delete(timer);
      if (this.#held === undefined) task();
      else this.#held.push(() => isCancelled || task());
    });
    let isCancelled = false;
    const timer = {
      cancel: () => {
        isCancelled = true;
        this.#timers.delete(timer);
        inner.cancel();
      },
    };
    this.#timers.add(timer);
    return timer;
  }

  async #connect(transport: Transport, address: Address, signal?: AbortSignal): Promise<Socket> {
    const socket = await transport.connect(address, signal);
    if (this.#isAlive) return socket;
    socket.destroy();
    return await never();
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
