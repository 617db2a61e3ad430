// This node's replica of the metadata quorum: the metadata log on disk, the driver of the raft core
// over it, the controller on top, and whoever asks it. An object; the quorum thread is its host.

import {
  type Address,
  type Bug,
  type Clock,
  type Epoch,
  type Files,
  type Jobs,
  METADATA_TOPIC,
  NO_NODE,
  offset,
  type Random,
  randomUuid,
  type Socket,
  type Transport,
  type Uuid,
} from "@odradek/base";
import type { EndpointImage } from "@odradek/metadata";
import type { NodeConfig, ResolvedConfig } from "@odradek/metadata/configs/mod";
import { allowAll, type Dispatch, Listener } from "@odradek/network";
import type { Logger } from "@odradek/network";
import { ControllerRegistration } from "@odradek/protocol/messages/controller_registration";
import { Refusal } from "@odradek/protocol/refusal";
import type { AnyApi } from "@odradek/protocol/schema/mod";
import type { MetadataRecord } from "@odradek/protocol/schemas/metadata/mod";
import {
  DEFAULT_RAFT_CONFIG,
  type LogPrefix,
  type RaftConfig,
  type VoterHistory,
  type VoterSet,
} from "@odradek/raft";
import { BOOTSTRAP_FILE, readCheckpoint } from "./checkpoint_file.ts";
import { Controller, type MetadataFollower } from "./controller.ts";
import { decideBootstrap } from "./decide/bootstrap.ts";
import { decideInSyncDefault } from "./decide/in_sync_default.ts";
import { decideRegisterController } from "./decide/register_controller.ts";
import { openMetadataLog } from "./metadata_log.ts";
import { firstVoters } from "./quorum/first_voters.ts";
import { ledQuorum } from "./quorum/led.ts";
import { memberOf } from "./quorum/member.ts";
import { Quorum } from "./quorum/quorum.ts";
import { readQuorumState } from "./quorum/quorum_state_file.ts";
import { Replicas } from "./quorum/replicas.ts";
import { registerController } from "./registration.ts";
import { controllerDispatch, type ControllerServices, localDispatch } from "./requests/mod.ts";
import type { ActiveController } from "./requests/relayed.ts";
import { type LoadedSnapshot, loadNewestSnapshot } from "./snapshots/load.ts";
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
  readonly replicas: Replicas;
  readonly snapshots: Snapshots;
  readonly incarnationId: Uuid;
  readonly endpoints: readonly EndpointImage[];
}

const PLAINTEXT = 0;
const IN_FLIGHT_BYTES_MAX = 16 * 1024 * 1024;
/** Of the time that a broker waits for its answer, a request looks for the controller so long. */
const LOOKING_PART = 0.75;

export class QuorumReplica {
  readonly #options: QuorumReplicaOptions;
  readonly controller: Controller;
  readonly #parts: Parts;
  readonly #local: Listener;
  readonly #listeners: Listener[] = [];
  readonly #stopping = new AbortController();
  #registered: Promise<void> = Promise.resolve();

