// A node: configuration, directories, threads, and the broker that belongs to the cluster for all
// of them. The composition root: nothing below knows how many threads there are.

import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { addressText, Fault, systemClock } from "@odradek/base";
import { allOffline, type Broker, BrokerEpoch, MetadataProgress } from "@odradek/broker";
import { writeCleanShutdown } from "@odradek/log";
import { diskFiles } from "@odradek/log/disk/files";
import { trimMemory } from "@odradek/log/native/trim";
import {
  type NodeConfig,
  type NodeConfigSources,
  readNodeConfig,
} from "@odradek/metadata/configs/mod";
import {
  collectAtRest,
  createLogger,
  type LogFormat,
  type LoggingOptions,
  LogLevels,
  type Logger,
  ThreadCounters,
} from "@odradek/network";
import type { OpenedDirectories } from "./directories.ts";
import type { Hosts } from "./hosts.ts";
import { makeBroker } from "./make_broker.ts";
import { prepare, type Prepared } from "./prepare.ts";
import { logDescriptorsMax, nodeBounds } from "./resources.ts";
import { startThreads, threadNames } from "./threads.ts";

export interface NodeOptions {
  readonly hosts: Hosts;
  readonly sources: NodeConfigSources;
  readonly isTerminal: boolean;
  /** A thread or an invariant has failed: the process must end. */
  readonly died: (thread: string, cause: unknown) => void;
  /** It cannot go on: the process must end. */
  readonly halted: (cause: Fault) => void;
}

export interface RunningNode {
  readonly config: NodeConfig;
  readonly logger: Logger;
  /** `127.0.0.1:9092`, one for each listener of clients, or of controllers. */
  readonly addresses: readonly string[];
  stop(): Promise<void>;
}

/** None without a broker. Below four processors one; else one is left to the other threads. */
function reactorsOf({ reactors, roles }: NodeConfig): number {
  if (!roles.broker) return 0;
  const processors = availableParallelism();
  return reactors ?? (processors < 4 ? 1 : processors - 1);
}

/** Permissions of the process are granted by absolute paths. */
function withAbsolutePaths(node: NodeConfig): NodeConfig {
  const logDirs = node.logDirs.map((dir) => resolve(dir));
  return { ...node, logDirs, metadataLogDir: resolve(node.metadataLogDir) };
}

/** Resolves when clients are served. Fault with one line that names the thing and the remedy. */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { node: configured, warnings, notes } = readNodeConfig(options.sources);
  const node = withAbsolutePaths(configured);
  const reactors = reactorsOf(node);
  const logging = loggingOf(node, { isTerminal: options.isTerminal, reactors });
  const logger = createLogger({ ...logging, thread: "main" });
  for (const warning of warnings) logger.warn(warning);
  for (const note of notes) logger.debug(note);
  const prepared = await prepare(node, { reactors, logger });
  const parts = await startParts(node, prepared, { ...options, reactors, logging, logger });
  const { brokers, controllers } = prepared.places;
  const served = node.roles.broker ? brokers : controllers;
  const addresses = served.map(({ address }) => addressText(address));
  return { config: configured, logger, addresses, ...parts };
}

interface Starting extends NodeOptions {
  readonly reactors: number;
  readonly logging: Omit<LoggingOptions, "thread">;
  readonly logger: Logger;
}

/** What runs: the quorum's replica, and the broker beside it, if the node is one. */
async function startParts(
  node: NodeConfig,
  prepared: Prepared,
  { hosts, sources, died, halted, reactors, logging, logger }: Starting,
): Promise<Pick<RunningNode, "stop">> {
  const progress = MetadataProgress.of(reactors);
  const brokerEpoch = BrokerEpoch.none();
  const counters = new Map(threadNames(reactors).map((name) => [name, new ThreadCounters()]));
  let broker: Broker | undefined;
  const threads = startThreads({
    hosts,
    ...threadOptions(prepared, { sources, node, reactors }),
    reactors,
    shared: {
      progress: progress.memory,
      brokerEpoch: brokerEpoch.memory,
      bounds: nodeBounds(node.config).memory,
    },
    logging,
    counters,
    died,
    // No partition is opened before the broker has registered.
    forget: async (entry) => await broker?.forget(entry),
  });
  if (node.roles.broker) {
    void allOffline(prepared.opened.logs).then(() => halted(allFailed(node)));
    broker = makeBroker(node, { ...prepared, threads, progress, brokerEpoch, logger });
    threads.follow((message) => {
      if ("snapshot" in message) broker?.restore(message.snapshot);
      else broker?.follow(message.bytes, message.endOffset);
    });
  } else {
    await hosts.dismiss();
  }
  await threads.quorum.start();
  await broker?.start();
  const rest = collectAtRest({ clock: systemClock, trim: trimMemory });
  return {
    stop: async () => {
      rest.cancel();
      await broker?.stop();
      await threads.quorum.stop();
      if (broker === undefined) await markClean(prepared.opened);
      await threads.end();
    },
  };
}

/** A broker without a directory would lead, and refuse everything: others must lead. */
function allFailed({ logDirs }: NodeConfig): Fault {
  const all = logDirs.map((path) => `"${path}"`).join(", ");
  return new Fault("disk", `All log directories have failed: ${all}; look at their disks`);
}

/** Where there is a broker, it says so itself. */
async function markClean({ metadata }: OpenedDirectories): Promise<void> {
  const files = diskFiles({ clock: systemClock });
  await writeCleanShutdown(files, metadata.directory.path, { brokerEpoch: -1 });
}

/** People read lines, machines JSON. */
function loggingOf(
  { nodeId, logging }: NodeConfig,
  { isTerminal, reactors }: { readonly isTerminal: boolean; readonly reactors: number },
) {
  const format: LogFormat = logging.format ?? (isTerminal ? "text" : "json");
  const levels = LogLevels.of(
    threadNames(reactors),
    logging.rootLevel ?? (isTerminal ? "warn" : "info"),
  );
  for (const [name, level] of logging.loggers) levels.set(name, level);
  return { node: nodeId, format, levels: levels.state };
}

function threadOptions(
  { clusterId, incarnationId, places, opened }: Prepared,
  { sources, node, reactors }: {
    readonly sources: NodeConfigSources;
    readonly node: NodeConfig;
    readonly reactors: number;
  },
) {
  const { directory: { path, directoryId }, wasClean } = opened.metadata;
  const own = { sources, clusterId };
  const descriptorsMax = logDescriptorsMax(reactors);
  const reactor = { ...own, incarnationId, directories: opened.logs, descriptorsMax };
  const quorum = { metadataLogDir: path, directoryId, wasClean, places: places.controllers };
  // Its own, as Kafka's controller has: a flood at the broker leaves the quorum alone.
  const { memory: bounds } = nodeBounds(node.config);
  return { quorum: { ...own, ...quorum, bounds }, reactor };
}
