// One partition as this broker has it: who leads it, its log, and what of the log is committed.
// Owned by one reactor. Appends happen in the order in which they were asked for, also where one
// has to wait for a new segment.

import { assert, type Clock, type NodeId, type Uuid } from "@odradek/base";
import type { PartitionLog } from "@odradek/log";
import type { PartitionImage } from "@odradek/metadata";
import type { FsyncPolicy, TopicConfig } from "@odradek/metadata/configs/mod";
import { Batch } from "@odradek/protocol/records/batch";
import { Refusal } from "@odradek/protocol/refusal";
import { FlushPolicy } from "./flush_policy.ts";
import { recompress } from "./recompress.ts";
import { checkBatch, checkFromClient, checkRecords, checkSize } from "./validate.ts";
import { Turns } from "./turns.ts";
import { Waiters } from "./waiters.ts";

export interface PartitionOptions {
  readonly topic: string;
  readonly topicId: Uuid;
  readonly partition: number;
  readonly log: PartitionLog;
  readonly config: TopicConfig;
  /** From the checkpoint. */
  readonly highWatermark: number;
  readonly nodeId: NodeId;
  /** Of the node; topics can only ask for more. */
  readonly fsync: FsyncPolicy;
  readonly clock: Clock;
}

export interface Appended {
  readonly baseOffset: number;
  /** The high watermark passes this when the batch is committed. */
  readonly nextOffset: number;
  /** -1 for CreateTime. */
  readonly logAppendTimeMs: number;
  readonly logStartOffset: number;
}

export class Partition {
  readonly topic: string;
  readonly topicId: Uuid;
  readonly partition: number;
  readonly log: PartitionLog;
  readonly waiters = new Waiters();
  config: TopicConfig;
  readonly #nodeId: NodeId;
  readonly #clock: Clock;
  readonly #flush: FlushPolicy;
  #image: PartitionImage | undefined;
  #highWatermark: number;
  readonly #turns = new Turns();
  #isRolling = false;
  #isGone = false;

  constructor(options: PartitionOptions) {
    this.topic = options.topic;
    this.topicId = options.topicId;
    this.partition = options.partition;
    this.log = options.log;
    this.config = options.config;
    this.#nodeId = options.nodeId;
    this.#flush = new FlushPolicy(options.log, options.fsync, options.clock);
    this.#clock = options.clock;
    const { startOffset, endOffset } = options.log;
    this.#highWatermark = Math.max(startOffset, Math.min(options.highWatermark, endOffset));
  }

  get isLeader(): boolean {
    return !this.#isGone && this.#image?.leader === this.#nodeId;
  }

  /** -1 before any is known. */
  get leaderEpoch(): number {
    return this.#image?.leaderEpoch ?? -1;
  }

  get leaderId(): number {
    return this.#image?.leader ?? -1;
  }

  /** Readers see what is below. */
  get highWatermark(): number {
    return this.#highWatermark;
  }

