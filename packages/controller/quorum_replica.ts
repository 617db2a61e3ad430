// This node's replica of the metadata quorum: the metadata log on disk, the driver of the raft core
// over it, the controller on top, and whoever asks it. An object; the quorum thread is its host.

import {
  type Address,
  type Bug,
  type Clock,
  Fault,
  type Files,
  type Jobs,
  METADATA_TOPIC,
  METADATA_TOPIC_ID,
  type NodeId,
  type Random,
  randomUuid,
  type Socket,
  type Transport,
  type Uuid,
} from "@odradek/base";
import { openLog, writeTopicId } from "@odradek/log";
import type { NodeConfig } from "@odradek/metadata/configs/mod";
import { allowAll, Listener } from "@odradek/network";
import { type Voter, VoterSet } from "@odradek/raft";
import type { Logger } from "@odradek/network";
import { BOOTSTRAP_FILE, FIRST_SNAPSHOT_FILE, readCheckpoint } from "./checkpoint_file.ts";
import { Controller, type MetadataFollower } from "./controller.ts";
import { decideBootstrap } from "./decide/bootstrap.ts";
import { decideRegisterController } from "./decide/register_controller.ts";
import { Quorum } from "./quorum.ts";
import { readQuorumState } from "./quorum_state_file.ts";
import { controllerDispatch } from "./requests/mod.ts";

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

const PLAINTEXT = 0;
const IN_FLIGHT_BYTES_MAX = 16 * 1024 * 1024;
const METADATA_INDEX_INTERVAL_BYTES = 4096;
const METADATA_INDEX_BYTES = 10 * 1024 * 1024;

export class QuorumReplica {
  readonly #options: QuorumReplicaOptions;
  readonly controller: Controller;
  readonly #quorum: Quorum;
  readonly #local: Listener;
  readonly #listeners: Listener[] = [];

  private constructor(options: QuorumReplicaOptions, controller: Controller, quorum: Quorum) {
    this.#options = options;
    this.controller = controller;
    this.#quorum = quorum;
    this.#local = this.#listener("local", "PLAINTEXT");
  }

  /** Opens what is on disk. It does nothing yet: see `start`. */
  static async open(
    options: QuorumReplicaOptions,
    places: readonly ControllerPlace[],
  ): Promise<QuorumReplica> {
    const { node, clusterId, directoryId, files, clock, random, followers, fatal } = options;
    const { config, nodeId } = node;
    const { metadataLogDir } = options;
    const directory = `${metadataLogDir}/${METADATA_TOPIC}-0`;
    const log = await openMetadataLog(options, directory);
    const bootstrap = await readCheckpoint(files, `${metadataLogDir}/${BOOTSTRAP_FILE}`);
    const first = await readCheckpoint(files, `${directory}/${FIRST_SNAPSHOT_FILE}`);
    const endpoints = places.map(({ name, advertised }) => ({
      name,
      host: advertised.host,
      port: advertised.port,
      securityProtocol: PLAINTEXT,
    }));
    const registration = {
      controllerId: nodeId,
      incarnationId: randomUuid(random),
      endpoints,
    };
    const formatted = [...bootstrap?.records ?? [], ...first?.records ?? []];
    const controller = new Controller({
      nodeId,
      clusterId,
      config,
      clock,
      random,
      followers,
      fatal,
      claims: [
        (next) => decideBootstrap(next, formatted),
        (next) => decideRegisterController(next, registration),
      ],
    });
    const quorum = new Quorum({
      nodeId,
      directoryId,
      voters: new VoterSet([{
        id: nodeId,
        directoryId,
        endpoints,
        kraftVersions: KRAFT_VERSIONS,
      }]),
      persisted: await readQuorumState(files, directory),
      electionTimeoutMs: config.value("controller.quorum.election.timeout.ms"),
      log,
      files,
      clock,
      random,
      listener: controller,
      fatal,
    });
    controller.attach(quorum);
    return new QuorumReplica(options, controller, quorum);
  }

  /** Resolves when this node serves as the active controller, and others can reach it. */
  async start(places: readonly ControllerPlace[]): Promise<void> {
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
    await this.#quorum.stop();
    for (const listener of [this.#local, ...this.#listeners]) listener.destroy();
  }

  #listener(name: string, securityProtocol: string): Listener {
    const { node: { config }, clusterId, clock, logger, fatal } = this.#options;
    const dispatch = controllerDispatch({
      controller: this.controller,
      quorum: {
        clusterId,
        image: () => this.controller.image,
        leaderId: (): NodeId => this.#quorum.leaderId,
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

async function openMetadataLog(options: QuorumReplicaOptions, directory: string) {
  const { node: { config }, wasClean, files, clock, jobs } = options;
  const log = await openLog({
    directory,
    config: {
      segmentBytes: config.value("metadata.log.segment.bytes"),
      segmentMs: config.value("metadata.log.segment.ms"),
      segmentJitterMs: 0,
      indexBytes: METADATA_INDEX_BYTES,
      indexIntervalBytes: METADATA_INDEX_INTERVAL_BYTES,
      flushMessages: Number.MAX_SAFE_INTEGER,
      flushMs: Number.MAX_SAFE_INTEGER,
      producerIdleMsMax: Number.MAX_SAFE_INTEGER,
      retention: undefined,
      deleteDelayMs: 60_000,
      isCompacted: false,
    },
    wasClean,
    recoveryPoint: 0,
    logStartOffset: 0,
  }, { files, clock, jobs });
  if (log.startOffset > 0) {
    const what = `its log begins at offset ${log.startOffset}`;
    const why = `${what}, and the snapshot of what came before cannot be read yet`;
    throw new Fault("configuration", `Cannot use "${directory}": ${why}`);
  }
  await writeTopicId(files, directory, METADATA_TOPIC_ID);
  return log;
}
