// This node's replica of the metadata quorum: the metadata log on disk, the driver of the raft core
// over it, the controller on top, and whoever asks it. An object; the quorum thread is its host.

import {
  type Address,
  type Bug,
  type Clock,
  type Files,
  type Jobs,
  METADATA_TOPIC,
  type NodeId,
  type Random,
  randomUuid,
  type Socket,
  type Transport,
  type Uuid,
} from "@odradek/base";
import type { NodeConfig, ResolvedConfig } from "@odradek/metadata/configs/mod";
import { allowAll, Listener } from "@odradek/network";
import type { MetadataRecord } from "@odradek/protocol/schemas/metadata/mod";
import { DEFAULT_RAFT_CONFIG, type RaftConfig, type Voter, VoterSet } from "@odradek/raft";
import type { Logger } from "@odradek/network";
import { BOOTSTRAP_FILE, readCheckpoint } from "./checkpoint_file.ts";
import { Controller, type MetadataFollower } from "./controller.ts";
import { decideBootstrap } from "./decide/bootstrap.ts";
import { decideInSyncDefault } from "./decide/in_sync_default.ts";
import { decideRegisterController } from "./decide/register_controller.ts";
import { openMetadataLog } from "./metadata_log.ts";
import { Quorum } from "./quorum.ts";
import { readQuorumState } from "./quorum_state_file.ts";
import type { LedQuorum } from "./requests/describe_quorum.ts";
import { controllerDispatch } from "./requests/mod.ts";
import { loadNewestSnapshot } from "./snapshots/load.ts";
import { type SnapshotLimits, Snapshots } from "./snapshots/snapshots.ts";

export interface QuorumReplicaOptions {
  readonly node: NodeConfig;
  readonly clusterId: string;
  /** Where the metadata log lies; absolute. */
  readonly metadataLogDir: string;
  /** Of that directory. */
  readonly directoryId: Uuid;
  /** The last stop was in order. */
  readonly wasClean: boolean;
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly jobs: Jobs;
  readonly transport: Transport;
  readonly logger: Logger;
  readonly followers: readonly MetadataFollower[];
  /** This node must stop. */
  readonly fatal: (error: unknown) => void;
}

/** A listener of controllers, with what is told to others. */
export interface ControllerPlace {
  readonly name: string;
  readonly securityProtocol: string;
  readonly address: Address;
  readonly advertised: Address;
}

interface Parts {
  readonly controller: Controller;
  readonly quorum: Quorum;
  readonly snapshots: Snapshots;
}

const PLAINTEXT = 0;
const IN_FLIGHT_BYTES_MAX = 16 * 1024 * 1024;

export class QuorumReplica {
  readonly #options: QuorumReplicaOptions;
  readonly controller: Controller;
  readonly #quorum: Quorum;
  readonly #snapshots: Snapshots;
  readonly #local: Listener;
  readonly #listeners: Listener[] = [];

  private constructor(options: QuorumReplicaOptions, { controller, quorum, snapshots }: Parts) {
    this.#options = options;
    this.controller = controller;
    this.#quorum = quorum;
    this.#snapshots = snapshots;
    this.#local = this.#listener("local", "PLAINTEXT");
  }

  /** Opens what is on disk. It does nothing yet: see `start`. */
  static async open(
    options: QuorumReplicaOptions,
    places: readonly ControllerPlace[],
  ): Promise<QuorumReplica> {
    const { node: { config }, metadataLogDir, files, clock, jobs, logger } = options;
    const directory = `${metadataLogDir}/${METADATA_TOPIC}-0`;
    const warn = (message: string): void => logger.warn(message);
    const loaded = await loadNewestSnapshot(files, directory, warn);
    const log = await openMetadataLog(
      { directory, config, wasClean: options.wasClean, snapshot: loaded },
      { files, clock, jobs },
    );
    const bootstrap = await readCheckpoint(files, `${metadataLogDir}/${BOOTSTRAP_FILE}`);
    const endpoints = places.map(endpointOf);
    const controller = makeController(options, endpoints, bootstrap?.records ?? []);
    const snapshots = new Snapshots({
      limits: snapshotLimits(config),
      log,
      files,
      clock,
      loaded,
      committed: () => controller.committedState,
      warn,
    });
    const persisted = await readQuorumState(files, directory);
    const quorum = new Quorum({
      ...quorumOptions(options, endpoints),
      persisted,
      log,
      appliedEndOffset: loaded?.endOffset ?? log.startOffset,
      listener: {
        committed: (bytes, endOffset) => {
          controller.committed(bytes, endOffset);
          snapshots.follow(bytes);
        },
        leads: (epoch) => controller.leads(epoch),
      },
    });
    controller.attach(quorum);
    if (loaded !== undefined) controller.restore(loaded, loaded.state);
    return new QuorumReplica(options, { controller, quorum, snapshots });
  }

