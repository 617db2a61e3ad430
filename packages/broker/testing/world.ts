// A simulated clock and disk, and partitions on it: what tests of the data plane stand on.

import { nodeId, seededRandom, type Uuid } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { type OpenContext, openLog, type PartitionLog } from "@odradek/log";
import { inlineJobs } from "@odradek/log/testing/inline_jobs";
import { SimulatedDisk } from "@odradek/log/testing/simulated_disk";
import { configOf, type FsyncPolicy, topicConfig } from "@odradek/metadata/configs/mod";
import { Batch, readBatches } from "@odradek/protocol/records/batch";
import { type BatchOptions, buildBatch, type RecordDraft } from "@odradek/protocol/records/builder";
import { readRecords } from "@odradek/protocol/records/record";
import { Partition } from "../partitions/partition.ts";
import type { ReplicaCluster } from "../partitions/replica/replica.ts";
import { TopicConfigs } from "../partitions/topic_configs.ts";
import { type PartitionDraft, partitionImage, testUuid } from "./images.ts";

export interface World {
  readonly clock: SimulatedClock;
  readonly disk: SimulatedDisk;
  readonly context: OpenContext;
  /** Lets time pass until it has settled. */
  settle<T>(promise: Promise<T> | T): Promise<T>;
}

export function simulatedWorld(seed = 1): World {
  const clock = new SimulatedClock();
  const disk = new SimulatedDisk({ clock, random: seededRandom(seed) });
  const files = disk.mount();
  return {
    clock,
    disk,
    context: { files, clock, jobs: inlineJobs(files) },
    settle: (promise) => clock.runFor(Promise.resolve(promise)),
  };
}

export type TopicSettings = Readonly<Record<string, string>>;

/** What a topic with these settings is to the data plane. */
export function settingsOf(settings: TopicSettings = {}) {
  return topicConfig(new Map(Object.entries(settings)), configOf({}));
}

export interface LogDraft {
  readonly directory?: string;
  readonly settings?: TopicSettings;
}

export async function openTestLog(world: World, draft: LogDraft = {}): Promise<PartitionLog> {
  const config = settingsOf(draft.settings);
  return await world.settle(openLog({
    directory: draft.directory ?? "/data/t-0",
    config: new TopicConfigs({ config: () => configOf({}), random: seededRandom(1) }).logOf(config),
    wasClean: false,
    recoveryPoint: 0,
    logStartOffset: 0,
  }, world.context));
}

export interface PartitionWish extends LogDraft {
  readonly topic?: string;
  readonly topicId?: Uuid;
  readonly partition?: number;
  /** Node 1 leads, and is the only replica, if absent. Null: nothing is known yet. */
  readonly image?: PartitionDraft | null;
  readonly highWatermark?: number;
  readonly fsync?: FsyncPolicy;
  readonly cluster?: ReplicaCluster;
}

/** A partition of node 1. */
export async function openPartition(world: World, wish: PartitionWish = {}): Promise<Partition> {
  const { topic = "t", partition = 0, image = {} } = wish;
  const directory = wish.directory ?? `/data/${topic}-${partition}`;
  const made = new Partition({
    topic,
    topicId: wish.topicId ?? testUuid(1),
    partition,
    log: await openTestLog(world, { ...wish, directory }),
    config: settingsOf(wish.settings),
    highWatermark: wish.highWatermark ?? 0,
    nodeId: nodeId(1),
    fsync: wish.fsync ?? { kind: "kafka" },
    clock: world.clock,
    ...(wish.cluster && { cluster: wish.cluster }),
  });
  if (image !== null) made.follow(partitionImage({ partition, ...image }));
  return made;
}

/** A producer's batch of these values. */
export function batchOf(
  values: readonly (string | RecordDraft)[],
  options: BatchOptions = {},
): Batch {
  const records = values.map((value) => typeof value === "string" ? { value: text(value) } : value);
  return new Batch(buildBatch(records, options));
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** The end of a producer's transaction, as its coordinator has leaders write it. */
export function markerOf(
  producerId: number,
  end: "commit" | "abort",
  options: BatchOptions = {},
): Batch {
  const key = Uint8Array.of(0, 0, 0, end === "commit" ? 1 : 0);
  // Version and coordinator epoch.
  const value = Uint8Array.of(0, 0, 0, 0, 0, 0);
  const header = { producerId, producerEpoch: 0, isTransactional: true, isControl: true };
  return batchOf([{ key, value }], { ...header, ...options });
}

/** The values of the records that a reader gets from `offset` on, and where they lie. */
export async function valuesIn(
  world: World,
  log: PartitionLog,
  offset = log.startOffset,
): Promise<string[]> {
  const values: string[] = [];
  let next = offset;
  while (next < log.endOffset) {
    const request = { offset: next, upTo: log.endOffset, bytesMax: 1 << 20, minOneBatch: true };
    const { lease } = await world.settle(log.read(request));
    for (const batch of readBatches(lease?.bytes ?? new Uint8Array(0))) {
      for (const record of readRecords(batch)) {
        if (record.offset >= offset) {
          values.push(new TextDecoder().decode(record.value ?? undefined));
        }
      }
      next = batch.nextOffset;
    }
    lease?.release();
  }
  return values;
}
