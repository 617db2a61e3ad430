// The host of one reactor: a worker thread that has nothing else to do. The node's main thread
// starts it and hands it its ports.

import { type MessagePort, parentPort } from "node:worker_threads";
import { assert, type Bug, systemClock, systemRandom, type Uuid } from "@odradek/base";
import { bulkShare, diskFiles } from "@odradek/log/disk/files";
import { ForeignWindows } from "@odradek/log/disk/foreign_windows";
import { trimMemory } from "@odradek/log/native/trim";
import type { MetadataSnapshot } from "@odradek/metadata";
import { type NodeConfigSources, readNodeConfig } from "@odradek/metadata/configs/mod";
import {
  collectAtRest,
  createLogger,
  type LoggingOptions,
  LogLevels,
  lookupAddress,
  NodeBounds,
  portCalls,
  portConnector,
  startPulse,
  tcpTransport,
  ThreadCounters,
} from "@odradek/network";
import type { LogDirectory } from "./partitions/log_directories.ts";
import { ReactorLink } from "./reactors/calls.ts";
import { pooledJobs } from "./reactors/jobs.ts";
import { BrokerEpoch, MetadataProgress } from "./reactors/progress.ts";
import type { ListenerPlace } from "./reactors/listeners.ts";
import { Reactor } from "./reactors/reactor.ts";

/** What the main thread hands to a reactor's. */
export interface ReactorThreadOptions {
  readonly index: number;
  readonly sources: NodeConfigSources;
  readonly clusterId: string;
  readonly incarnationId: Uuid;
  readonly directories: readonly LogDirectory[];
  readonly progress: SharedArrayBuffer;
  readonly brokerEpoch: SharedArrayBuffer;
  /** Files that it may have open. */
  readonly descriptorsMax: number;
  /** `NodeBounds` of the node. */
  readonly bounds: SharedArrayBuffer;
  readonly logging: LoggingOptions;
  /** `ThreadCounters` of this thread. */
  readonly counters: SharedArrayBuffer;
  /** To the other reactors, by number; its own place is null. */
  readonly links: readonly (MessagePort | null)[];
  readonly controller: MessagePort;
  /** Committed metadata comes in by it. */
  readonly feed: MessagePort;
  /** One int64: everything below this offset has been sent to the feed. */
  readonly fed: SharedArrayBuffer;
}

/** Committed batches of the metadata log, or all before them, as they cross threads. */
export type FeedMessage =
  | { readonly bytes: Uint8Array; readonly endOffset: number }
  | { readonly snapshot: MetadataSnapshot };

function host(data: ReactorThreadOptions): void {
  const { index, directories, clusterId } = data;
  const { node } = readNodeConfig(data.sources);
  const windows = new ForeignWindows();
  const links = data.links.map((port) =>
    port === null ? undefined : new ReactorLink(port, windows)
  );
  const others = links.filter((link) => link !== undefined);
  const clock = systemClock;
  const counters = new ThreadCounters(data.counters);
  const connectController = portConnector(data.controller);
  const jobs = pooledJobs({ threadsMax: node.config.value("num.recovery.threads.per.data.dir") });
  const reactor = new Reactor({
    index,
    neighbours: links,
    node,
    clusterId,
    incarnationId: data.incarnationId,
    directories,
    files: filesOf(data, others),
    clock,
    random: systemRandom,
    jobs,
    transport: tcpTransport(),
    lookup: lookupAddress,
    logger: createLogger(data.logging),
    loggers: new LogLevels(data.logging.levels),
    connectController: () => Promise.resolve(connectController()),
    forget: (entry) => main.ask("forget", entry),
    fatal,
    counters,
    ...sharedWithAll(data),
  });
  data.feed.on("message", (message: FeedMessage) => feed(reactor, message));
  assert(parentPort !== null, "A reactor's host runs on a thread of its own");
  const rest = collectAtRest({ clock, trim: trimMemory });
  const pulse = startPulse(clock, counters);
  const main = portCalls(parentPort, {
    listen: (places: readonly ListenerPlace[]) => reactor.listen(places),
    checkpoints: () => directories.map((directory) => reactor.checkpoints(directory)),
    checkpointMark: () => reactor.checkpointMark(),
    stopListening: () => reactor.stopListening(),
    stop: async () => {
      rest.cancel();
      pulse.cancel();
      await reactor.stop();
      await jobs.close();
      for (const link of others) link.close();
      data.feed.close();
      data.controller.close();
    },
    bugs: () => reactor.bugs,
  });
}

/** Its part of what the node may have open and under way. */
function filesOf({ links, descriptorsMax }: ReactorThreadOptions, others: readonly ReactorLink[]) {
  return diskFiles({
    clock: systemClock,
    bulkMax: bulkShare(links.length),
    descriptorsMax,
    beforeUnmap: async (window) => {
      await Promise.all(others.map((link) => link.letGo(window)));
    },
  });
}

/** What all threads of the node see. */
function sharedWithAll({ index, progress: memory, ...data }: ReactorThreadOptions) {
  const progress = new MetadataProgress(memory);
  const fed = new BigInt64Array(data.fed);
  const epoch = new BrokerEpoch(data.brokerEpoch);
  return {
    fedEndOffset: () => Number(Atomics.load(fed, 0)),
    applied: (endOffset: number) => progress.applied(index, endOffset),
    appliedByAll: (endOffset: number) => progress.until(endOffset),
    drops: {
      dropped: (endOffset: number) => progress.dropped(index, endOffset),
      untilDropped: (endOffset: number) => progress.untilDropped(endOffset),
    },
    brokerEpoch: () => epoch.value,
    bounds: new NodeBounds(data.bounds),
  };
}

/** The main thread sees it, and ends the process. */
function fatal(bug: Bug): void {
  queueMicrotask(() => {
    throw bug;
  });
}

function feed(reactor: Reactor, message: FeedMessage): void {
  if ("snapshot" in message) reactor.restore(message.snapshot);
  else reactor.follow(message.bytes, message.endOffset);
}

assert(parentPort !== null, "A reactor's host runs on a thread of its own");
// The thread is there before anybody knows what it is to do; null: nothing, and it ends.
parentPort.once("message", (data: ReactorThreadOptions | null) => {
  if (data !== null) host(data);
});