  /** Readers of committed transactions see what is below. */
  get lastStableOffset(): number {
    return Math.min(
      this.#highWatermark,
      this.log.producers.firstUndecidedOffset(this.#highWatermark),
    );
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** What the cluster's metadata says of the partition from now on. */
  follow(image: PartitionImage): void {
    const before = this.#image;
    this.#image = image;
    if (this.isLeader && image.leaderEpoch !== before?.leaderEpoch) {
      this.log.assignEpoch(image.leaderEpoch, this.log.endOffset);
    }
    this.#advance();
    if (before?.leader !== image.leader || before.leaderEpoch !== image.leaderEpoch) {
      this.waiters.wake();
    }
  }

  /** The partition is deleted, or no longer this broker's: whoever waits for it is let go. */
  leave(): void {
    this.#isGone = true;
    this.#flush.stop();
    this.waiters.wake();
  }

  /** Refuses with NOT_LEADER_OR_FOLLOWER, FENCED_LEADER_EPOCH or UNKNOWN_LEADER_EPOCH. */
  checkLeader(leaderEpoch = -1): void {
    this.checkEpoch(leaderEpoch);
    if (!this.isLeader) throw new Refusal("NOT_LEADER_OR_FOLLOWER");
  }

  /** -1: the client does not know the epoch. */
  checkEpoch(leaderEpoch: number): void {
    if (this.#isGone) throw new Refusal("NOT_LEADER_OR_FOLLOWER");
    if (leaderEpoch < 0) return;
    if (leaderEpoch < this.leaderEpoch) throw new Refusal("FENCED_LEADER_EPOCH");
    if (leaderEpoch > this.leaderEpoch) throw new Refusal("UNKNOWN_LEADER_EPOCH");
  }

  /**
   * Appends a client's batch as the leader. The bytes are changed in place: offset, epoch, and by
   * the topic's configuration timestamp and codec. Refuses with what protocol §6 lists; Fault if
   * the disk does not take it.
   */
  append(batch: Batch, acks: number): Appended | Promise<Appended> {
    return this.#inTurn(batch, (kept) => this.#append(kept, acks));
  }

  /**
   * Appends a batch of this broker's own, a coordinator's, as the leader of that epoch; it counts
   * when the high watermark has passed it. Nothing in it is checked. Refuses as `checkOwnAppend`.
   */
  appendOwn(batch: Batch, leaderEpoch: number): Appended | Promise<Appended> {
    return this.#inTurn(batch, (kept) => {
      this.checkOwnAppend(leaderEpoch);
      return this.#store(kept);
    });
  }

  /**
   * Whether `appendOwn` could be tried now. Refuses with the errors of leadership and
   * NOT_ENOUGH_REPLICAS; Fault if the log has failed.
   */
  checkOwnAppend(leaderEpoch: number): void {
    this.checkLeader(leaderEpoch);
    if (this.log.failure !== undefined) throw this.log.failure;
    this.#checkInSync();
  }

  /** Behind those that wait for a new segment. */
  #inTurn(
    batch: Batch,
    append: (batch: Batch) => Appended | Promise<Appended>,
  ): Appended | Promise<Appended> {
    if (this.#turns.isTaken) {
      const kept = copyOf(batch);
      return this.#turns.take(async () => await append(kept));
    }
    const appended = append(batch);
    return this.#isRolling && appended instanceof Promise ? this.#turns.hold(appended) : appended;
  }

