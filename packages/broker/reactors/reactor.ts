// A reactor: connections, the partitions that hash to it, and its own image of the metadata. An
// object; a worker thread is only its host, and simulations have it without one.

import {
  type Bug,
  type Clock,
  type Files,
  type Jobs,
  type Random,
  type Socket,
  type Transport,
  type Uuid,
} from "@odradek/base";
import { type Checkpoints, offsetsKey } from "@odradek/log";
import { EMPTY_IMAGE, type MetadataSnapshot } from "@odradek/metadata";
import { LiveConfig, type Lookup, type NodeConfig } from "@odradek/metadata/configs/mod";
import { allowAll, Dispatch, NodeBounds, ThreadBounds } from "@odradek/network";
import type { Logger, LogLevels, ThreadCounters } from "@odradek/network";
import type { CheckpointEntry } from "../checkpoint_files.ts";
import { ControllerLink } from "../controller_link.ts";
import { GroupCoordinators } from "../coordinators/group_coordinators.ts";
import { coordinatorKinds } from "../coordinators/kinds.ts";
import { OwnCoordinators } from "../coordinators/own_coordinators.ts";
import { RoutedCoordinators } from "../coordinators/routed_coordinators.ts";
import { MetadataFeed } from "../metadata_feed.ts";
import { Compactor } from "../partitions/upkeep/compactor.ts";
import { type Drops, LogDirectories, type LogDirectory } from "../partitions/log_directories.ts";
import { OwnPartitions } from "../partitions/own_partitions.ts";
import type { Partition } from "../partitions/partition.ts";
import { Partitions } from "../partitions/partitions.ts";
import { Upkeep } from "../partitions/upkeep/upkeep.ts";
import { ProducerIds } from "../producer_ids.ts";
import { DirectoryAssignments } from "../replication/directory_assignments.ts";
import { Replication } from "../replication/replication.ts";
import { brokerEndpoints } from "../requests/mod.ts";
import { RoutedSessions } from "../sessions/routed_sessions.ts";
import { SessionCache } from "../sessions/session_cache.ts";
import { TopicCreation } from "../topic_creation.ts";
import type { Served } from "./calls.ts";
import { ownerOf } from "./ownership.ts";
import { type ListenerPlace, Listeners } from "./listeners.ts";
import { RoutedPartitions } from "./routed_partitions.ts";

/** Another reactor, as this one asks it. */
export interface Neighbour extends Omit<Served, "metadata"> {
  serve(served: Served): void;
}

export interface ReactorOptions {
  /** From 0. */
  readonly index: number;
  /** By number; this one's own place is empty. */
  readonly neighbours: readonly (Neighbour | undefined)[];
  readonly node: NodeConfig;
  readonly clusterId: string;
  /** Of this process. What the metadata says of the time before its registration is the past. */
  readonly incarnationId: Uuid;
  readonly directories: readonly LogDirectory[];
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly jobs: Jobs;
  readonly transport: Transport;
  /** Absent: names of hosts in bounds of connections match no address. */
  readonly lookup?: Lookup;
  readonly logger: Logger;
  /** Of all threads of this node. */
  readonly loggers: LogLevels;
  readonly connectController: () => Promise<Socket>;
  /** Below it, committed metadata is here or on its way. */
  readonly fedEndOffset?: () => number;
  /** Everything below an offset of the metadata is applied here. */
  readonly applied: (endOffset: number) => void;
  /** Resolves when it is applied by all reactors of this node. Absent: there is no other. */
  readonly appliedByAll?: (endOffset: number) => Promise<void>;
  /** How far all reactors have dropped what is deleted. Absent: there is no other. */
  readonly drops?: Drops | undefined;
  /** Resolves when no checkpoint file speaks of a replica that is about to be made. */
  readonly forget: (entry: CheckpointEntry) => Promise<void>;
  /** Of this broker's registration; -1: it has none yet. */
  readonly brokerEpoch: () => number;
  readonly fatal: (bug: Bug) => void;
  /** What all reactors of the node use together. Absent: there is no bound on that. */
  readonly bounds?: NodeBounds;
  /** What it counts goes there. Absent: nobody reads it. */
  readonly counters?: ThreadCounters;
}

export class Reactor {
  readonly #options: ReactorOptions;
  readonly #config: LiveConfig;
  readonly #partitions: Partitions;
  readonly #replication: Replication;
  readonly #assignments: DirectoryAssignments;
  readonly #upkeep: Upkeep;
  readonly #coordinators: OwnCoordinators;
  readonly #feed: MetadataFeed;
  readonly #dispatch: Dispatch;
  readonly #controller: ControllerLink;
  readonly #bounds: ThreadBounds;
  readonly #listeners: Listeners;

