// The worker threads of a node before they are anything: each loads the modules of its host, and
// waits for what it is to work with. That takes as long as everything else that a start does, so it
// begins first, beside the reading of the configuration. Whoever begins must load little itself.

import { type ResourceLimits, type Transferable, Worker } from "node:worker_threads";
import { moduleBeside } from "@odradek/base/jobs";

/** Packages that have a host: a module `main` beside the one that they export. */
export type HostPackage = "broker" | "controller";

/**
 * Of V8. A young generation as large as V8 lets it grow is collected in pauses of several ms while
 * much is made that stays, as when a coordinator loads: a small one is in less than one each.
 */
export function threadLimits(host: HostPackage): ResourceLimits {
  return host === "broker" ? { maxYoungGenerationSizeMb: YOUNG_MB } : {};
}

const YOUNG_MB = 6;

/** What a thread is given. */
export interface Start {
  readonly data: object;
  readonly ports: readonly Transferable[];
}

export class Hosts {
  readonly #waiting = new Map<string, Worker>();
  readonly #working = new Map<string, Worker>();

  /** Those that every node has; if one fails before it has work, so does the process. */
  static begin(): Hosts {
    const hosts = new Hosts();
    hosts.#load("controller", "quorum");
    hosts.#load("broker", "reactor-0");
    return hosts;
  }

  /** Gives a thread its work; one that nobody has thought of is begun now. */
  give(host: HostPackage, thread: string, { data, ports }: Start): Worker {
    const worker = this.#waiting.get(thread) ?? this.#load(host, thread);
    this.#waiting.delete(thread);
    this.#working.set(thread, worker);
    worker.postMessage(data, [...ports]);
    return worker;
  }

  /** That was given work. */
  worker(thread: string): Worker | undefined {
    return this.#working.get(thread);
  }

  /**
   * Lets those go that have no work yet. A process must not exit before: what is native in them may
   * be half loaded, and brings it down.
   */
  async dismiss(): Promise<void> {
    const ends = [...this.#waiting.values()].map((worker) => {
      const end = new Promise((resolve) => worker.once("exit", resolve));
      worker.postMessage(null);
      return end;
    });
    this.#waiting.clear();
    await Promise.all(ends);
  }

  async end(): Promise<void> {
    await Promise.all([...this.#working.values()].map((worker) => worker.terminate()));
  }

  #load(host: HostPackage, thread: string): Worker {
    const module = moduleBeside(import.meta.resolve(`@odradek/${host}`), "main");
    const worker = new Worker(module, { name: thread, resourceLimits: threadLimits(host) });
    this.#waiting.set(thread, worker);
    return worker;
  }
}
