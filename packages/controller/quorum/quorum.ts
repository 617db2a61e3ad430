// The driver of the raft core: carries out its effects on the metadata log, `quorum-state` and the
// other replicas, and tells it what became of them. Appends gather while a sync is under way; one
// sync covers them all.

import {
  assert,
  type Clock,
  type Epoch,
  Fault,
  type Files,
  type NodeId,
  type Offset,
  offset,
  type Random,
  type Timer,
  unreachable,
  type Uuid,
} from "@odradek/base";
import type { PartitionLog } from "@odradek/log";
import type { Logger } from "@odradek/network";
import { readBatches } from "@odradek/protocol/records/batch";
import { buildBatch, type RecordDraft } from "@odradek/protocol/records/builder";
import { Refusal } from "@odradek/protocol/refusal";
import {
  type Append,
  type Effect,
  type Event,
  type LogPrefix,
  type QuorumState,
  Raft,
  type RaftConfig,
  type RaftRequest,
  type State,
  type VoterChange,
  type VoterHistory,
} from "@odradek/raft";
import type { LoadedSnapshot } from "../snapshots/load.ts";
import { leaderChangeBatch, votersAmong, votersBatch, wholeBatches } from "./control_batches.ts";
import { Conversations, type Payload, type Served } from "./conversations.ts";
import { Download } from "./download.ts";
import { Outsider } from "./outsider.ts";
import { writeQuorumState } from "./quorum_state_file.ts";
import { viewOf } from "./log_view.ts";
import type { Replicas } from "./replicas.ts";

/** Who hears what the quorum has agreed on. */
export interface Committed {
  /** Batches that are committed, in order, each once. */
  committed(bytes: Uint8Array, endOffset: number): void;
  /** A snapshot of the leader takes the place of everything before. */
  restored(snapshot: LoadedSnapshot): void;
  /** This node may act as the controller of this epoch, or may not any more. */
  leads(epoch: Epoch | undefined): void;
}

export interface QuorumOptions {
  readonly nodeId: NodeId;
  readonly directoryId: Uuid;
  readonly voters: VoterHistory;
  readonly persisted: QuorumState;
  readonly timing: RaftConfig;
  readonly log: PartitionLog;
  /** The newest that holds a record; undefined: there is none. */
  readonly snapshot: LogPrefix | undefined;
  readonly replicas: Replicas;
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
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
  readonly #conversations: Conversations;
  readonly #download: Download;
  #wakeUp: Timer | undefined;
  /** Effects of one step after the other, each to its end. */
  #work: Promise<void> = Promise.resolve();
  #isSyncing = false;
  #appliedEndOffset: number;
  #leaderEpoch: Epoch | undefined;
  #held: Held[] = [];
  #isStopped = false;
  #rolling: Promise<void> | undefined;
  #installed: LoadedSnapshot | undefined;

  constructor(options: QuorumOptions) {
    const { log, nodeId, directoryId, voters, persisted, random, timing, snapshot } = options;
    const { replicas, logger, files } = options;
    this.#options = options;
    this.#log = log;
    this.#appliedEndOffset = options.appliedEndOffset;
    this.#download = new Download(files, log.directory);
    const step = (event: Event, payload?: Payload): void => void this.#step(event, payload);
    const outsider = new Outsider({ ...options, voters: () => this.state.voters.size });
    this.#conversations = new Conversations({ step, replicas, log, outsider, logger });
    const config = timing;
    const view = viewOf(log);
    const own = { nodeId, directoryId, voters, persisted, random, snapshot };
    this.#raft = new Raft({ ...own, config, log: view });
  }

