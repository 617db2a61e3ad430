// The driver of the raft core: carries out its effects on the metadata log and `quorum-state`, and
// tells it what became of them. Appends gather while a sync is under way; one sync covers them all.

import {
  assert,
  type Clock,
  type Epoch,
  type Files,
  type NodeId,
  type Offset,
  offset,
  type Random,
  type Timer,
  type Uuid,
} from "@odradek/base";
import type { PartitionLog } from "@odradek/log";
import { Batch, readBatches } from "@odradek/protocol/records/batch";
import { buildBatch, type RecordDraft } from "@odradek/protocol/records/builder";
import { Refusal } from "@odradek/protocol/refusal";
import { encodeControlRecord } from "@odradek/protocol/schemas/control/mod";
import {
  type AppendLeaderChange,
  type Effect,
  type Event,
  LogView,
  type QuorumState,
  Raft,
  type RaftConfig,
  type VoterSet,
} from "@odradek/raft";
import { writeQuorumState } from "./quorum_state_file.ts";

/** Who hears what the quorum has agreed on. */
export interface Committed {
  /** Batches that are committed, in order, each once. */
  committed(bytes: Uint8Array, endOffset: number): void;
  /** This node may act as the controller of this epoch, or may not any more. */
  leads(epoch: Epoch | undefined): void;
}

export interface QuorumOptions {
  readonly nodeId: NodeId;
  readonly directoryId: Uuid;
  readonly voters: VoterSet;
  readonly persisted: QuorumState;
  readonly timing: RaftConfig;
  readonly log: PartitionLog;
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  /** Everything below it is in the snapshot that the listener was given. */
  readonly appliedEndOffset: number;
  readonly listener: Committed;
  /** The log or `quorum-state` cannot be written: this node must stop. */
  readonly fatal: (error: unknown) => void;
}

interface Held {
  readonly endOffset: number;
  resolve(): void;
  reject(cause: Error): void;
}

/** Read at a time, when what is on disk is handed to the listener. */
const READ_BYTES = 1024 * 1024;

export class Quorum {
  readonly #options: QuorumOptions;
  readonly #log: PartitionLog;
  readonly #raft: Raft;
  #wakeUp: Timer | undefined;
  /** Effects of one step after the other, each to its end. */
  #work: Promise<void> = Promise.resolve();
  #isSyncing = false;
  #appliedEndOffset: number;
  #leaderEpoch: Epoch | undefined;
  #held: Held[] = [];
  #isStopped = false;
  #rolling: Promise<void> | undefined;

