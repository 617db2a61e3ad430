// All partitions that one reactor owns: made, led and dropped as the metadata says. Changes are
// carried out one after the other; what is opened is opened several at a time.

import { Bug, Fault, type NodeId, type Random, reason, type Uuid } from "@odradek/base";
import {
  doomedDirectoryName,
  offsetsKey,
  type OpenContext,
  openLog,
  partitionDirectoryName,
  type Survey,
  surveyDirectory,
  writeTopicId,
} from "@odradek/log";
import {
  type BrokerImage,
  type ClusterImage,
  CONFIG_RESOURCE,
  configKey,
  type Delta,
  deltaOf,
  type PartitionImage,
  type TopicDelta,
  type TopicImage,
} from "@odradek/metadata";
import type { FsyncPolicy, ResolvedConfig, TopicConfig } from "@odradek/metadata/configs/mod";
import { Refusal } from "@odradek/protocol/refusal";
import type { CheckpointEntry } from "../checkpoint_files.ts";
import {
  type Drops,
  isOffline,
  type LogDirectories,
  type LogDirectory,
  takeOffline,
} from "./log_directories.ts";
import { checkpointMark } from "./opening/mark.ts";
import { atMost } from "./opening/at_most.ts";
import { OpeningProgress } from "./opening/progress.ts";
import { Partition } from "./partition.ts";
import type { ReplicaCluster } from "./replica/replica.ts";
import { TopicConfigs } from "./topic_configs.ts";

export interface PartitionsOptions {
  readonly nodeId: NodeId;
  /** The newest; another object only if something has changed. */
  readonly config: () => ResolvedConfig;
  readonly fsync: FsyncPolicy;
  /** Whether this reactor owns a partition. */
  readonly owns: (topicId: Uuid, partition: number) => boolean;
  readonly directories: LogDirectories;
  readonly context: OpenContext;
  readonly random: Random;
  /** Something on disk could not be used; the rest goes on. */
  readonly warn: (message: string, error: unknown) => void;
  /** How far a start is. */
  readonly tell?: (line: string) => void;
  /** Resolves when no checkpoint file speaks of a replica's name: see `CheckpointFiles`. */
  readonly forget: (entry: CheckpointEntry) => Promise<void>;
  /** Other reactors that have replicas in the same directories. Absent: there are none. */
  readonly drops?: Drops | undefined;
  /** Hears of each partition that is opened, changes as its image says, or is left. */
  readonly follower?: PartitionFollower;
  /** Told of a replica that lies in another directory than its image says. */
  readonly placed?: (partition: Partition, directoryId: Uuid) => void;
  /** What leaders and followers among them ask of the others. Absent: there are none. */
  readonly cluster?: ReplicaCluster;
}

export interface PartitionFollower {
  follow(partition: Partition): void;
}

interface Owned {
  readonly partition: Partition;
  readonly directory: LogDirectory;
}

/** Opened at the same time: more would only wait for the disk. */
const OPENING_MAX = 32;
/** More are not worth waiting for other threads to start. */
const IN_PLACE_MAX = 64;

export class Partitions {
  readonly #options: PartitionsOptions;
  readonly #configs: TopicConfigs;
  /** Replicas that are here and could not be opened. */
  readonly #unusable = new Set<string>();
  /** By topic and number: nobody makes a key to find one. */
  readonly #byTopic = new Map<Uuid, (Owned | undefined)[]>();
  /** Grows with each partition that is opened or dropped. */
  #changes = 0;
  #image: ClusterImage;
  /** Metadata were applied before: whatever is new in others now has no replica anywhere. */
  #hasBegun = false;
  /** By which the partitions are configured. */
  #config: ResolvedConfig;

  constructor(options: PartitionsOptions, image: ClusterImage) {
    this.#options = options;
    this.#image = image;
    this.#config = options.config();
    this.#configs = new TopicConfigs(options);
  }

