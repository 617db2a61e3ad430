// A quorum of one replica over a disk that can fail: opened, asked, cut off, opened again.

import type { Files } from "@odradek/base";
import { seededRandom } from "@odradek/base";
import { inlineJobs } from "@odradek/log/testing/inline_jobs";
import type { ClusterImage, MetadataSnapshot } from "@odradek/metadata";
import {
  applyBatch,
  EMPTY_STATE,
  metadataBatches,
  type MetadataState,
  snapshotState,
} from "@odradek/metadata";
import { readNodeConfig } from "@odradek/metadata/configs/mod";
import { topicRecords, uuidOf } from "@odradek/metadata/testing/image_of";
import { type Logger, LogLevels } from "@odradek/network";
import { SimulatedNetwork } from "@odradek/network/testing/simulated_network";
import type { MetadataFollower } from "../controller.ts";
import { QuorumReplica } from "../quorum_replica.ts";
import { SnapshotDisk } from "./snapshot_disk.ts";

/** Follows as a broker does. */
export class Following implements MetadataFollower {
  #state: MetadataState = EMPTY_STATE;
  /** End offsets of the snapshots that it was given. */
  readonly restored: number[] = [];

  get image(): ClusterImage {
    return this.#state.image;
  }

  follow(bytes: Uint8Array): void {
    for (const batch of metadataBatches(bytes)) this.#state = applyBatch(this.#state, batch);
  }

  restore(snapshot: MetadataSnapshot): void {
    this.restored.push(snapshot.endOffset);
    this.#state = snapshotState(snapshot);
  }
}

export interface OpenedReplica {
  readonly replica: QuorumReplica;
  readonly following: Following;
  readonly warnings: readonly string[];
}

export class ReplicaWorld extends SnapshotDisk {
  readonly #settings: readonly string[];
  readonly #network: SimulatedNetwork;
  /** What has ended a replica. */
  failure: unknown;

  /** `settings`: `key=value` each. */
  constructor(settings: readonly string[], seed = 1) {
    super(seed);
    this.#settings = settings;
    this.#network = new SimulatedNetwork({ clock: this.clock, random: seededRandom(seed) });
  }

  async open(files: Files = this.files): Promise<OpenedReplica> {
    const { clock } = this;
    const sources = { environment: {}, overrides: this.#settings };
    const following = new Following();
    const warnings: string[] = [];
    const warn = (message: string): void => void warnings.push(message);
    const replica = await QuorumReplica.open({
      node: readNodeConfig(sources).node,
      clusterId: "cluster",
      metadataLogDir: "/data",
      directoryId: uuidOf(1),
      wasClean: false,
      files,
      clock,
      random: seededRandom(1),
      jobs: inlineJobs(files),
      transport: this.#network.transport("one"),
      logger: { warn } as unknown as Logger,
      loggers: LogLevels.of(["quorum"], "info"),
      followers: [following],
      fatal: (error) => (this.failure ??= error),
    }, []);
    return { replica, following, warnings };
  }

  /** Open, and active. */
  async start(files: Files = this.files): Promise<OpenedReplica> {
    const opened = await this.open(files);
    await opened.replica.start([]);
    return opened;
  }
}

/** Makes a topic of one partition; resolves when it is committed. */
export async function createTopic({ replica }: OpenedReplica, number: number): Promise<void> {
  const records = topicRecords(`t${number}`, number, [{ replicas: [1] }]);
  await replica.controller.decide(() => ({ records, reply: undefined }));
}