  private constructor(options: QuorumReplicaOptions, parts: Parts) {
    this.#options = options;
    this.controller = parts.controller;
    this.#parts = parts;
    const dispatch = localDispatch(this.#services(), this.#active());
    this.#local = this.#listener({ name: "local", securityProtocol: "PLAINTEXT" }, dispatch);
  }

  /** Opens what is on disk. It does nothing yet: see `start`. */
  static async open(
    options: QuorumReplicaOptions,
    places: readonly ControllerPlace[],
  ): Promise<QuorumReplica> {
    const { node: { config }, metadataLogDir, files, clock, jobs, logger, random } = options;
    const directory = `${metadataLogDir}/${METADATA_TOPIC}-0`;
    const warn = (message: string): void => logger.warn(message);
    const loaded = await loadNewestSnapshot(files, directory, warn);
    const log = await openMetadataLog(
      { directory, config, wasClean: options.wasClean, snapshot: loaded },
      { files, clock, jobs },
    );
    const bootstrap = await readCheckpoint(files, `${metadataLogDir}/${BOOTSTRAP_FILE}`);
    const endpoints = places.map(endpointOf);
    const incarnationId = randomUuid(random);
    const identity = { incarnationId, endpoints };
    const controller = makeController(options, identity, bootstrap?.records ?? []);
    const snapshots: Snapshots = new Snapshots({
      limits: snapshotLimits(config),
      log,
      files,
      clock,
      loaded,
      committed: () => controller.committedState,
      taken: ({ endOffset, epoch }) =>
        quorum.snapshotTaken({ endOffset: offset(endOffset), epoch: epoch as Epoch }),
      warn,
    });
    const { node, directoryId } = options;
    const voters = await firstVoters({ node, directoryId, endpoints, loaded, log });
    const persisted = await readQuorumState(files, directory);
    const replicas: Replicas = makeReplicas(options, {
      endpoints,
      voters: () => quorum.state.voters,
    });
    const quorum: Quorum = new Quorum({
      ...quorumOptions(options, voters),
      persisted,
      log,
      replicas,
      snapshot: prefixOf(loaded),
      appliedEndOffset: loaded?.endOffset ?? log.startOffset,
      listener: {
        committed: (bytes, endOffset) => {
          controller.committed(bytes, endOffset);
          snapshots.follow(bytes);
        },
        restored: (snapshot) => {
          controller.restored(snapshot);
          snapshots.restored(snapshot);
        },
        leads: (epoch) => controller.leads(epoch),
      },
    });
    controller.attach(quorum);
    if (loaded !== undefined) controller.restore(loaded, loaded.state);
    return new QuorumReplica(options, { controller, quorum, replicas, snapshots, ...identity });
  }

  /**
   * Resolves when others can reach this node; where it is the whole quorum, when it serves as the
   * active controller.
   */
  async start(places: readonly ControllerPlace[]): Promise<void> {
    const { snapshots, quorum } = this.#parts;
    const { transport, node: { nodeId: id, roles }, directoryId } = this.#options;
    await snapshots.start();
    for (const place of places) {
      const listener = this.#listener(place, controllerDispatch(this.#services()));
      await listener.listen(transport, place.address);
      this.#listeners.push(listener);
    }
    await quorum.start();
    if (quorum.state.voters.isOnlyVoter({ id, directoryId })) await this.controller.whenActive;
    else if (roles.controller) this.#registered = this.#register();
  }

  /** A connection from another thread of this process. */
  accept(socket: Socket): void {
    this.#local.accept(socket);
  }

  async stop(): Promise<void> {
    const { snapshots, quorum, replicas } = this.#parts;
    this.#stopping.abort();
    await this.#registered;
    for (const listener of this.#listeners) await listener.close();
    await snapshots.stop();
    await quorum.stop();
    await replicas.stop();
    for (const listener of [this.#local, ...this.#listeners]) listener.destroy();
  }

  #register(): Promise<void> {
    const { clock, node: { nodeId: controllerId } } = this.#options;
    const { incarnationId, endpoints } = this.#parts;
    const active = this.#active();
    return registerController({
      controllerId,
      incarnationId,
      endpoints,
      image: () => this.controller.image,
      ask: (body) => active.ask(ControllerRegistration, 0, body),
      clock,
      signal: this.#stopping.signal,
    });
  }

  #active(): ActiveController {
    const { clock, node: { nodeId: own, config } } = this.#options;
    const { quorum, replicas } = this.#parts;
    return {
      isHere: () => quorum.leaderId === own,
      ask: async (api: AnyApi, version, body) => {
        const { leaderId } = quorum;
        if (leaderId === NO_NODE || leaderId === own) throw new Refusal("NOT_CONTROLLER");
        const answer = await replicas.relay(leaderId, { api, version, body: body as never });
        return answer as { readonly errorCode: number };
      },
      clock,
      timeoutMs: LOOKING_PART * config.value("controller.quorum.request.timeout.ms"),
    };
  }

  #services(): ControllerServices {
    const { node: { config, nodeId: own }, clusterId, clock, logger, fatal } = this.#options;
    const { controller, quorum, replicas } = this.#parts;
    const { files, directoryId } = this.#options;
    const directory = `${this.#options.metadataLogDir}/${METADATA_TOPIC}-0`;
    const self = { id: own, directoryId };
    return {
      controller,
      nodeId: own,
      quorum: {
        image: () => controller.image,
        leaderId: () => quorum.leaderId,
        led: () => controller.isActive ? ledQuorum(quorum.state, { self, clock }) : undefined,
        ...memberOf({ clusterId, quorum, replicas, files, directory }),
      },
      config,
      hooks: allowAll,
      logger,
      fatal: (bug: Bug) => fatal(bug),
    };
  }

  #listener(
    { name, securityProtocol }: Pick<ControllerPlace, "name" | "securityProtocol">,
    dispatch: Dispatch,
  ): Listener {
    const { node: { config }, clock, logger } = this.#options;
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

function endpointOf({ name, advertised: { host, port } }: ControllerPlace): EndpointImage {
  return { name, host, port, securityProtocol: PLAINTEXT };
}

/** A snapshot that holds no record is only what the quorum was formatted with. */
function prefixOf(loaded: LoadedSnapshot | undefined): LogPrefix | undefined {
  if (loaded === undefined || loaded.endOffset === 0) return undefined;
  return { endOffset: offset(loaded.endOffset), epoch: loaded.epoch as Epoch };
}

interface ControllerIdentity {
  readonly incarnationId: Uuid;
  readonly endpoints: readonly EndpointImage[];
}

function makeController(
  { node, clusterId, clock, random, followers, fatal }: QuorumReplicaOptions,
  identity: ControllerIdentity,
  formatted: readonly MetadataRecord[],
): Controller {
  const { config, nodeId: controllerId } = node;
  const registration = { controllerId, ...identity };
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

function makeReplicas(
  { node, clusterId, transport, clock, random }: QuorumReplicaOptions,
  { endpoints, voters }: {
    readonly endpoints: readonly EndpointImage[];
    readonly voters: () => VoterSet;
  },
): Replicas {
  const { config, nodeId, quorum, controllerListenerNames: [name] } = node;
  return new Replicas({
    nodeId,
    clusterId,
    endpoints,
    bootstrap: quorum.kind === "dynamic" ? quorum.bootstrapServers : [],
    addressOf: (id) => {
      const all = voters().get(id)?.endpoints ?? [];
      return all.find((one) => one.name === name) ?? all[0];
    },
    transport,
    clock,
    random,
    timeoutMs: config.value("controller.quorum.request.timeout.ms"),
  });
}

function quorumOptions(
  { node: { nodeId, config }, directoryId, files, clock, random, logger, fatal }:
    QuorumReplicaOptions,
  voters: VoterHistory,
) {
  const timing = timingOf(config);
  return { nodeId, directoryId, voters, timing, files, clock, random, logger, fatal };
}

function timingOf(config: ResolvedConfig): RaftConfig {
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
