// What one replica of a partition has, read from its own broker: as batches, or as records where
// each replica has made its own batches by compacting.

import type { TopicPartition } from "@odradek/base";
import { BrokerRefused, type Cluster } from "@odradek/client";
import { Fetch } from "@odradek/protocol/messages/fetch";
import { errorName } from "@odradek/protocol/errors";
import { type Batch, readBatches } from "@odradek/protocol/records/batch";
import { type LogRecord, readRecords } from "@odradek/protocol/records/record";
import { crc32c } from "@odradek/protocol/wire/crc32c";
import { Failure } from "../failure.ts";
import type { Piece } from "./compare.ts";

export interface ReplicaReading extends TopicPartition {
  /** Of the broker. */
  readonly node: number;
  readonly from: number;
  /** Exclusive: what is not committed there yet, is waited for. */
  readonly upTo: number;
  readonly fetchBytes: number;
  /** How long something committed may take to come. */
  readonly waitMs: number;
}

/** Which consumers read followers by naming them; topics go by name. */
const VERSION = 12;
const DEBUGGING_CONSUMER = -2;
const LOOK_MS = 100;
/** Of a batch: what follows is written once and stays. */
const AFTER_EPOCH = 16;

/** Failure if the replica does not have in time what others have committed. */
export async function* batchPieces(
  cluster: Cluster,
  reading: ReplicaReading,
): AsyncGenerator<Piece, void, undefined> {
  for await (const batch of batchesOf(cluster, reading)) {
    const { baseOffset: offset, nextOffset, leaderEpoch, bytes } = batch;
    // What the header says of the content is not asked: it may be the content that has changed.
    const sum = crc32c(bytes.subarray(AFTER_EPOCH));
    yield { offset, content: `${nextOffset} ${leaderEpoch} ${sum}` };
  }
}

/** Failure as with batches. */
export async function* recordPieces(
  cluster: Cluster,
  reading: ReplicaReading,
): AsyncGenerator<Piece, void, undefined> {
  for await (const batch of batchesOf(cluster, reading)) {
    for (const record of readRecords(batch)) {
      if (record.offset < reading.from) continue;
      yield { offset: record.offset, content: contentOf(record) };
    }
  }
}

function contentOf({ timestamp, key, value, headers }: LogRecord): string {
  const sum = (bytes: Uint8Array | null): string => bytes === null ? "-" : `${crc32c(bytes)}`;
  const named = headers.map((header) => `${header.key} ${sum(header.value)}`);
  return [timestamp, sum(key), sum(value), ...named].join(" ");
}

async function* batchesOf(
  cluster: Cluster,
  reading: ReplicaReading,
): AsyncGenerator<Batch, void, undefined> {
  const { from, upTo, waitMs } = reading;
  let deadline = Date.now() + waitMs;
  for (let offset = from; offset < upTo;) {
    const batches = await fetched(cluster, reading, offset);
    if (batches.length > 0) deadline = Date.now() + waitMs;
    else if (Date.now() > deadline) {
      const { topic, partition, node } = reading;
      const missing = `${upTo - offset} records from offset ${offset} on`;
      throw new Failure(`${topic}-${partition}: replica ${node} does not have ${missing}`);
    } else await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    for (const batch of batches) {
      if (batch.baseOffset >= upTo) return;
      yield batch;
      offset = batch.nextOffset;
    }
  }
}

async function fetched(
  cluster: Cluster,
  { topic, partition, node, fetchBytes }: ReplicaReading,
  offset: number,
): Promise<Batch[]> {
  const link = await cluster.link({ node, lane: "fetches" });
  const answer = await link.ask(Fetch, {
    replicaId: DEBUGGING_CONSUMER,
    maxWaitMs: 0,
    minBytes: 0,
    maxBytes: fetchBytes,
    topics: [{
      topic,
      partitions: [{ partition, fetchOffset: BigInt(offset), partitionMaxBytes: fetchBytes }],
    }],
  }, { versionMax: VERSION });
  const [told] = answer.responses[0]?.partitions ?? [];
  const errorCode = told?.errorCode ?? answer.errorCode;
  if (errorCode !== 0) throw new BrokerRefused(errorName(errorCode));
  return [...readBatches(told?.records ?? new Uint8Array(0))];
}
