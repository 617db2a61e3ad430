// A driver with a disk in memory: carries out effects as effects.ts demands, and can lose what was
// not synced. For tests of the core; the real driver stands in the controller package.

import { assert, type Epoch, type Offset, offset } from "@odradek/base";
import type { Append, Effect, Effects, Reply, Send, VotersChanged } from "../effects.ts";
import type { Event } from "../events.ts";
import { type EpochStart, type LogPrefix, LogView } from "../log_view.ts";
import type { QuorumState } from "../quorum_state.ts";
import { Raft, type RaftOptions } from "../raft.ts";
import { VoterHistory } from "../voter_history.ts";
import { VoterSet } from "../voters.ts";

export interface SimulatedRecord {
  readonly epoch: Epoch;
  /** Different for each record that was ever made. */
  readonly value: number;
  readonly voters?: VoterSet | undefined;
}

export interface Disk {
  quorumState: QuorumState;
  /** The first offset, and the epoch of the snapshot below it. */
  startOffset: Offset;
  snapshotEpoch: Epoch | undefined;
  /** What the snapshot holds: all records below the start. */
  snapshot?: SimulatedSnapshot | undefined;
  /** From the first offset on. */
  records: SimulatedRecord[];
  syncedEndOffset: Offset;
}

export interface SimulatedSnapshot {
  readonly prefix: LogPrefix;
  readonly records: readonly SimulatedRecord[];
  readonly voters: VoterSet;
}

export type Identity = Omit<RaftOptions, "persisted" | "log" | "voters"> & {
  readonly voters: VoterSet;
};

/** What came along with an answer. */
export type Payload = readonly SimulatedRecord[] | SimulatedSnapshot;

/** What a node has others to do. */
export interface Outside {
  send(effect: Send): void;
  reply(effect: Reply): void;
  votersChanged(effect: VotersChanged): void;
  /** An effect has been carried out. */
  done(effect: Effect): void;
}

const NOBODY: Outside = {
  send: () => undefined,
  reply: () => undefined,
  votersChanged: () => undefined,
  done: () => undefined,
};

export class SimulatedNode {
  readonly disk: Disk;
  raft: Raft;
  /** How many effects are still carried out before the power fails. */
  effectsLeft = Number.POSITIVE_INFINITY;
  /** What was carried out since the last start. */
  committed: Offset;
  readonly #identity: Identity;
  readonly #outside: Outside;
  #made = 0;
  #payload: Payload | undefined;
  #downloaded: SimulatedSnapshot | undefined;

  constructor(identity: Identity, disk: Disk, outside: Outside = NOBODY) {
    this.#identity = identity;
    this.#outside = outside;
    this.disk = disk;
    this.committed = disk.startOffset;
    this.raft = this.#start();
  }

  get endOffset(): Offset {
    return offset(this.disk.startOffset + this.disk.records.length);
  }

  /** False: the power has failed, and only `powerCycle` helps. */
  get isAlive(): boolean {
    return this.effectsLeft > 0;
  }

  /** Everything that it has, also below its log's start. */
  get allRecords(): readonly SimulatedRecord[] {
    return [...this.disk.snapshot?.records ?? [], ...this.disk.records];
  }

  step(event: Event, now: number, payload?: Payload): Effects {
    this.#payload = payload;
    const effects = this.raft.step(event, now);
    for (const effect of effects) {
      if (this.effectsLeft-- <= 0) break;
      this.#carryOut(effect);
      this.#outside.done(effect);
    }
    return effects;
  }

  /** Asks first, appends after. `value` of the first: the next ones count on. */
  propose(count: number, now: number, value = this.#made): Effects {
    const { epoch } = this.raft.state;
    const endOffset = offset(this.endOffset + count);
    const effects = this.step({ type: "proposed", endOffset, epoch }, now);
    const refused = effects.some((effect) => effect.type === "refuse");
    this.#made = Math.max(this.#made, value);
    if (!refused) this.#append(epoch, count);
    return effects;
  }

  /** Makes everything below this durable, and says so. */
  sync(endOffset: Offset, now: number): Effects {
    const last = this.disk.records[endOffset - this.disk.startOffset - 1];
    assert(last !== undefined, "There is a record to be synced", { endOffset });
    this.disk.syncedEndOffset = offset(Math.max(endOffset, this.disk.syncedEndOffset));
    return this.step({ type: "written", endOffset, epoch: last.epoch }, now);
  }

  /** Of everything that is committed; the log begins behind it. */
  takeSnapshot(now: number): Effects {
    const { disk, committed } = this;
    const last = disk.records[committed - disk.startOffset - 1];
    if (last === undefined) return [];
    const records = this.allRecords.slice(0, committed);
    const prefix = { endOffset: committed, epoch: last.epoch };
    const voters = votersAmong(records) ?? this.#identity.voters;
    disk.snapshot = { prefix, records, voters };
    disk.records = disk.records.slice(committed - disk.startOffset);
    disk.startOffset = committed;
    disk.snapshotEpoch = last.epoch;
    return this.step({ type: "snapshotTaken", snapshot: prefix, logStartOffset: committed }, now);
  }