  get(topicId: Uuid, partition: number): Partition | undefined {
    return this.#find(topicId, partition)?.partition;
  }

  /** For a request: as `get`. Refuses with KAFKA_STORAGE_ERROR if it lies on a disk that failed. */
  usable(topicId: Uuid, partition: number): Partition | undefined {
    const owned = this.#find(topicId, partition);
    const isUnusable = owned === undefined
      ? this.#unusable.has(keyOf(topicId, partition))
      : isOffline(owned.directory);
    if (isUnusable) throw new Refusal("KAFKA_STORAGE_ERROR");
    return owned?.partition;
  }

  /** A disk has failed, or a file was cut: the directory of the partition is used no more. */
  failed(partition: Partition, fault: Fault): void {
    const owned = this.#find(partition.topicId, partition.partition);
    if (owned === undefined || fault.kind !== "disk") return;
    this.#takeOffline(owned.directory, fault);
  }

  /** Lets go of what lies in directories that have failed, here or where another thread looks. */
  checkDirectories(): void {
    for (const { partition, directory } of this.#allOwned()) {
      const { failure } = partition.log;
      // Also for want of room: only a start can say what a log has that could not be kept.
      if (failure instanceof Fault) this.#takeOffline(directory, failure);
      if (isOffline(directory) && !partition.isGone) this.#leave(partition);
    }
  }

