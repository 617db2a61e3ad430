// The producer: takes records, and tells of each where it is in the log, or why it is not.

import { Fault } from "@odradek/base";
import { type CodecName, CODECS } from "@odradek/protocol/records/compression";
import type { Cluster } from "../cluster.ts";
import type { TopicView } from "../cluster/view.ts";
import { BrokerRefused } from "../refused.ts";
import { Partitioner } from "./partitioner.ts";
import {
  type Delivery,
  type EncodedRecord,
  encodeRecord,
  type ProducerRecord,
  recordBytesMax,
} from "./record.ts";
import { Sender } from "./sender.ts";

export interface ProducerSettings {
  /** 0: nobody answers; 1: the leader has it; -1: every in-sync replica has it. */
  readonly acks?: -1 | 0 | 1;
  /** A record is in the log once, however often it is sent (KIP-98); as acks is -1 if absent. */
  readonly idempotent?: boolean;
  /** How long a batch waits for more records. */
  readonly lingerMs?: number;
  /** Before compression. A larger record has a batch of its own. */
  readonly batchBytesMax?: number;
  readonly requestBytesMax?: number;
  readonly compression?: CodecName;
  /** From `send` to the answer, with all tries. */
  readonly deliveryTimeoutMs?: number;
  /** How long a leader waits for its in-sync replicas. */
  readonly replicationTimeoutMs?: number;
  /** How long `send` waits for a topic to become known. */
  readonly topicTimeoutMs?: number;
  /** Records that are not answered; past it `send` waits. */
  readonly bufferBytesMax?: number;
}

const DEFAULTS = {
  acks: -1,
  lingerMs: 0,
  batchBytesMax: 16_384,
  requestBytesMax: 1_048_576,
  compression: "none",
  deliveryTimeoutMs: 120_000,
  replicationTimeoutMs: 30_000,
  topicTimeoutMs: 60_000,
  bufferBytesMax: 33_554_432,
} as const;

/** More would outgrow the window in which brokers recognize duplicates. */
const IN_FLIGHT_MAX = 5;

interface Waiting {
  readonly record: ProducerRecord;
  readonly now: number;
  resolve(delivery: Promise<Delivery>): void;
  reject(error: unknown): void;
}

export class Producer implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #settings: typeof DEFAULTS & ProducerSettings;
  readonly #sender: Sender;
  readonly #partitioner: Partitioner;
  /** Records whose topic is not known yet, or that have no room: all that comes waits behind. */
  readonly #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;
  #bufferedBytes = 0;
  #freed: () => void = () => undefined;
  #isClosed = false;

  constructor(cluster: Cluster, settings: ProducerSettings = {}) {
    this.#cluster = cluster;
    const all = { ...DEFAULTS, ...settings };
    this.#settings = all as typeof DEFAULTS & ProducerSettings;
    const isIdempotent = settings.idempotent ?? all.acks === -1;
    if (isIdempotent && all.acks !== -1) {
      throw new Fault("configuration", "An idempotent producer needs acks -1");
    }
    this.#sender = new Sender(cluster, {
      ...all,
      isIdempotent,
      timeoutMs: all.replicationTimeoutMs,
      codec: CODECS.indexOf(all.compression),
      inFlightMax: IN_FLIGHT_MAX,
    });
    this.#partitioner = new Partitioner({ random: cluster.random, stickyBytes: all.batchBytesMax });
  }

  /**
   * Records of a partition are written in the order of the calls. BrokerRefused if a broker does
   * not take the record; Fault "network" if it is not known whether one has.
   */
  send(record: ProducerRecord): Promise<Delivery> {
    if (this.#isClosed) return Promise.reject(new Fault("network", "The producer is closed"));
    const topic = this.#cluster.view.topics.get(record.topic);
    const now = this.#cluster.clock.now();
    if (topic !== undefined && this.#waiting.length === 0 && this.#hasRoom) {
      return this.#append(record, topic, now);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, now, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when every record so far has been answered or given up; see their promises. */
  async flush(): Promise<void> {
    await this.#draining;
    await this.#sender.flush();
  }

  /** Flushes. The cluster stays open: it may be shared. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.flush();
    this.#sender.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #append(record: ProducerRecord, topic: TopicView, now: number): Promise<Delivery> {
    const encoded = encodeRecord(record, now);
    const bytes = recordBytesMax(encoded);
    const partition = this.#partitionOf(record, encoded, topic);
    const monotonic = this.#cluster.clock.monotonic();
    this.#bufferedBytes += bytes;
    const delivery = this.#sender.queue(topic.name, partition).append(encoded, monotonic);
    this.#sender.wake();
    try {
      return await delivery;
    } finally {
      this.#bufferedBytes -= bytes;
      this.#freed();
    }
  }

  #partitionOf(record: ProducerRecord, encoded: EncodedRecord, topic: TopicView): number {
    const { partition } = record;
    if (partition === undefined) {
      return this.#partitioner.partition(topic, encoded.key, recordBytesMax(encoded));
    }
    if (topic.partitions[partition] !== undefined) return partition;
    throw new BrokerRefused(
      "UNKNOWN_TOPIC_OR_PARTITION",
      `Topic ${topic.name} has no partition ${partition}`,
    );
  }

  async #drain(): Promise<void> {
    // Not by `shift`: there may be very many.
    for (let i = 0; i < this.#waiting.length; i++) {
      const { record, now, resolve, reject } = this.#waiting[i] as Waiting;
      try {
        const topic = this.#cluster.view.topics.get(record.topic) ?? await this.#learn(record);
        while (!this.#hasRoom) await new Promise<void>((resume) => (this.#freed = resume));
        resolve(this.#append(record, topic, now));
      } catch (error) {
        reject(error);
      }
    }
    this.#waiting.length = 0;
    this.#draining = undefined;
  }

  #learn({ topic }: ProducerRecord): Promise<TopicView> {
    const { topicTimeoutMs: timeoutMs } = this.#settings;
    return this.#cluster.persist(() => this.#cluster.topic(topic), { timeoutMs });
  }

  get #hasRoom(): boolean {
    return this.#bufferedBytes < this.#settings.bufferBytesMax;
  }
}
