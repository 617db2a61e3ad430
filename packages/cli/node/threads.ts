// The threads of a node: the quorum's, one for each reactor, and the ports between them.

import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { CheckpointEntry, ReactorHandle } from "@odradek/broker";
import type { FeedMessage, ReactorThreadOptions } from "@odradek/broker/main";
import type { QuorumThreadOptions } from "@odradek/controller/main";
import {
  type LoggingOptions,
  type PortCalls,
  portCalls,
  type ThreadCounters,
} from "@odradek/network";
import type { HostPackage, Hosts, Start } from "./hosts.ts";

type Shared = Pick<ReactorThreadOptions, "progress" | "brokerEpoch" | "bounds">;
/** What each reactor has for itself. */
type Own = "index" | "links" | "controller" | "feed" | "fed" | "logging" | "counters";

export interface ThreadsOptions {
  readonly hosts: Hosts;
  /** 0: it is no broker. */
  readonly reactors: number;
  readonly quorum: Omit<
    QuorumThreadOptions,
    "local" | "followers" | "fed" | "logging" | "counters"
  >;
  readonly reactor: Omit<ReactorThreadOptions, keyof Shared | Own>;
  /** What the main thread and all reactors see. */
  readonly shared: Shared;
  /** Of each thread by its name. */
  readonly counters: ReadonlyMap<string, ThreadCounters>;
  readonly logging: Omit<LoggingOptions, "thread">;
  /** A thread has died: so has the node. */
  readonly died: (thread: string, cause: unknown) => void;
  /** Asked by reactors that make a replica: see `Broker.forget`. */
  readonly forget: (entry: CheckpointEntry) => Promise<void>;
}

export interface Threads {
  readonly quorum: { start(): Promise<void>; stop(): Promise<void> };
  readonly reactors: readonly ReactorHandle[];
  /** This thread's own connection to the controller. */
  readonly controller: MessagePort;
  /** Hands committed metadata to `follow` from now on. */
  follow(follow: (message: FeedMessage) => void): void;
  /** Ends all threads, after they were stopped. */
  end(): Promise<void>;
}

/** Of the main thread and those that it starts. */
export function threadNames(reactors: number): string[] {
  return ["main", "quorum", ...Array.from({ length: reactors }, (_, i) => `reactor-${i}`)];
}

export function startThreads(options: ThreadsOptions): Threads {
  const { reactors: count } = options;
  // Without a broker nobody takes what would be sent. Of each pair, the first is the reactor's or
  // this thread's, the second the quorum's.
  const length = count === 0 ? 0 : count + 1;
  const ways = Array.from({ length }, () => new MessageChannel());
  const feeds = Array.from({ length }, () => new MessageChannel());
  const links = linkPairs(count);
  const fed = new SharedArrayBuffer(8);
  const workers = new Workers(options);
  const local = ways.map(({ port2 }) => port2);
  const followers = feeds.map(({ port2 }) => port2);
  const quorum = workers.start("controller", "quorum", {
    data: { ...options.quorum, local, followers, fed },
    ports: [...local, ...followers],
  });
  const reactors = Array.from({ length: count }, (_, index) => {
    const own = links[index] ?? [];
    const [controller, feed] = [ways[index]?.port1, feeds[index]?.port1] as MessagePort[];
    const data = {
      ...options.reactor,
      ...options.shared,
      index,
      links: own,
      controller,
      feed,
      fed,
    };
    const ports = [...own, controller, feed].filter((port) => port !== null) as MessagePort[];
    const calls = workers.start("broker", `reactor-${index}`, { data, ports });
    return reactorHandle(calls, () => workers.stop(calls));
  });
  return {
    quorum: { start: () => quorum.ask("start"), stop: () => workers.stop(quorum) },
    reactors,
    controller: ways[count]?.port1 as MessagePort,
    follow: (follow) => void feeds[count]?.port1.on("message", follow),
    end: async () => {
      for (const { port1 } of [...ways, ...feeds]) port1.close();
      await options.hosts.end();
    },
  };
}

type WorkersOptions = Pick<ThreadsOptions, "hosts" | "logging" | "counters" | "died" | "forget">;

/** The worker threads: one that ends unasked has died. */
class Workers {
  readonly #options: WorkersOptions;
  /** Set by the first stop: from then on threads may end by themselves. */
  #isEnding = false;

  constructor(options: WorkersOptions) {
    this.#options = options;
  }

  start(host: HostPackage, thread: string, { data, ports }: Start): PortCalls {
    const { hosts, logging, died, forget } = this.#options;
    const counters = this.#options.counters.get(thread)?.memory;
    const worker = hosts.give(host, thread, {
      data: { ...data, counters, logging: { ...logging, thread } },
      ports,
    });
    worker.on("error", (error) => died(thread, error));
    worker.on("exit", (code) => {
      if (!this.#isEnding) died(thread, `it has ended with status ${code}`);
    });
    return portCalls(worker, { forget });
  }

  stop(calls: PortCalls): Promise<void> {
    this.#isEnding = true;
    return calls.ask("stop");
  }
}

/** For each reactor its ports to all others, by number. */
function linkPairs(count: number): (MessagePort | null)[][] {
  const links = Array.from(
    { length: count },
    () => Array.from({ length: count }, (): MessagePort | null => null),
  );
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      const { port1, port2 } = new MessageChannel();
      (links[i] as (MessagePort | null)[])[j] = port1;
      (links[j] as (MessagePort | null)[])[i] = port2;
    }
  }
  return links;
}

function reactorHandle(calls: PortCalls, stop: () => Promise<void>): ReactorHandle {
  return {
    listen: (places) => calls.ask("listen", places),
    checkpoints: () => calls.ask("checkpoints"),
    checkpointMark: () => calls.ask("checkpointMark"),
    stopListening: () => calls.ask("stopListening"),
    stop,
  };
}