  #takeOffline(directory: LogDirectory, cause: Fault): void {
    if (!takeOffline(directory)) return;
    const partitions = [...this.inDirectory(directory.id)];
    for (const partition of partitions) this.#leave(partition);
    const message = `Log directory "${directory.path}" is offline until the next start`;
    this.#options.warn(`${message}: ${cause.message}`, cause);
  }

  /** The log directory in which it lies. */
  directoryOf(topicId: Uuid, partition: number): Uuid | undefined {
    return this.#find(topicId, partition)?.directory.id;
  }

  *all(): Generator<Partition> {
    for (const { partition } of this.#allOwned()) yield partition;
  }

  /** Of one log directory. */
  *inDirectory(id: Uuid): Generator<Partition> {
    for (const { partition, directory } of this.#allOwned()) {
      if (directory.id === id) yield partition;
    }
  }

  /** Whether the metadata knows a topic: already while its partitions still go. */
  hasTopic(topicId: Uuid): boolean {
    return this.#image.topics.has(topicId);
  }

  /** As the newest metadata says that is followed. */
  broker(id: NodeId): BrokerImage | undefined {
    return this.#image.brokers.get(id);
  }

  /** Another number when a checkpoint file would say something else. */
  checkpointMark(): number {
    return checkpointMark(this.#allOwned(), this.#changes);
  }

  get count(): number {
    return this.#allOwned().reduce((sum) => sum + 1, 0);
  }

  #find(topicId: Uuid, partition: number): Owned | undefined {
    return this.#byTopic.get(topicId)?.[partition];
  }

  *#allOwned(): Generator<Owned> {
    for (const siblings of this.#byTopic.values()) {
      for (const one of siblings) if (one !== undefined) yield one;
    }
  }

  /** Brings the partitions to what the metadata says now. One call after the other. */
  async apply(image: ClusterImage): Promise<void> {
    const delta = deltaOf(this.#image, image);
    this.#image = image;
    for (const { before, after } of delta.topics) {
      if (before !== undefined && after === undefined) await this.#dropTopic(before);
    }
    this.#options.drops?.dropped(image.endOffset);
    const opening = delta.topics.flatMap((topic) => this.#changed(topic));
    const { context, tell = () => undefined } = this.#options;
    const progress = new OpeningProgress(opening.length, context.clock, tell);
    await atMost(OPENING_MAX, opening.map((open) => () => {
      return open(opening.length).then(() => progress.opened());
    }));
    this.#hasBegun = true;
    this.#configure(delta);
  }

  /** Closes all logs in order, so that the next start finds them whole. */
  async close(): Promise<void> {
    const closing = [...this.#allOwned()].map(({ partition, directory }) => async () => {
      this.#leave(partition);
      if (isOffline(directory)) await partition.log.abandon();
      else await partition.log.close();
    });
    await atMost(OPENING_MAX, closing);
  }

  /** What is to be done for a topic that is new or has changed. */
  #changed({ after }: TopicDelta): ((count: number) => Promise<void>)[] {
    if (after === undefined) return [];
    const { nodeId, owns } = this.#options;
    return after.partitions.flatMap((image) => {
      if (!owns(after.id, image.partition)) return [];
      const known = this.#find(after.id, image.partition);
      const isReplica = image.replicas.includes(nodeId);
      if (known === undefined) {
        const open = (count: number) => this.#open(after, image, count > IN_PLACE_MAX);
        return isReplica ? [open] : [];
      }
      if (!isReplica) return [() => this.#drop(known)];
      known.partition.follow(image);
      this.#options.follower?.follow(known.partition);
      return [];
    });
  }

  async #open(topic: TopicImage, image: PartitionImage, isOneOfMany: boolean): Promise<void> {
    const { nodeId, directories, context, fsync, warn, cluster } = this.#options;
    const { partition } = image;
    const name = partitionDirectoryName({ topic: topic.name, partition });
    const ownKey = keyOf(topic.id, partition);
    const isNew = this.#hasBegun && !this.#unusable.has(ownKey);
    this.#unusable.add(ownKey);
    // An empty log in its place would be taken for all that there ever was.
    if (!isNew && directories.mayHide(name)) return;
    const assigned = image.directories[image.replicas.indexOf(nodeId)];
    const directory = directories.placeOf(name, assigned);
    const config = this.#configOf(topic.name);
    if (isOffline(directory)) return;
    try {
      const log = await this.#openLog(topic, { directory, name, partition, config, isOneOfMany });
      const key = offsetsKey(topic.name, partition);
      const highWatermark = directory.checkpoints.highWatermarks.get(key) ?? 0;
      const opened = new Partition({
        topic: topic.name,
        topicId: topic.id,
        partition,
        log,
        config,
        highWatermark,
        nodeId,
        fsync,
        clock: context.clock,
        ...(cluster && { cluster }),
      });
      opened.follow(image);
      this.#unusable.delete(ownKey);
      const siblings = this.#byTopic.get(topic.id) ?? [];
      siblings[partition] = { partition: opened, directory };
      this.#changes++;
      this.#byTopic.set(topic.id, siblings);
      this.#options.follower?.follow(opened);
      if ((assigned ?? directory.id) !== directory.id) this.#options.placed?.(opened, directory.id);
    } catch (error) {
      if (error instanceof Bug) throw error;
      warn(`Cannot open partition ${name} in "${directory.path}": ${reason(error)}`, error);
    }
  }

  async #openLog(
    topic: TopicImage,
    place: {
      readonly directory: LogDirectory;
      readonly name: string;
      readonly partition: number;
      readonly config: TopicConfig;
      readonly isOneOfMany: boolean;
    },
  ) {
    const { context } = this.#options;
    const { directory: { path: root, wasClean, checkpoints, replicas }, name } = place;
    const directory = `${root}/${name}`;
    const key = offsetsKey(topic.name, place.partition);
    const isFresh = { recoveryPoint: 0, logStartOffset: 0 };
    const request = {
      directory,
      config: this.#configs.logOf(place.config),
      wasClean,
      topicId: topic.id,
    };
    const kept = {
      ...request,
      recoveryPoint: checkpoints.recoveryPoints.get(key) ?? 0,
      logStartOffset: checkpoints.logStarts.get(key) ?? 0,
      compactedTo: checkpoints.compactedTo.get(key),
      isOneOfMany: place.isOneOfMany,
    };
    const isOwn = (one: Survey): boolean => (one.topicId ?? topic.id) === topic.id;
    let survey = replicas.has(name) ? await surveyDirectory(kept, context) : undefined;
    if (survey === undefined || !isOwn(survey)) {
      await this.#options.drops?.untilDropped(this.#image.endOffset);
      const isThere = await context.files.list(directory) !== undefined;
      survey = isThere ? await surveyDirectory(kept, context) : undefined;
    }
    if (survey !== undefined && isOwn(survey)) {
      const log = await openLog(kept, context, survey);
      if (survey.topicId === undefined) await writeTopicId(context.files, directory, topic.id);
      return log;
    }
    // A topic of the same name that is gone: its records are not this one's.
    if (survey !== undefined) await this.#moveAway(directory, "stray");
    await this.#options.forget({ directory: place.directory.id, key });
    const log = await openLog({ ...request, ...isFresh }, context);
    await writeTopicId(context.files, directory, topic.id);
    return log;
  }

  async #dropTopic(topic: TopicImage): Promise<void> {
    for (const { partition } of topic.partitions) {
      const owned = this.#find(topic.id, partition);
      this.#unusable.delete(keyOf(topic.id, partition));
      if (owned !== undefined) await this.#drop(owned);
    }
  }

  /** The replica is gone for everybody at once; its bytes go after a while. */
  async #drop({ partition, directory }: Owned): Promise<void> {
    const { warn } = this.#options;
    this.#changes++;
    const siblings = this.#byTopic.get(partition.topicId);
    if (siblings !== undefined) delete siblings[partition.partition];
    if (siblings?.every((one) => one === undefined)) this.#byTopic.delete(partition.topicId);
    this.#leave(partition);
    const name = partitionDirectoryName(partition);
    directory.replicas.delete(name);
    try {
      await partition.log.abandon();
      if (isOffline(directory)) return;
      const path = `${directory.path}/${name}`;
      const doomed = await this.#moveAway(path, "delete");
      this.#removeLater(doomed, partition.config.deleteDelayMs);
    } catch (error) {
      warn(`Cannot delete partition ${name}: ${reason(error)}`, error);
    }
  }

  #leave(partition: Partition): void {
    partition.leave();
    this.#options.follower?.follow(partition);
  }

  async #moveAway(path: string, fate: "delete" | "stray"): Promise<string> {
    const { context: { files }, random } = this.#options;
    const slash = path.lastIndexOf("/");
    const hex = random.bytes(16).toHex();
    const name = doomedDirectoryName(path.slice(slash + 1), { hex, fate });
    const parent = path.slice(0, slash);
    const target = `${parent}/${name}`;
    await files.rename(path, target);
    // Else it may be back after a loss of power, beside a new replica in another log directory.
    await files.syncDirectory(parent);
    return target;
  }

  #removeLater(path: string, delayMs: number): void {
    const { context: { files, clock }, warn } = this.#options;
    clock.schedule(delayMs, () => {
      files.remove(path).catch((error: unknown) => warn(`Cannot remove "${path}"`, error));
    });
  }

  #configure({ configs }: Delta): void {
    const isForAll = this.#config !== this.#options.config();
    this.#config = this.#options.config();
    if (configs.size === 0 && !isForAll) return;
    for (const { partition } of this.#allOwned()) {
      const isConcerned = configs.has(configKey(CONFIG_RESOURCE.topic, partition.topic));
      if (!isConcerned && !isForAll) continue;
      partition.config = this.#configOf(partition.topic);
      partition.log.config = this.#configs.logOf(partition.config);
    }
  }

  #configOf(topic: string): TopicConfig {
    return this.#configs.of(this.#image.configs.get(configKey(CONFIG_RESOURCE.topic, topic)));
  }
}

function keyOf(topicId: Uuid, partition: number): string {
  return `${topicId} ${partition}`;
}
