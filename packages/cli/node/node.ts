// A node: configuration, directories, threads, and the broker that belongs to the cluster for all
// of them. The composition root: nothing below knows how many threads there are.

import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { addressText, Fault, systemClock } from "@odradek/base";
import { allOffline, type Broker, BrokerEpoch } from "@odradek/broker";
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
} from "@odradek/network";
import type { OpenedDirectories } from "./directories.ts";
import type { Hosts } from "./hosts.ts";
import { makeBroker } from "./make_broker.ts";
import { listenForMetrics } from "./metrics/listener.ts";
import { prepare, type Prepared } from "./prepare.ts";
import { logDescriptorsMax } from "./resources.ts";
import { startThreads, threadNames } from "./threads.ts";
import { type Told, toldOf } from "./told.ts";

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
  const { brokers, controllers } = prepared.places;
  const told = toldOf(node, prepared, { hosts: options.hosts, reactors });
  const taken = [...brokers, ...controllers].map(({ address }) => address.port);
  const place = { listener: node.metricsListener, taken, logger };
  const http = await listenForMetrics(told.metrics, place);
  const starting = { ...options, ...told, reactors, logging, logger };
  const { stop } = await startParts(node, prepared, starting);
  const served = node.roles.broker ? brokers : controllers;
  const addresses = served.map(({ address }) => addressText(address));
  return {
    config: configured,
    logger,
    addresses,
    stop: async () => {
      told.metrics.become("stopping");
      await stop();
      told.metrics.close();
      await http?.close();
    },
  };
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
  starting: Starting & Told,
): Promise<Pick<RunningNode, "stop">> {
  const { hosts, halted, reactors, logging, logger, progress, metrics } = starting;
  const brokerEpoch = BrokerEpoch.none();
  let broker: Broker | undefined;
  const threads = startThreads({
    hosts,
    ...threadOptions(prepared, starting),
    reactors,
    shared: {
      progress: progress.memory,
      brokerEpoch: brokerEpoch.memory,
      bounds: starting.bounds.broker.memory,
    },
    logging,
    counters: starting.counters,
    died: starting.died,
    // No partition is opened before the broker has registered.
    forget: async (entry) => await broker?.forget(entry),
  });
  if (node.roles.broker) {
    void allOffline(prepared.opened.logs).then(() => halted(allFailed(node)));
    broker = makeBroker(node, { ...prepared, threads, progress, brokerEpoch, logger });
    metrics.tellOf(broker);
    threads.follow((message) => {
      if ("snapshot" in message) broker?.restore(message.snapshot);
      else broker?.follow(message.bytes, message.endOffset);
    });
  } else {
    await hosts.dismiss();
  }
  await threads.quorum.start();
  await broker?.start();
  metrics.become("running");
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
  { sources, reactors, bounds, gauges }: Starting & Told,
) {
  const { directory: { path, directoryId }, wasClean } = opened.metadata;
  const own = { sources, clusterId };
  const descriptorsMax = logDescriptorsMax(reactors);
  const reactor = { ...own, incarnationId, directories: opened.logs, descriptorsMax };
  const quorum = {
    metadataLogDir: path,
    directoryId,
    wasClean,
    places: places.controllers,
    bounds: bounds.controller.memory,
    gauges: gauges.memory,
  };
  return { quorum: { ...own, ...quorum }, reactor };
}
