// The part of a broker that owns no partition: it starts and stops the reactors, belongs to the
// cluster for all of them, and writes the checkpoint files that they share. It runs on the main
// thread; the reactors may run on threads of their own.

import { type Clock, Fault, type Files, type Random, reason, sleep } from "@odradek/base";
import {
  type Checkpoints,
  doomedDirectoryName,
  parsePartitionDirectory,
  writeCleanShutdown,
} from "@odradek/log";
import { type ClusterImage, type MetadataSnapshot, topicNamed } from "@odradek/metadata";
import type { Logger } from "@odradek/network";
import { type CheckpointEntry, CheckpointFiles } from "./checkpoint_files.ts";
import { Lifecycle, type LifecycleOptions } from "./lifecycle.ts";
import { MetadataFeed } from "./metadata_feed.ts";
import { leftoversIn, removeLeftovers } from "./partitions/leftovers.ts";
import { isOffline, type LogDirectory } from "./partitions/log_directories.ts";
import type { ListenerPlace } from "./reactors/listeners.ts";

/** A reactor, here or on another thread. */
export interface ReactorHandle {
  listen(places: readonly ListenerPlace[]): Promise<void>;
  /** Of each log directory, in the order in which the broker knows them. */
  checkpoints(): Promise<readonly Checkpoints[]>;
  /** Another number when `checkpoints` would tell something else. */
  checkpointMark(): Promise<number>;
  stopListening(): Promise<void>;
  /** Closes the logs; `checkpoints` still tells of them afterwards. */
  stop(): Promise<void>;
}

type Own = "signal" | "offlineDirectoryIds";

export interface BrokerOptions extends Omit<LifecycleOptions, Own> {
  readonly reactors: readonly ReactorHandle[];
  readonly places: readonly ListenerPlace[];
  readonly directories: readonly LogDirectory[];
  readonly files: Files;
  readonly random: Random;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly checkpointMs: number;
  /** Of deleted replicas. */
  readonly deleteDelayMs: number;
  readonly controlledShutdown: boolean;
}

/** How long a stop waits for the controller. */
const LEAVE_MS_MAX = 10_000;
const CATCH_UP_CHECK_MS = 2;

export class Broker {
  readonly #options: BrokerOptions;
  readonly #lifecycle: Lifecycle;
  readonly #feed: MetadataFeed;
  readonly #stopping = new AbortController();
  readonly #checkpoints: CheckpointFiles;
  #background: Promise<unknown> = Promise.resolve();

