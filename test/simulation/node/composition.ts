// One node out of the objects that a real one consists of, on one thread: the quorum replica, the
// broker, and one reactor. What are ports between threads in a real node are sockets in memory and
// handed-over calls here. See packages/cli/node/node.ts, whose order this follows.

import { randomUuid, type Socket, type Uuid } from "@odradek/base";
import { Broker, BrokerEpoch, ControllerLink, MetadataProgress } from "@odradek/broker";
import type { ReactorHandle } from "@odradek/broker/broker";
import type { Partition } from "@odradek/broker/partitions/partition";
import { Reactor } from "@odradek/broker/reactors/reactor";
import {
  lockDirectories,
  openDirectories,
  type OpenedDirectories,
} from "@odradek/cli/node/directories";
import { firstMetadataOf } from "@odradek/cli/node/first_start";
import { formatDirectories } from "@odradek/cli/node/format";
import { directoriesOf } from "@odradek/cli/node/identities";
import { findPlaces, type Places } from "@odradek/cli/node/places";
import type { Controller, MetadataFollower } from "@odradek/controller/controller";
import { QuorumReplica } from "@odradek/controller/quorum_replica";
import { inlineJobs } from "@odradek/log/testing/inline_jobs";
import { type NodeConfig, readNodeConfig } from "@odradek/metadata/configs/mod";
import { type Logger, LogLevels } from "@odradek/network";
import { socketPair } from "@odradek/network/testing/memory_sockets";
import { EmptyReactor } from "./empty_reactor.ts";
import type { Program } from "../world/machine.ts";
import type { Process } from "../world/process.ts";

export interface NodeOptions {
  /** As in server.properties. */
  readonly properties: string;
  readonly logger: Logger;
  readonly fatal: (error: unknown) => void;
  /** Told of the metadata as well. */
  readonly follower?: MetadataFollower;
  /** Only what belongs to the control plane: its broker has no partitions. */
  readonly isWithoutPartitions?: boolean;
}

export interface SimulatedNode extends Program {
  readonly controller: Controller;
  /** Mistakes that requests have met. */
  readonly bugs: () => number;
  /** All that it has. */
  readonly partitions: () => Iterable<Partition>;
}

/** Between threads of a node. */
const CROSSING_MS_MAX = 0.1;

export async function startNode(process: Process, options: NodeOptions): Promise<SimulatedNode> {
  const { files, clock, random, transport } = process;
  const { node } = readNodeConfig({
    properties: options.properties,
    environment: {},
    overrides: [],
  });
  await lockDirectories(files, directoriesOf(node));
  const places = await findPlaces(node, transport, 1);
  const context = { files, clock, random };
  const endpoints = places.controllers.map(({ name, advertised }) => ({ ...advertised, name }));
  const first = firstMetadataOf(node, endpoints, new Map());
  const { clusterId, directories } = await formatDirectories(node, first, context);
  const opened = await openDirectories(files, directories, node);
  const incarnationId = randomUuid(random);
  const facts = { node, clusterId, incarnationId, places, opened };
  const parts = new Parts(process, { ...options, ...facts });
  const replica = await parts.openReplica();
  await replica.start(places.controllers);
  if (node.roles.broker) await parts.broker.start();
  return {
    controller: replica.controller,
    bugs: () => parts.reactor.bugs,
    partitions: () => parts.reactor.partitions,
    stop: async () => {
      if (node.roles.broker) await parts.broker.stop();
      await replica.stop();
    },
  };
}

interface PartsOptions extends NodeOptions {
  readonly node: NodeConfig;
  readonly clusterId: string;
  readonly incarnationId: Uuid;
  readonly places: Places;
  readonly opened: OpenedDirectories;
}

class Parts {
  readonly broker: Broker;
  readonly reactor: Reactor | EmptyReactor;
  readonly #process: Process;
  readonly #options: PartsOptions;
  readonly #progress = MetadataProgress.of(1);
  readonly #brokerEpoch = BrokerEpoch.none();
  #replica: QuorumReplica | undefined;

