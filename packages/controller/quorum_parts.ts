// What a replica of the quorum is made of, opened and tied together.

import {
  type Address,
  type Clock,
  type Epoch,
  type Files,
  type Jobs,
  METADATA_TOPIC,
  offset,
  type Random,
  randomUuid,
  type Transport,
  type Uuid,
} from "@odradek/base";
import type { PartitionLog } from "@odradek/log";
import type { EndpointImage } from "@odradek/metadata";
import type { Loggers, Lookup, NodeConfig, ResolvedConfig } from "@odradek/metadata/configs/mod";
import type { Logger, NodeBounds, ThreadCounters } from "@odradek/network";
import type { MetadataRecord } from "@odradek/protocol/schemas/metadata/mod";
import {
  DEFAULT_RAFT_CONFIG,
  type LogPrefix,
  type QuorumState,
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
import { Quorum } from "./quorum/quorum.ts";
import { readQuorumState } from "./quorum/quorum_state_file.ts";
import { Replicas } from "./quorum/replicas.ts";
import { VoterChanges } from "./quorum/voter_changes.ts";
import { PeriodicElections } from "./periodic_elections.ts";
import { Fencing } from "./sessions/fencing.ts";
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
  /** Absent: names of hosts in bounds of connections match no address. */
  readonly lookup?: Lookup;
  /** Of what all connections of the controller use together. Absent: there are none. */
  readonly bounds?: NodeBounds;
  /** What its thread counts goes there. Absent: nobody reads it. */
  readonly counters?: ThreadCounters;
  readonly logger: Logger;
  /** Of this node, as requests tell and change them. */
  readonly loggers: Loggers;
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

export interface Parts {
  readonly controller: Controller;
  readonly fencing: Fencing;
  readonly elections: PeriodicElections;
  readonly quorum: Quorum;
  readonly replicas: Replicas;
  readonly voterChanges: VoterChanges;
  readonly snapshots: Snapshots;
  readonly incarnationId: Uuid;
  readonly endpoints: readonly EndpointImage[];
}

const PLAINTEXT = 0;

/** Reads what is on disk. Nothing works yet. */
export async function openParts(
  options: QuorumReplicaOptions,
  places: readonly ControllerPlace[],
): Promise<Parts> {
  const { node, directoryId, metadataLogDir, files, clock, jobs, logger, random } = options;
  const directory = `${metadataLogDir}/${METADATA_TOPIC}-0`;
  const warn = (message: string): void => logger.warn(message);
  const loaded = await loadNewestSnapshot(files, directory, warn);
  const log = await openMetadataLog(
    { directory, config: node.config, wasClean: options.wasClean, snapshot: loaded },
    { files, clock, jobs },
  );
  const bootstrap = await readCheckpoint(files, `${metadataLogDir}/${BOOTSTRAP_FILE}`);
  const endpoints = places.map(endpointOf);
  const identity = { incarnationId: randomUuid(random), endpoints };
  const voters = await firstVoters({ node, directoryId, endpoints, loaded, log });
  const persisted = await readQuorumState(files, directory);
  const found = { loaded, log, voters, persisted, formatted: bootstrap?.records ?? [] };
  return { ...tie(options, identity, found), ...identity };
}

interface Found {
  readonly loaded: LoadedSnapshot | undefined;
  readonly log: PartitionLog;
  readonly voters: VoterHistory;
  readonly persisted: QuorumState;
  /** What the cluster was formatted with. */
  readonly formatted: readonly MetadataRecord[];
}

/** Each tells others what it has found: none is used before all are there. */
function tie(
  options: QuorumReplicaOptions,
  identity: ControllerIdentity,
  { loaded, log, voters, persisted, formatted }: Found,
): Omit<Parts, keyof ControllerIdentity> {
  const { node: { config }, files, clock, logger } = options;
  const activity = (isActive: boolean): void => {
    fencing.activity(isActive);
    elections.activity(isActive);
  };
  const controller = makeController(options, identity, { formatted, activity });
  const fencing: Fencing = makeFencing(options, controller);
  const elections = new PeriodicElections({ controller, config, clock, logger });
  const snapshots: Snapshots = new Snapshots({
    limits: snapshotLimits(config),
    log,
    files,
    clock,
    loaded,
    committed: () => controller.committedState,
    taken: ({ endOffset, epoch }) =>
      quorum.snapshotTaken({ endOffset: offset(endOffset), epoch: epoch as Epoch }),
    warn: (message) => logger.warn(message),
  });
  const known = { endpoints: identity.endpoints, voters: () => quorum.state.voters };
  const replicas: Replicas = makeReplicas(options, known);
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
  const voterChanges = new VoterChanges({
    quorum,
    versionsOf: (address) => replicas.versionsOf(address),
    listenerName: options.node.controllerListenerNames[0] ?? "CONTROLLER",
    clock,
    timeoutMs: config.value("controller.quorum.request.timeout.ms"),
  });
  return { controller, elections, fencing, quorum, replicas, snapshots, voterChanges };
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
  { formatted, activity }: {
    readonly formatted: readonly MetadataRecord[];
    readonly activity: (isActive: boolean) => void;
  },
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
    activity,
    claims: [
      (next) => decideBootstrap(next, formatted),
      (next) => decideInSyncDefault(next, config),
      (next) => decideRegisterController(next, registration),
    ],
  });
}

function makeFencing(
  { node: { config, interBrokerListener: listener }, transport, clock, logger }:
    QuorumReplicaOptions,
  controller: Controller,
): Fencing {
  const limits = {
    sessionMs: config.value("broker.session.timeout.ms"),
    isEarly: config.value("odradek.early.fencing"),
  };
  return new Fencing({ limits, listener, controller, transport, clock, logger });
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