  #append(batch: Batch, acks: number): Appended | Promise<Appended> {
    this.checkLeader();
    if (acks === ACKS_ALL) this.#checkInSync();
    const stored = this.#validate(batch);
    const repeated = batch.producerId >= 0 ? this.log.producers.check(batch) : undefined;
    if (repeated !== undefined) {
      // As the first time, but for the time: Kafka tells it here whatever the topic says.
      const { firstOffset, lastOffset, timestamp } = repeated;
      return this.#synced(this.#appended(firstOffset, lastOffset + 1, timestamp));
    }
    return this.#store(stored);
  }

  #store(batch: Batch): Appended | Promise<Appended> {
    return this.log.mustRoll([batch]) ? this.#rollAndWrite(copyOf(batch)) : this.#write(batch);
  }

  async #rollAndWrite(batch: Batch): Promise<Appended> {
    const { leaderEpoch } = this;
    this.#isRolling = true;
    try {
      await this.log.roll();
    } finally {
      this.#isRolling = false;
    }
    // Meanwhile somebody else may have come to lead.
    if (!this.isLeader || this.leaderEpoch !== leaderEpoch) {
      throw new Refusal("NOT_LEADER_OR_FOLLOWER");
    }
    return await this.#write(batch);
  }

  /** Whether a produce with acks -1 can be acknowledged at all. */
  #checkInSync(): void {
    const { isr, replicas } = this.#image as PartitionImage;
    if (isr.length >= Math.min(this.config.inSyncReplicasMin, replicas.length)) return;
    throw new Refusal(
      "NOT_ENOUGH_REPLICAS",
      `${isr.length} replicas are in sync, min.insync.replicas is ${this.config.inSyncReplicasMin}`,
    );
  }

  /** The batch as it will be stored, with nothing but offset and epoch missing. */
  #validate(batch: Batch): Batch {
    const { config } = this;
    checkBatch(batch, config);
    checkFromClient(batch);
    const now = this.#clock.now();
    const { maxTimestamp } = checkRecords(batch, config, now);
    const type = config.timestampType;
    const timestamp = type === "CreateTime" ? maxTimestamp : now;
    const stored = recompress(batch, config.compression);
    if (stored !== batch) checkSize(stored, config);
    if (stored.timestampType !== type || stored.maxTimestamp !== timestamp) {
      stored.setMaxTimestamp(type, timestamp);
      stored.updateCrc();
    }
    if (stored.bytes.length > config.segmentBytes) {
      throw new Refusal(
        "RECORD_LIST_TOO_LARGE",
        `${stored.bytes.length} bytes do not fit into a segment of ${config.segmentBytes}`,
      );
    }
    return stored;
  }

  #write(batch: Batch): Appended | Promise<Appended> {
    const baseOffset = this.log.endOffset;
    batch.setBaseOffset(baseOffset);
    batch.setLeaderEpoch(this.leaderEpoch);
    this.log.append([batch]);
    this.#advance();
    const timestamp = batch.timestampType === "LogAppendTime" ? batch.maxTimestamp : -1;
    return this.#synced(this.#appended(baseOffset, batch.nextOffset, timestamp));
  }

  /** Answered when the disk has it, where that is asked for: also the second time. */
  #synced(appended: Appended): Appended | Promise<Appended> {
    const flushed = this.#flush.after(appended.nextOffset);
    return flushed === undefined ? appended : flushed.then(() => appended);
  }

  #appended(baseOffset: number, nextOffset: number, timestamp: number): Appended {
    return {
      baseOffset,
      nextOffset,
      logAppendTimeMs: timestamp,
      logStartOffset: this.log.startOffset,
    };
  }

  /**
   * Records below an offset go; -1: below the high watermark. Returns the log's new start. Refuses
   * with OFFSET_OUT_OF_RANGE.
   */
  deleteRecordsBefore(offset: number): number {
    this.checkLeader();
    const wanted = offset === DELETE_TO_HIGH_WATERMARK ? this.#highWatermark : offset;
    if (wanted < 0 || wanted > this.#highWatermark) throw new Refusal("OFFSET_OUT_OF_RANGE");
    if (wanted > this.log.startOffset) {
      this.log.advanceStart(wanted);
      this.waiters.wake();
    }
    return this.log.startOffset;
  }

  /** Removes the segments that have had their time. Fault if the disk fails. */
  async retain(): Promise<void> {
    const { log } = this;
    const expired = await log.expired(this.#highWatermark);
    if (expired.length === 0 || this.#isGone) return;
    if (expired.at(-1) === log.segments.at(-1)) {
      await this.#turns.take(async () => {
        // What was appended meanwhile has not had its time.
        const still = await log.expired(this.#highWatermark);
        if (still.length === log.segments.length) await log.roll();
      });
    }
    log.removeFirst(expired);
    this.waiters.wake();
  }

  /**
   * As a follower: everything at or above an offset goes, for the leader has something else there
   * or nothing. Fault if the disk fails.
   */
  async truncateTo(offset: number): Promise<void> {
    await this.#truncate(offset, () => this.log.truncateTo(offset));
  }

  /** As a follower whose leader's log starts behind this one's end: everything goes. */
  async truncateFully(offset: number): Promise<void> {
    await this.#truncate(offset, () => this.log.truncateFully(offset));
  }

  async #truncate(offset: number, truncate: () => Promise<void>): Promise<void> {
    await this.#turns.take(async () => {
      assert(!this.isLeader, "A leader's log is never cut", { topic: this.topic, offset });
      // First, so that nobody begins to read what goes.
      this.#highWatermark = Math.min(this.#highWatermark, offset);
      await truncate();
      const { startOffset, endOffset } = this.log;
      this.#highWatermark = Math.max(startOffset, Math.min(this.#highWatermark, endOffset));
    });
    this.waiters.wake();
  }

  /** The high watermark is the smallest end of the replicas that are in sync: here, of this one. */
  #advance(): void {
    const { isLeader, log } = this;
    if (!isLeader) return;
    const { isr } = this.#image as PartitionImage;
    if (isr.length !== 1 || isr[0] !== this.#nodeId || log.endOffset === this.#highWatermark) {
      return;
    }
    assert(log.endOffset > this.#highWatermark, "The high watermark never goes back", {
      topic: this.topic,
      partition: this.partition,
    });
    this.#highWatermark = log.endOffset;
    this.waiters.wake();
  }
}

/** A batch that has to wait outlives the buffer that it was read into. */
function copyOf(batch: Batch): Batch {
  return new Batch(batch.bytes.slice());
}

const ACKS_ALL = -1;
const DELETE_TO_HIGH_WATERMARK = -1;