  constructor(process: Process, options: PartsOptions) {
    this.#process = process;
    this.#options = options;
    this.reactor = options.isWithoutPartitions === true
      ? new EmptyReactor(process.transport, (end) => this.#progress.applied(0, end))
      : this.#makeReactor();
    this.broker = this.#makeBroker();
  }

  async openReplica(): Promise<QuorumReplica> {
    const { files, clock, random, transport } = this.#process;
    const { node, clusterId, opened, logger, fatal, places, follower } = this.#options;
    const { directory, wasClean } = opened.metadata;
    this.#replica = await QuorumReplica.open({
      node,
      clusterId,
      metadataLogDir: directory.path,
      directoryId: directory.directoryId,
      wasClean,
      files,
      clock,
      random,
      jobs: inlineJobs(files),
      transport,
      logger,
      loggers: LogLevels.of(["quorum"], "info"),
      followers: [
        ...follower === undefined ? [] : [follower],
        ...node.roles.broker
          ? [this.#following(this.reactor), this.#following(this.broker)]
          : [],
      ],
      fatal,
    }, places.controllers);
    return this.#replica;
  }

  #following(follower: MetadataFollower): MetadataFollower {
    const cross = this.#process.crossing(CROSSING_MS_MAX);
    return {
      follow: (bytes, endOffset) => cross(() => follower.follow(bytes, endOffset)),
      restore: (snapshot) => cross(() => follower.restore(snapshot)),
    };
  }

  #connectController(): Promise<Socket> {
    const deliver = this.#process.crossing(CROSSING_MS_MAX);
    const [near, far] = socketPair({ deliver });
    this.#replica?.accept(far);
    return Promise.resolve(near);
  }

  #makeReactor(): Reactor {
    const { files, clock, random, transport } = this.#process;
    const { node, clusterId, incarnationId, opened, logger, fatal } = this.#options;
    const toMain = this.#process.crossing(CROSSING_MS_MAX);
    return new Reactor({
      index: 0,
      neighbours: [undefined],
      node,
      clusterId,
      incarnationId,
      // Threads share no objects.
      directories: structuredClone(opened.logs),
      files,
      clock,
      random,
      jobs: inlineJobs(files),
      transport,
      logger,
      loggers: LogLevels.of(["reactor-0"], "warn"),
      connectController: () => this.#connectController(),
      applied: (endOffset) => this.#progress.applied(0, endOffset),
      forget: (entry) => new Promise<void>(toMain).then(() => this.broker.forget(entry)),
      brokerEpoch: () => this.#brokerEpoch.value,
      fatal,
    });
  }

  #makeBroker(): Broker {
    const { files, clock, random } = this.#process;
    const { node, clusterId, incarnationId, places, opened, logger } = this.#options;
    const { config, nodeId } = node;
    return new Broker({
      nodeId,
      clusterId,
      incarnationId,
      rack: node.rack,
      listeners: places.advertised.map(({ name, host, port }) => ({
        name,
        host,
        port,
        securityProtocol: 0,
      })),
      directoryIds: opened.logs.map(({ id }) => id),
      previousBrokerEpoch: opened.previousBrokerEpoch,
      heartbeatMs: config.value("broker.heartbeat.interval.ms"),
      registrationTimeoutMs: config.value("initial.broker.registration.timeout.ms"),
      controller: new ControllerLink({
        clock,
        connect: () => this.#connectController(),
        clientId: `broker-${nodeId}`,
        timeoutMs: config.value("request.timeout.ms"),
      }),
      appliedEndOffset: () => this.#progress.lowest,
      registered: (epoch) => (this.#brokerEpoch.value = epoch),
      clock,
      logger,
      reactors: [this.#reactorHandle()],
      places: places.brokers,
      directories: opened.logs,
      files,
      random,
      checkpointMs: config.value("replica.high.watermark.checkpoint.interval.ms"),
      deleteDelayMs: config.value("log.segment.delete.delay.ms"),
      controlledShutdown: config.value("controlled.shutdown.enable"),
    });
  }

  /** Calls cross as they do between threads. */
  #reactorHandle(): ReactorHandle {
    const { reactor } = this;
    const { logs } = this.#options.opened;
    const cross = this.#process.crossing(CROSSING_MS_MAX);
    const call = <T>(action: () => T | Promise<T>): Promise<T> =>
      new Promise<void>(cross).then(action);
    return {
      listen: (listeners) => call(() => reactor.listen(listeners)),
      checkpoints: () => call(() => logs.map((directory) => reactor.checkpoints(directory))),
      checkpointMark: () => call(() => reactor.checkpointMark()),
      stopListening: () => call(() => reactor.stopListening()),
      stop: () => call(() => reactor.stop()),
    };
  }
}