  /** What the core knows. */
  get state(): State {
    return this.#raft.state;
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

  /** Of this epoch: `NO_NODE` while nobody leads. */
  get leaderId(): NodeId {
    return this.#raft.state.leaderId;
  }

  /** Why the others do not take this node for one of their cluster, if that is so. */
  get refusal(): Refusal | undefined {
    return this.#conversations.refusal;
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

  /** Another replica's request. Resolves when it is answered, for a Fetch maybe much later. */
  serve(request: RaftRequest): Promise<Served> {
    if (this.#isStopped) return Promise.reject(new Refusal("BROKER_NOT_AVAILABLE"));
    return this.#conversations.serve(request);
  }

  /** Resolves with the offset below which it must be committed. Refuses as the core does. */
  changeVoters(change: VoterChange["change"]): Promise<number> {
    if (this.#isStopped) return Promise.reject(new Refusal("BROKER_NOT_AVAILABLE"));
    return this.#conversations.changeVoters(change);
  }

  /** A snapshot of this node's own is on disk. */
  snapshotTaken(snapshot: LogPrefix): void {
    const logStartOffset = offset(this.#log.startOffset);
    this.#step({ type: "snapshotTaken", snapshot, logStartOffset });
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

  /** Gives up leading, tells the others, and ends. */
  async stop(): Promise<void> {
    this.#step({ type: "resign" });
    await this.#work;
    await this.#conversations.told();
    this.#isStopped = true;
    this.#wakeUp?.cancel();
    this.#conversations.stop();
    this.#lead(undefined);
    await this.#work;
    await this.#log.close();
  }

  #step(event: Event, payload?: Payload): readonly Effect[] {
    if (this.#isStopped) return [];
    const effects = this.#raft.step(event, this.#options.clock.monotonic());
    // A proposal only makes the core's view longer; its record is appended by the caller at once.
    if (effects.length > 0) this.#work = this.#work.then(() => this.#carryOut(effects, payload));
    return effects;
  }

  async #carryOut(effects: readonly Effect[], payload: Payload | undefined): Promise<void> {
    try {
      for (const effect of effects) await this.#carryOutOne(effect, payload);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #carryOutOne(effect: Effect, payload: Payload | undefined): Promise<void> {
    switch (effect.type) {
      case "persist":
        return await writeQuorumState(this.#options.files, this.#log.directory, effect);
      case "append":
        return await this.#carryOutAppend(effect, payload);
      case "truncateTo":
        return await this.#log.truncateTo(effect.endOffset);
      case "storeSlice":
        assert(payload?.slice !== undefined, "A slice came along");
        return this.#download.store(payload.slice, effect.position);
      case "installSnapshot":
        return void await this.#install(effect.snapshot);
      case "resetTo":
        return await this.#resetTo(effect.snapshot);
      case "send":
        return this.#conversations.send(effect);
      case "reply":
        return await this.#conversations.reply(effect);
      case "votersChanged":
        return this.#conversations.votersChanged(effect);
      case "commitTo":
        return await this.#apply(effect.offset);
      case "became":
        return effect.role === "leader" ? undefined : this.#lead(undefined);
      case "wakeAt":
        return this.#wakeAt(effect.ms);
      case "refuse":
        return;
      default:
        return unreachable(effect);
    }
  }

  async #carryOutAppend(effect: Append, payload: Payload | undefined): Promise<void> {
    const now = this.#options.clock.now();
    switch (effect.kind) {
      case "leader change":
        return this.#append(leaderChangeBatch(effect, now));
      case "voters":
        return this.#append(votersBatch(effect, now));
      case "fetched":
        assert(payload?.records !== undefined, "Records came along");
        // What follows rolls when it is time, as the leader's log does.
        if (this.#log.mustRoll([])) await this.#roll();
        return this.#append(payload.records);
    }
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
        if (this.#leaderEpoch !== undefined && this.#log.mustRoll([])) await this.#roll();
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

  async #install(snapshot: LogPrefix): Promise<void> {
    this.#installed = await this.#download.install(snapshot).catch((error: unknown) => {
      // A directory that cannot be written ends the node, whatever is written there: asking for the
      // snapshot again at once would only keep the leader and the network busy.
      if (error instanceof Fault && error.kind !== "corrupt") throw error;
      this.#options.logger.warn({ err: error }, "The leader's snapshot cannot be used");
      return undefined;
    });
    const voters = votersAmong(this.#installed?.control ?? []);
    const installed = this.#installed === undefined ? undefined : snapshot;
    this.#step({ type: "snapshotInstalled", snapshot: installed, voters });
  }

  async #resetTo({ endOffset, epoch }: LogPrefix): Promise<void> {
    const installed = this.#installed;
    assert(installed?.endOffset === endOffset, "It is the snapshot that was installed");
    this.#installed = undefined;
    await this.#log.truncateFully(endOffset);
    this.#log.assignEpoch(epoch, endOffset);
    this.#appliedEndOffset = endOffset;
    this.#options.listener.restored(installed);
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
    const inMs = Math.max(Math.ceil(ms - clock.monotonic()), 0);
    this.#wakeUp = clock.schedule(inMs, () => {
      // Timers count in whole ms, and may come a part of one too early.
      if (clock.monotonic() < ms) this.#wakeAt(ms);
      else this.#step({ type: "elapsed" });
    });
  }

  #fail(error: unknown): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#conversations.stop();
    this.#lead(undefined);
    this.#options.fatal(error);
  }
}