  constructor(options: QuorumOptions) {
    const { log, nodeId, directoryId, voters, persisted, random, timing } = options;
    this.#options = options;
    this.#log = log;
    this.#appliedEndOffset = options.appliedEndOffset;
    this.#raft = new Raft({
      nodeId,
      directoryId,
      voters,
      persisted,
      random,
      config: timing,
      log: new LogView({
        startOffset: offset(log.startOffset),
        endOffset: offset(log.endOffset),
        epochs: log.epochs.entries.map(({ epoch, startOffset }) => ({
          epoch: epoch as Epoch,
          startOffset: offset(startOffset),
        })),
      }),
    });
  }

  /** The offset of the next record. */
  get endOffset(): number {
    return this.#log.endOffset;
  }

  get epoch(): Epoch {
    return this.#raft.state.epoch;
  }

  get highWatermark(): Offset {
    return this.#raft.state.highWatermark;
  }

  /** Of this epoch: undefined while nobody leads. */
  get leaderId(): NodeId {
    return this.#raft.state.leaderId;
  }

  /** Set while a new segment of the log is made: nothing may be proposed until it resolves. */
  get rolling(): Promise<void> | undefined {
    return this.#rolling;
  }

  /** What is on disk is synced first: only that may count. */
  async start(): Promise<void> {
    await this.#log.flush();
    this.#stepWritten();
    this.#step({ type: "elapsed" });
    await this.#work;
  }

  /**
   * Appends records as one batch, in this step, and resolves when they are committed. Undefined if
   * this node does not lead or the disk fails: then nothing was appended. Rejects with
   * NOT_CONTROLLER if it stops leading first, and then it is not known whether they will be.
   */
  propose(records: readonly RecordDraft[], now: number): Promise<void> | undefined {
    assert(this.#rolling === undefined, "Nothing is proposed while the log rolls");
    const { epoch } = this.#raft.state;
    const baseOffset = this.#log.endOffset;
    const endOffset = baseOffset + records.length;
    const refused = this.#step({ type: "proposed", endOffset: offset(endOffset), epoch })
      .some((effect) => effect.type === "refuse");
    if (refused || this.#isStopped) return undefined;
    this.#append(buildBatch(records, { baseOffset, leaderEpoch: epoch, timestamp: now }));
    return this.#isStopped ? undefined : this.whenCommitted(endOffset);
  }

  /**
   * Resolves when everything below an offset is committed and applied. Rejects with NOT_CONTROLLER
   * if this node stops leading first.
   */
  whenCommitted(endOffset: number): Promise<void> {
    if (this.#appliedEndOffset >= endOffset) return Promise.resolve();
    if (this.#isStopped) return Promise.reject(new Refusal("NOT_CONTROLLER"));
    return new Promise((resolve, reject) => this.#held.push({ endOffset, resolve, reject }));
  }

  /** Gives up leading and ends. */
  async stop(): Promise<void> {
    this.#step({ type: "resign" });
    this.#isStopped = true;
    this.#wakeUp?.cancel();
    this.#lead(undefined);
    await this.#work;
    await this.#log.close();
  }

  #step(event: Event): readonly Effect[] {
    if (this.#isStopped) return [];
    const effects = this.#raft.step(event, this.#options.clock.monotonic());
    // A proposal only makes the core's view longer; its record is appended by the caller at once.
    if (effects.length > 0) this.#work = this.#work.then(() => this.#carryOut(effects));
    return effects;
  }

  async #carryOut(effects: readonly Effect[]): Promise<void> {
    try {
      for (const effect of effects) await this.#carryOutOne(effect);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #carryOutOne(effect: Effect): Promise<void> {
    switch (effect.type) {
      case "persist":
        return await writeQuorumState(this.#options.files, this.#log.directory, effect);
      case "append":
        assert(effect.kind === "leader change", "The only voter appends nothing of others");
        return this.#append(this.#leaderChange(effect));
      case "commitTo":
        return await this.#apply(effect.offset);
      case "became":
        return effect.role === "leader" ? undefined : this.#lead(undefined);
      case "wakeAt":
        return this.#wakeAt(effect.ms);
      case "refuse":
        return;
      default:
        assert(false, "The only voter has nobody to talk to", { effect: effect.type });
    }
  }

  #leaderChange(effect: AppendLeaderChange): Uint8Array {
    const { clock } = this.#options;
    const voters = effect.voters.map(({ id }) => ({ voterId: id }));
    const record = encodeControlRecord({
      type: "LEADER_CHANGE",
      version: 0,
      leaderId: effect.leaderId,
      voters,
      grantingVoters: effect.grantingVoters.map(({ id }) => ({ voterId: id })),
    });
    const { baseOffset, epoch: leaderEpoch } = effect;
    const timestamp = clock.now();
    return buildBatch([record], { baseOffset, leaderEpoch, timestamp, isControl: true });
  }

  #append(bytes: Uint8Array): void {
    const batches = [...readBatches(bytes)];
    try {
      this.#log.append(batches);
    } catch (error) {
      return this.#fail(error);
    }
    void this.#sync();
  }

  /** One sync at a time: what is appended meanwhile is covered by the next. */
  async #sync(): Promise<void> {
    if (this.#isSyncing) return;
    this.#isSyncing = true;
    try {
      while (this.#log.recoveryPoint < this.#log.endOffset && !this.#isStopped) {
        await this.#log.flush();
        this.#stepWritten();
        if (this.#log.mustRoll([])) await this.#roll();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isSyncing = false;
    }
  }

  async #roll(): Promise<void> {
    this.#rolling = this.#log.roll();
    await this.#rolling;
    this.#rolling = undefined;
  }

  #stepWritten(): void {
    const endOffset = this.#log.recoveryPoint;
    // A log that was removed up to its end still knows the epoch that it ended with.
    const last = Math.max(endOffset - 1, this.#log.startOffset);
    const epoch = this.#log.epochs.epochAt(last) as Epoch;
    if (endOffset > 0) this.#step({ type: "written", endOffset: offset(endOffset), epoch });
  }

  /** Hands on what is committed, and then lets those go who wait for it. */
  async #apply(highWatermark: number): Promise<void> {
    while (this.#appliedEndOffset < highWatermark) {
      const { lease } = await this.#log.read({
        offset: this.#appliedEndOffset,
        upTo: highWatermark,
        bytesMax: READ_BYTES,
        minOneBatch: true,
      });
      assert(lease !== undefined, "What is committed is in the log", { highWatermark });
      try {
        const whole = wholeBatches(lease.bytes);
        this.#appliedEndOffset = whole.endOffset;
        this.#options.listener.committed(whole.bytes, whole.endOffset);
      } finally {
        lease.release();
      }
    }
    const { role, epoch } = this.#raft.state;
    if (role.name === "leader" && highWatermark > role.epochStartOffset) this.#lead(epoch);
    const done = this.#held.filter((held) => held.endOffset <= this.#appliedEndOffset);
    this.#held = this.#held.filter((held) => held.endOffset > this.#appliedEndOffset);
    for (const held of done) held.resolve();
  }

  #lead(epoch: Epoch | undefined): void {
    if (this.#leaderEpoch === epoch) return;
    this.#leaderEpoch = epoch;
    this.#options.listener.leads(epoch);
    if (epoch !== undefined) return;
    for (const held of this.#held.splice(0)) held.reject(new Refusal("NOT_CONTROLLER"));
  }

  #wakeAt(ms: number): void {
    const { clock } = this.#options;
    this.#wakeUp?.cancel();
    this.#wakeUp = clock.schedule(
      ms - clock.monotonic(),
      () => void this.#step({ type: "elapsed" }),
    );
  }

  #fail(error: unknown): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#lead(undefined);
    this.#options.fatal(error);
  }
}

/** A read may end within a batch. The bytes are copied: they outlive the lease. */
function wholeBatches(bytes: Uint8Array): { bytes: Uint8Array; endOffset: number } {
  let length = 0;
  let last: Batch | undefined;
  for (const batch of readBatches(bytes)) {
    length += batch.bytes.length;
    last = batch;
  }
  assert(last !== undefined, "A read begins with a whole batch");
  return { bytes: bytes.slice(0, length), endOffset: last.nextOffset };
}