  /** What `installSnapshot` asked for has been looked at. */
  install(now: number): Effects {
    const snapshot = this.#downloaded?.prefix;
    const { voters } = this.#downloaded ?? {};
    return this.step({ type: "snapshotInstalled", snapshot, voters }, now);
  }

  /** The process ends at any point; what it has written is still there. */
  restart(): void {
    this.effectsLeft = Number.POSITIVE_INFINITY;
    this.committed = this.disk.startOffset;
    this.raft = this.#start();
  }

  /** The machine ends: of what was not synced, only the first records are still there. */
  powerCycle(kept = 0): void {
    const { disk } = this;
    const synced = Math.max(disk.syncedEndOffset - disk.startOffset, 0);
    disk.records = disk.records.slice(0, synced + kept);
    disk.syncedEndOffset = offset(Math.min(disk.syncedEndOffset, this.endOffset));
    this.restart();
  }

  #start(): Raft {
    const { quorumState, startOffset, snapshot } = this.disk;
    const epochs = epochStarts(this.disk);
    const log = new LogView({ startOffset, endOffset: this.endOffset, epochs });
    this.#downloaded = undefined;
    return new Raft({
      ...this.#identity,
      voters: this.#voters(),
      persisted: quorumState,
      log,
      snapshot: snapshot?.prefix,
    });
  }

  #voters(): VoterHistory {
    const { snapshot, records, startOffset } = this.disk;
    const sets = records.flatMap(({ voters }, i) =>
      voters === undefined ? [] : [{ offset: offset(startOffset + i), voters }]
    );
    const first = { offset: undefined, voters: snapshot?.voters ?? this.#identity.voters };
    return new VoterHistory([first, ...sets]);
  }

  #carryOut(effect: Effect): void {
    const { disk } = this;
    switch (effect.type) {
      case "persist": {
        const { epoch, votedFor, leaderId } = effect;
        disk.quorumState = { epoch, votedFor, leaderId };
        return;
      }
      case "append":
        return this.#carryOutAppend(effect);
      case "truncateTo": {
        const { endOffset } = effect;
        disk.records = disk.records.slice(0, endOffset - disk.startOffset);
        disk.syncedEndOffset = offset(Math.min(disk.syncedEndOffset, endOffset));
        return;
      }
      case "storeSlice":
        assert(this.#payload !== undefined && !isRecords(this.#payload), "A slice came along");
        this.#downloaded = this.#payload;
        return;
      case "resetTo":
        return this.#resetTo(effect.snapshot);
      case "commitTo":
        this.committed = effect.offset;
        return;
      case "send":
        return this.#outside.send(effect);
      case "reply":
        return this.#outside.reply(effect);
      case "votersChanged":
        return this.#outside.votersChanged(effect);
    }
  }

  #carryOutAppend(effect: Append): void {
    if (effect.kind === "fetched") {
      assert(this.#payload !== undefined && isRecords(this.#payload), "Records came along");
      this.disk.records.push(...this.#payload);
      assert(effect.endOffset === this.endOffset, "All records that came are appended");
      return;
    }
    assert(effect.baseOffset === this.endOffset, "The core appends at the end of the disk");
    if (effect.kind === "voters") return this.#append(effect.epoch, 1, effect.voters);
    this.#append(effect.epoch, 1);
    if (effect.firstVoters === undefined) return;
    // Behind the kraft.version.
    this.#append(effect.epoch, 1);
    this.#append(effect.epoch, 1, effect.firstVoters);
  }

  #resetTo(prefix: LogPrefix): void {
    const { disk } = this;
    assert(this.#downloaded?.prefix.endOffset === prefix.endOffset, "It has the snapshot");
    disk.snapshot = this.#downloaded;
    disk.startOffset = prefix.endOffset;
    disk.snapshotEpoch = prefix.epoch;
    disk.records = [];
    disk.syncedEndOffset = prefix.endOffset;
  }

  #append(epoch: Epoch, count: number, voters?: VoterSet): void {
    for (let i = 0; i < count; i++) {
      this.disk.records.push({ epoch, value: this.#identity.nodeId * 1e9 + this.#made++, voters });
    }
  }
}

function isRecords(payload: Payload): payload is readonly SimulatedRecord[] {
  return Array.isArray(payload);
}

function votersAmong(records: readonly SimulatedRecord[]): VoterSet | undefined {
  return records.findLast(({ voters }) => voters !== undefined)?.voters;
}

function epochStarts({ startOffset, snapshotEpoch, records }: Disk): EpochStart[] {
  const starts: EpochStart[] = [];
  if (snapshotEpoch !== undefined) starts.push({ epoch: snapshotEpoch, startOffset });
  for (const [i, { epoch }] of records.entries()) {
    const known = starts.at(-1)?.epoch === epoch;
    if (!known) starts.push({ epoch, startOffset: offset(startOffset + i) });
  }
  return starts;
}
