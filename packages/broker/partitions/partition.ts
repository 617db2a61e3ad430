// One partition as this broker has it, and what is written to it. Owned by one reactor. Appends
// happen in the order in which they were asked for, also where one has to wait for a new segment.
// Who leads it and what of it is committed: `replica/replica.ts`.

import { Batch } from "@odradek/protocol/records/batch";
import { Refusal } from "@odradek/protocol/refusal";
import { asStored } from "./recompress.ts";
import { Replica } from "./replica/replica.ts";

export interface Appended {
  readonly baseOffset: number;
  /** The high watermark passes this when the batch is committed. */
  readonly nextOffset: number;
  /** -1 for CreateTime. */
  readonly logAppendTimeMs: number;
  readonly logStartOffset: number;
}

export class Partition extends Replica {
  #isRolling = false;

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
    this.checkInSync();
  }

  /** Behind those that wait for a new segment. */
  #inTurn(
    batch: Batch,
    append: (batch: Batch) => Appended | Promise<Appended>,
  ): Appended | Promise<Appended> {
    if (this.turns.isTaken) {
      const kept = copyOf(batch);
      return this.turns.take(async () => await append(kept));
    }
    const appended = append(batch);
    return this.#isRolling && appended instanceof Promise ? this.turns.hold(appended) : appended;
  }

  #append(batch: Batch, acks: number): Appended | Promise<Appended> {
    this.checkLeader();
    if (acks === ACKS_ALL) this.checkInSync();
    const stored = asStored(batch, this.config, this.clock.now());
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

  #write(batch: Batch): Appended | Promise<Appended> {
    const baseOffset = this.log.endOffset;
    batch.setBaseOffset(baseOffset);
    batch.setLeaderEpoch(this.leaderEpoch);
    this.log.append([batch]);
    this.advance();
    this.wakeFollowers();
    const timestamp = batch.timestampType === "LogAppendTime" ? batch.maxTimestamp : -1;
    return this.#synced(this.#appended(baseOffset, batch.nextOffset, timestamp));
  }

  /** Answered when the disk has it, where that is asked for: also the second time. */
  #synced(appended: Appended): Appended | Promise<Appended> {
    const flushed = this.flush.after(appended.nextOffset);
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
   * Records below an offset go; -1: below the high watermark. Returns the offset. Refuses with
   * OFFSET_OUT_OF_RANGE.
   */
  deleteRecordsBefore(offset: number): number {
    this.checkLeader();
    const wanted = offset === DELETE_TO_HIGH_WATERMARK ? this.highWatermark : offset;
    if (wanted < 0 || wanted > this.highWatermark) throw new Refusal("OFFSET_OUT_OF_RANGE");
    if (wanted > this.log.startOffset) {
      this.log.advanceStart(wanted);
      this.wake();
      this.wakeFollowers();
    }
    return wanted;
  }

  /** Removes the segments that have had their time. Fault if the disk fails. */
  async retain(): Promise<void> {
    const { log } = this;
    const expired = await log.expired(this.highWatermark);
    if (expired.length === 0 || this.isGone) return;
    if (expired.at(-1) === log.segments.at(-1)) {
      await this.turns.take(async () => {
        // What was appended meanwhile has not had its time.
        const still = await log.expired(this.highWatermark);
        if (still.length === log.segments.length) await log.roll();
      });
    }
    log.removeFirst(expired);
    this.wake();
  }

}

/** A batch that has to wait outlives the buffer that it was read into. */
function copyOf(batch: Batch): Batch {
  return new Batch(batch.bytes.slice());
}

const ACKS_ALL = -1;
const DELETE_TO_HIGH_WATERMARK = -1;