  constructor(options: ReactorOptions) {
    this.#options = options;
    this.#config = new LiveConfig(options.node.config, options.node.nodeId);
    const { logger, node, clock, files, jobs, random } = options;
    const warn = (message: string, error: unknown): void => logger.error({ err: error }, message);
    const tell = (line: string): void => logger.info(line);
    const count = options.neighbours.length;
    this.#bounds = new ThreadBounds(clock, logger, options.bounds ?? NodeBounds.of());
    const kinds = coordinatorKinds(node.config);
    this.#coordinators = new OwnCoordinators({ kinds, clock, warn });
    this.#controller = this.#linkController();
    this.#replication = this.#replicate(warn);
    this.#assignments = this.#assignDirectories();
    this.#partitions = new Partitions({
      nodeId: node.nodeId,
      config: () => this.#config.current,
      fsync: node.fsync,
      owns: (topicId, partition) => ownerOf(topicId, partition, count) === options.index,
      directories: new LogDirectories(options.directories),
      context: { files, clock, jobs, note: tell },
      random,
      warn,
      tell,
      forget: options.forget,
      drops: options.drops,
      follower: {
        follow: (partition) => {
          this.#coordinators.follow(partition);
          this.#replication.follow(partition);
        },
      },
      cluster: this.#replication.cluster,
      placed: (partition, directoryId) => this.#assignments.add(partition, directoryId),
    }, EMPTY_IMAGE);
    this.#upkeep = new Upkeep({
      partitions: this.#partitions,
      compactor: new Compactor({ jobs, clock, warn }),
      config: () => this.#config.current,
      clock,
      warn,
    });
    this.#feed = new MetadataFeed({
      apply: async (image) => {
        // Read from its beginning, the log tells of topics that were deleted long ago: the replicas
        // of those that have their names today must not make way for them.
        const self = image.brokers.get(node.nodeId);
        if (self?.incarnationId !== options.incarnationId) return;
        this.#config.follow(image);
        await this.#partitions.apply(image);
        this.#coordinators.apply(image);
      },
      applied: options.applied,
      warn,
    });
    this.#dispatch = this.#makeDispatch(warn);
    this.#listeners = this.#makeListeners();
  }

  #makeListeners(): Listeners {
    const { node, neighbours, transport, lookup, clock, logger } = this.#options;
    return new Listeners({
      node,
      config: () => this.#config.current,
      dispatch: this.#dispatch,
      bounds: this.#bounds,
      transport,
      lookup,
      clock,
      logger,
      reactors: neighbours.length,
    });
  }

  #linkController(): ControllerLink {
    const { node, clock, connectController: connect, fedEndOffset } = this.#options;
    return new ControllerLink({
      clock,
      connect,
      clientId: `broker-${node.nodeId}`,
      timeoutMs: node.config.value("request.timeout.ms"),
      caughtUp: () => this.#caughtUp(fedEndOffset?.() ?? this.#feed.knownEndOffset),
    });
  }

  #replicate(warn: (message: string, error: unknown) => void): Replication {
    const { node, clock, transport, brokerEpoch, logger } = this.#options;
    return new Replication({
      nodeId: node.nodeId,
      reactors: this.#options.neighbours.length,
      listener: node.interBrokerListener,
      brokerEpoch,
      config: () => this.#config.current,
      clock,
      transport,
      controller: this.#controller,
      broker: (id) => this.#partitions.broker(id),
      partitions: () => this.#partitions.all(),
      failed: (partition, fault) => this.#partitions.failed(partition, fault),
      warn,
      tell: (line) => logger.info(line),
    });
  }

  #assignDirectories(): DirectoryAssignments {
    const { node: { nodeId }, brokerEpoch, clock } = this.#options;
    return new DirectoryAssignments({ nodeId, brokerEpoch, controller: this.#controller, clock });
  }

  /** Whoever was told of a change finds it on every connection, whichever reactor takes it. */
  async #caughtUp(endOffset: number): Promise<void> {
    await this.#feed.until(endOffset);
    await this.#options.appliedByAll?.(endOffset);
  }

  /** Committed batches of the metadata log, in order, each once. */
  follow(bytes: Uint8Array, endOffset: number): void {
    this.#feed.follow(bytes, endOffset);
  }

  /** Everything that was committed below the batches that follow. */
  restore(snapshot: MetadataSnapshot): void {
    this.#feed.restore(snapshot);
  }

  /** Takes connections from now on. Fault "in use". */
  async listen(places: readonly ListenerPlace[]): Promise<void> {
    await this.#listeners.open(places);
  }

  /** Those that it owns. */
  get partitions(): Iterable<Partition> {
    return this.#partitions.all();
  }

  /** Another number when `checkpoints` would tell something else of a directory. */
  checkpointMark(): number {
    this.#partitions.checkDirectories();
    return this.#partitions.checkpointMark();
  }

  /** What its partitions in one log directory have to write down. */
  checkpoints(directory: LogDirectory): Checkpoints {
    this.#partitions.checkDirectories();
    const recoveryPoints = new Map<string, number>();
    const logStarts = new Map<string, number>();
    const highWatermarks = new Map<string, number>();
    const compactedTo = new Map<string, number>();
    for (
      const { topic, partition, log, highWatermark } of this.#partitions.inDirectory(directory.id)
    ) {
      const key = offsetsKey(topic, partition);
      recoveryPoints.set(key, log.recoveryPoint);
      highWatermarks.set(key, highWatermark);
      if (log.compactedTo !== undefined) compactedTo.set(key, log.compactedTo);
      if (log.startOffset > (log.segments[0]?.baseOffset ?? 0)) logStarts.set(key, log.startOffset);
    }
    return { recoveryPoints, logStarts, highWatermarks, compactedTo };
  }

  /** Mistakes of ours that requests have met. */
  get bugs(): number {
    return this.#dispatch.bugs;
  }

  /** Takes no more connections, and answers what was asked. */
  async stopListening(): Promise<void> {
    // Some of what was asked would only be answered by the next rebalance.
    this.#coordinators.close();
    await this.#listeners.close();
  }

  /** Closes the logs in order. After `stopListening`. */
  async stop(): Promise<void> {
    await this.#upkeep.stop();
    this.#assignments.stop();
    await this.#replication.stop();
    await this.#partitions.close();
    this.#listeners.destroy();
    await this.#controller.close();
  }

  #makeDispatch(warn: (message: string, error: unknown) => void): Dispatch {
    const { node, clock, random, clusterId, brokerEpoch, logger, loggers, fatal } = this.#options;
    const { directories, files, counters } = this.#options;
    const { nodeId } = node;
    const live = this.#config;
    const controller = this.#controller;
    const image = () => this.#feed.image;
    const { partitions, sessions, coordinators } = this.#serveAll();
    const services = {
      nodeId,
      clusterId,
      get config() {
        return live.current;
      },
      image,
      partitions,
      sessions,
      groups: new GroupCoordinators(coordinators, image),
      controller,
      producerIds: new ProducerIds({ nodeId, controller, brokerEpoch }),
      creation: new TopicCreation({ controller, config: () => live.current, image, warn }),
      hooks: allowAll,
      loggers,
      logDirs: { all: directories, space: (path: string) => files.space(path) },
      clock,
      random,
      bounds: this.#bounds,
    };
    const endpoints = brokerEndpoints(services);
    return new Dispatch({ endpoints, hooks: allowAll, logger, fatal, counters });
  }

  /** Its own partitions and sessions, and by way of the neighbours all others. */
  #serveAll(): Omit<Served, "metadata"> {
    const { index, neighbours, clock, random, node } = this.#options;
    const feed = this.#feed;
    const own: Served = {
      metadata: {
        get endOffset() {
          return feed.image.endOffset;
        },
        until: (endOffset) => feed.until(endOffset),
      },
      partitions: new OwnPartitions(this.#partitions, clock, this.#replication.leaderThrottle),
      sessions: new SessionCache({
        clock,
        random,
        slots: node.config.value("max.incremental.fetch.session.cache.slots"),
        bounds: this.#bounds,
        reactor: index,
        reactors: neighbours.length,
      }),
      coordinators: this.#coordinators,
    };
    for (const neighbour of neighbours) neighbour?.serve(own);
    if (neighbours.length === 1) return own;
    const all = neighbours.map((neighbour) => neighbour ?? own);
    const owner = (topicId: Uuid, partition: number): number =>
      ownerOf(topicId, partition, neighbours.length);
    return {
      partitions: new RoutedPartitions(all.map(({ partitions }) => partitions), owner),
      sessions: new RoutedSessions(all.map(({ sessions }) => sessions), index),
      coordinators: new RoutedCoordinators(all.map(({ coordinators }) => coordinators), owner),
    };
  }
}
