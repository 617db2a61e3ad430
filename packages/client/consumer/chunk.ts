// What one fetch has brought of one partition. Records are decoded as they are taken.

import { Fault, type TopicPartition } from "@odradek/base";
import { type Batch, readBatches } from "@odradek/protocol/records/batch";
import { readRecords } from "@odradek/protocol/records/record";
import { type AbortedTransaction, visibleBatches } from "./committed.ts";
import type { ConsumerRecord } from "./record.ts";

export interface ChunkSource {
  readonly of: TopicPartition;
  /** From which was fetched; records before it are in the first batch and not for the consumer. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Empty for consumers that read all. */
  readonly aborted: readonly AbortedTransaction[];
  readonly highWatermark: number;
}

export class Chunk {
  readonly topic: string;
  readonly partition: number;
  /** Where to fetch next. */
  readonly nextOffset: number;
  /** Of the leader when it answered. */
  readonly highWatermark: number;
  readonly #source: ChunkSource;
  readonly #batches: readonly Batch[];

  /** Fault "corrupt" if a batch is not what was written. */
  constructor(source: ChunkSource) {
    this.topic = source.of.topic;
    this.partition = source.of.partition;
    this.highWatermark = source.highWatermark;
    this.#source = source;
    this.#batches = [...readBatches(source.bytes)];
    this.nextOffset = Math.max(source.offset, this.#batches.at(-1)?.nextOffset ?? 0);
    for (const batch of this.#batches) checkBatch(batch, source.of);
  }

  /** As it was given. */
  get of(): TopicPartition {
    return this.#source.of;
  }

  /** In which its last record was written; -1: there is none. */
  get leaderEpoch(): number {
    return this.#batches.at(-1)?.leaderEpoch ?? -1;
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  *records(): Generator<ConsumerRecord> {
    const { topic, partition } = this;
    const { offset, aborted } = this.#source;
    for (const batch of visibleBatches(this.#batches, aborted)) {
      const { timestampType, leaderEpoch } = batch;
      for (const record of readRecords(batch)) {
        if (record.offset < offset) continue;
        yield { topic, partition, timestampType, leaderEpoch, ...record };
      }
    }
  }
}

function checkBatch(batch: Batch, { topic, partition }: TopicPartition): void {
  const where = `${topic}-${partition} at offset ${batch.baseOffset}`;
  if (batch.magic !== 2) {
    throw new Fault("corrupt", `Cannot read ${where}: message format ${batch.magic}`);
  }
  if (!batch.isCrcValid()) throw new Fault("corrupt", `Cannot read ${where}: wrong CRC`);
}