  constructor(options: BrokerOptions) {
    this.#options = options;
    const { directories, files, reactors } = options;
    this.#checkpoints = new CheckpointFiles({
      directories,
      files,
      gather: () => Promise.all(reactors.map((reactor) => reactor.checkpoints())),
      marks: () => Promise.all(reactors.map((reactor) => reactor.checkpointMark())),
    });
    this.#lifecycle = new Lifecycle({
      ...options,
      offlineDirectoryIds: () => options.directories.filter(isOffline).map(({ id }) => id)
        .filter((id) => options.directoryIds.includes(id)),
      signal: this.#stopping.signal,
    });
    this.#feed = new MetadataFeed({
      apply: () => Promise.resolve(),
      applied: () => undefined,
      warn: (message, error) => options.logger.error({ err: error }, message),
    });
  }

  get brokerEpoch(): number {
    return this.#lifecycle.brokerEpoch;
  }

  get image(): ClusterImage {
    return this.#feed.image;
  }

  /** Committed batches of the metadata log, in order, each once. */
  follow(bytes: Uint8Array, endOffset: number): void {
    this.#feed.follow(bytes, endOffset);
  }

  /** Everything that was committed below the batches that follow. */
  restore(snapshot: MetadataSnapshot): void {
    this.#feed.restore(snapshot);
  }

  /** What the files say of a replica that is about to be made is of another, and must go first. */
  forget(entry: CheckpointEntry): Promise<void> {
    return this.#checkpoints.forget(entry);
  }

  /** Resolves when clients are served: registered, unfenced, all logs open, all ports bound. */
  async start(): Promise<void> {
    await this.#lifecycle.join();
    await this.#caughtUp();
    warnOfKept(this.image, this.#options.logger);
    const { reactors, places, directories, files } = this.#options;
    for (const directory of directories) await this.#moveStrays(directory);
    const usable = directories.filter((directory) => !isOffline(directory));
    const leftovers = await leftoversIn(files, usable);
    await Promise.all(reactors.map((reactor) => reactor.listen(places)));
    this.#background = Promise.all([
      this.#lifecycle.keepAlive(),
      this.#checkpointAtIntervals(),
      this.#removeLeftovers(leftovers),
    ]);
  }

  /** Hands over, answers what was asked, closes the logs, and says last that all was in order. */
  async stop(): Promise<void> {
    const { reactors, directories, files, controlledShutdown, logger } = this.#options;
    this.#stopping.abort(new Fault("in use", "The broker is stopping"));
    await this.#background;
    if (controlledShutdown && this.brokerEpoch >= 0) await this.#lifecycle.leave(LEAVE_MS_MAX);
    await Promise.all(reactors.map((reactor) => reactor.stopListening()));
    await Promise.all(reactors.map((reactor) => reactor.stop()));
    await this.#checkpoints.write();
    for (const { path } of directories.filter((one) => !isOffline(one))) {
      await writeCleanShutdown(files, path, { brokerEpoch: this.brokerEpoch });
    }
    logger.debug("All logs are closed");
  }

  /** Every reactor has what this thread has seen of the metadata, the unfencing included. */
  async #caughtUp(): Promise<void> {
    const { appliedEndOffset, clock, nodeId, incarnationId } = this.#options;
    const isUnfenced = (): boolean => {
      const self = this.image.brokers.get(nodeId);
      return self?.incarnationId === incarnationId && !self.isFenced;
    };
    while (!isUnfenced() || appliedEndOffset() < this.image.endOffset) {
      await sleep(clock, CATCH_UP_CHECK_MS, this.#stopping.signal);
    }
  }

  /** Replicas that the metadata does not give to this broker are put aside, never served. */
  async #moveStrays({ path, replicas }: LogDirectory): Promise<void> {
    const { files, random, nodeId, logger } = this.#options;
    for (const name of replicas) {
      const replica = parsePartitionDirectory(name);
      const topic = replica && topicNamed(this.image, replica.topic);
      const partition = topic?.partitions[replica?.partition ?? -1];
      if (partition?.replicas.includes(nodeId)) continue;
      const stray = doomedDirectoryName(name, { hex: random.bytes(16).toHex(), fate: "stray" });
      logger.warn(`${path}/${name} is no replica of this broker: moved to ${stray}`);
      await files.rename(`${path}/${name}`, `${path}/${stray}`);
      await files.syncDirectory(path);
    }
  }

  #removeLeftovers(paths: readonly string[]): Promise<void> {
    const { files, clock, deleteDelayMs: delayMs, logger } = this.#options;
    const { signal } = this.#stopping;
    const warn = (message: string, error: unknown): void => logger.error({ err: error }, message);
    return removeLeftovers(paths, { files, clock, delayMs, signal, warn });
  }

  async #checkpointAtIntervals(): Promise<void> {
    const { clock, checkpointMs, logger } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await sleep(clock, checkpointMs, signal);
        await this.#checkpoints.writeChanges();
      } catch (error) {
        if (signal.aborted) return;
        logger.error({ err: error }, `Cannot write checkpoints: ${reason(error)}`);
      }
    }
  }
}

/** What the metadata holds of features that are not built: told once, and kept. */
function warnOfKept(
  { acls, scramUsers, clientQuotas, delegationTokens }: ClusterImage,
  logger: Logger,
) {
  const kept = [
    ["ACLs", acls],
    ["SCRAM users", scramUsers],
    ["client quotas", clientQuotas],
    ["delegation tokens", delegationTokens],
  ] as const;
  for (const [what, records] of kept) {
    if (records.size === 0) continue;
    logger.warn(
      `The metadata holds ${records.size} ${what}: they are kept, but have no effect yet`,
    );
  }
}
