// A node: configuration, directories, threads, and the broker that belongs to the cluster for all
// of them. The composition root: nothing below knows how many threads there are.

import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import {
  addressText,
  Fault,
  randomUuid,
  systemClock,
  systemRandom,
  type Uuid,
} from "@odradek/base";
import { Broker, BrokerEpoch, ControllerLink, MetadataProgress } from "@odradek/broker";
import { diskFiles } from "@odradek/log/disk/files";
import {
  type NodeConfig,
  type NodeConfigSources,
  readNodeConfig,
} from "@odradek/metadata/configs/mod";
import {
  createLogger,
  type LogFormat,
  LogLevels,
  type Logger,
  portSocket,
  tcpTransport,
} from "@odradek/network";
import { lockDirectories, openDirectories, type OpenedDirectories } from "./directories.ts";
import { firstMetadataOf, formatDirectories } from "./format.ts";
import type { Hosts } from "./hosts.ts";
import { directoriesOf } from "./identities.ts";
import { findPlaces, type Places } from "./places.ts";
import { startThreads, threadNames, type Threads } from "./threads.ts";

export interface NodeOptions {
  readonly hosts: Hosts;
  readonly sources: NodeConfigSources;
  readonly isTerminal: boolean;
  /** A thread or an invariant has failed: the process must end. */
  readonly died: (thread: string, cause: unknown) => void;
}

export interface RunningNode {
  readonly config: NodeConfig;
  readonly logger: Logger;
  /** `127.0.0.1:9092`, one for each listener of clients. */
  readonly addresses: readonly string[];
  stop(): Promise<void>;
}

/** Below four processors one reactor; else one processor is left to the other threads. */
function reactorsOf({ reactors }: NodeConfig): number {
  const processors = availableParallelism();
  return reactors ?? (processors < 4 ? 1 : processors - 1);
}

/** Permissions of the process are granted by absolute paths. */
function withAbsolutePaths(node: NodeConfig): NodeConfig {
  const logDirs = node.logDirs.map((dir) => resolve(dir));
  return { ...node, logDirs, metadataLogDir: resolve(node.metadataLogDir) };
}

/** Security protocols by their number in registrations. */
const PROTOCOLS = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"];

/** Resolves when clients are served. Fault with one line that names the thing and the remedy. */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { node: configured, warnings, notes } = readNodeConfig(options.sources);
  const node = withAbsolutePaths(configured);
  refuseSingleRoles(node);
  const reactors = reactorsOf(node);
  const logging = loggingOf(node, { isTerminal: options.isTerminal, reactors });
  const logger = createLogger({ ...logging, thread: "main" });
  for (const warning of warnings) logger.warn(warning);
  for (const note of notes) logger.debug(note);
  const prepared = await prepare(node, { reactors, logger });
  const progress = MetadataProgress.of(reactors);
  const brokerEpoch = BrokerEpoch.none();
  const threads = startThreads({
    hosts: options.hosts,
    ...threadOptions(prepared, options.sources),
    reactors,
    shared: { progress: progress.memory, brokerEpoch: brokerEpoch.memory },
    logging,
    died: options.died,
    // No partition is opened before the broker has registered.
    forget: (entry) => broker.forget(entry),
  });
  const broker: Broker = makeBroker(node, { ...prepared, threads, progress, brokerEpoch, logger });
  threads.follow((message) => {
    if ("snapshot" in message) broker.restore(message.snapshot);
    else broker.follow(message.bytes, message.endOffset);
  });
  await threads.quorum.start();
  await broker.start();
  return {
    config: configured,
    logger,
    addresses: prepared.places.brokers.map(({ address }) => addressText(address)),
    stop: async () => {
      await broker.stop();
      await threads.quorum.stop();
      await threads.end();
    },
  };
}

function refuseSingleRoles({ roles }: NodeConfig): void {
  if (roles.broker && roles.controller) return;
  throw new Fault(
    "configuration",
    "Only combined nodes are supported: set process.roles=broker,controller",
  );
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

interface Prepared {
  readonly clusterId: string;
  /** Of this process. */
  readonly incarnationId: Uuid;
  readonly places: Places;
  readonly opened: OpenedDirectories;
}

/** What must be there, and must be this node's, before a thread is started. */
async function prepare(
  node: NodeConfig,
  { reactors, logger }: { readonly reactors: number; readonly logger: Logger },
): Promise<Prepared> {
  const clock = systemClock;
  const files = diskFiles({ clock });
  await lockDirectories(files, directoriesOf(node));
  const places = await findPlaces(node, tcpTransport(), reactors);
  const endpoints = places.controllers.map(({ name, advertised }) => ({ ...advertised, name }));
  const first = firstMetadataOf(node, endpoints);
  const context = { files, clock, random: systemRandom };
  const { clusterId, directories, fresh } = await formatDirectories(node, first, context);
  if (fresh.length > 0) logger.info(`Formatted ${fresh.join(", ")} for cluster ${clusterId}`);
  const incarnationId = randomUuid(systemRandom);
  const opened = await openDirectories(files, directories, node);
  return { clusterId, incarnationId, places, opened };
}

function threadOptions(
  { clusterId, incarnationId, places, opened }: Prepared,
  sources: NodeConfigSources,
) {
  const { directory: { path, directoryId }, wasClean } = opened.metadata;
  const own = { sources, clusterId };
  const reactor = { ...own, incarnationId, directories: opened.logs };
  const quorum = { metadataLogDir: path, directoryId, wasClean, places: places.controllers };
  return { quorum: { ...own, ...quorum }, reactor };
}

interface Parts extends Prepared {
  readonly threads: Threads;
  readonly progress: MetadataProgress;
  readonly brokerEpoch: BrokerEpoch;
  readonly logger: Logger;
}

function makeBroker(node: NodeConfig, parts: Parts): Broker {
  const { clusterId, incarnationId, places, opened, threads, progress, brokerEpoch } = parts;
  const { config, nodeId } = node;
  const clock = systemClock;
  return new Broker({
    nodeId,
    clusterId,
    incarnationId,
    rack: node.rack,
    listeners: places.advertised.map(({ name, host, port, protocol }) => ({
      name,
      host,
      port,
      securityProtocol: PROTOCOLS.indexOf(protocol),
    })),
    directoryIds: opened.logs.map(({ id }) => id),
    previousBrokerEpoch: opened.previousBrokerEpoch,
    heartbeatMs: config.value("broker.heartbeat.interval.ms"),
    registrationTimeoutMs: config.value("initial.broker.registration.timeout.ms"),
    controller: new ControllerLink({
      clock,
      connect: () => Promise.resolve(portSocket(threads.controller)),
      clientId: `broker-${nodeId}`,
      timeoutMs: config.value("controller.quorum.request.timeout.ms"),
    }),
    appliedEndOffset: () => progress.lowest,
    registered: (epoch) => (brokerEpoch.value = epoch),
    clock,
    logger: parts.logger,
    reactors: threads.reactors,
    places: places.brokers,
    directories: opened.logs,
    files: diskFiles({ clock }),
    random: systemRandom,
    checkpointMs: config.value("replica.high.watermark.checkpoint.interval.ms"),
    deleteDelayMs: config.value("log.segment.delete.delay.ms"),
    controlledShutdown: config.value("controlled.shutdown.enable"),
  });
}