  /** Resolves when this node serves as the active controller, and others can reach it. */
  async start(places: readonly ControllerPlace[]): Promise<void> {
    await this.#snapshots.start();
    await this.#quorum.start();
    for (const { name, securityProtocol, address } of places) {
      const listener = this.#listener(name, securityProtocol);
      await listener.listen(this.#options.transport, address);
      this.#listeners.push(listener);
    }
    await this.controller.whenActive;
  }

  /** A connection from another thread of this process. */
  accept(socket: Socket): void {
    this.#local.accept(socket);
  }

  async stop(): Promise<void> {
    for (const listener of this.#listeners) await listener.close();
    await this.#snapshots.stop();
    await this.#quorum.stop();
    for (const listener of [this.#local, ...this.#listeners]) listener.destroy();
  }

  /** The only voter has what it has, and has it now. */
  #led(): LedQuorum | undefined {
    if (!this.controller.isActive) return undefined;
    const { node: { nodeId: id }, directoryId, clock } = this.#options;
    const { leaderId, epoch, highWatermark, endOffset } = this.#quorum;
    const now = clock.now();
    return {
      leaderId,
      epoch,
      highWatermark,
      voters: [{ id, directoryId, endOffset, fetchedAtMs: now, caughtUpAtMs: now }],
    };
  }

  #listener(name: string, securityProtocol: string): Listener {
    const { node: { config }, clusterId, clock, logger, fatal } = this.#options;
    const dispatch = controllerDispatch({
      controller: this.controller,
      nodeId: this.#options.node.nodeId,
      quorum: {
        clusterId,
        image: () => this.controller.image,
        leaderId: (): NodeId => this.#quorum.leaderId,
        led: () => this.#led(),
      },
      config,
      hooks: allowAll,
      logger,
      fatal: (bug: Bug) => fatal(bug),
    });
    return new Listener({
      name,
      securityProtocol,
      dispatch,
      limits: {
        requestBytesMax: config.value("socket.request.max.bytes"),
        inFlightBytesMax: IN_FLIGHT_BYTES_MAX,
      },
      idleMsMax: config.value("connections.max.idle.ms"),
      clock,
      logger,
    });
  }
}

const KRAFT_VERSIONS: Voter["kraftVersions"] = { min: 0, max: 1 };

type Endpoint = Voter["endpoints"][number] & { readonly securityProtocol: number };

function endpointOf({ name, advertised: { host, port } }: ControllerPlace): Endpoint {
  return { name, host, port, securityProtocol: PLAINTEXT };
}

function makeController(
  { node, clusterId, clock, random, followers, fatal }: QuorumReplicaOptions,
  endpoints: readonly Endpoint[],
  formatted: readonly MetadataRecord[],
): Controller {
  const { config, nodeId: controllerId } = node;
  const registration = { controllerId, incarnationId: randomUuid(random), endpoints };
  return new Controller({
    nodeId: controllerId,
    clusterId,
    config,
    clock,
    random,
    followers,
    fatal,
    claims: [
      (next) => decideBootstrap(next, formatted),
      (next) => decideInSyncDefault(next, config),
      (next) => decideRegisterController(next, registration),
    ],
  });
}

function quorumOptions(
  { node: { nodeId, config }, directoryId, files, clock, random, fatal }: QuorumReplicaOptions,
  endpoints: readonly Endpoint[],
) {
  return {
    nodeId,
    directoryId,
    voters: new VoterSet([{
      id: nodeId,
      directoryId,
      endpoints,
      kraftVersions: KRAFT_VERSIONS,
    }]),
    timing: timing(config),
    files,
    clock,
    random,
    fatal,
  };
}

function timing(config: ResolvedConfig): RaftConfig {
  return {
    electionTimeoutMs: config.value("controller.quorum.election.timeout.ms"),
    fetchTimeoutMs: config.value("controller.quorum.fetch.timeout.ms"),
    electionBackoffMaxMs: config.value("controller.quorum.election.backoff.max.ms"),
    requestTimeoutMs: config.value("controller.quorum.request.timeout.ms"),
    retryBackoffMs: config.value("controller.quorum.retry.backoff.ms"),
    fetchMaxWaitMs: DEFAULT_RAFT_CONFIG.fetchMaxWaitMs,
  };
}

function snapshotLimits(config: ResolvedConfig): SnapshotLimits {
  return {
    recordBytes: config.value("metadata.log.max.record.bytes.between.snapshots"),
    intervalMs: config.value("metadata.log.max.snapshot.interval.ms"),
    retentionBytes: config.value("metadata.max.retention.bytes"),
    retentionMs: config.value("metadata.max.retention.ms"),
  };
}
