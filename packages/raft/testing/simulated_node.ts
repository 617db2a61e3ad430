// A driver with a disk in memory: carries out effects as effects.ts demands, and can lose what was
// not synced. For tests of the core; the real driver stands in the controller package.

import { assert, type Epoch, type Offset, offset } from "@odradek/base";
import type { Effect, Effects } from "../effects.ts";
import type { Event } from "../events.ts";
import { type EpochStart, LogView } from "../log_view.ts";
import type { QuorumState } from "../quorum_state.ts";
import { Raft, type RaftOptions } from "../raft.ts";

export interface Disk {
  quorumState: QuorumState;
  /** The first offset, and the epoch of the snapshot below it. */
  readonly startOffset: Offset;
  readonly snapshotEpoch: Epoch | undefined;
  /** From the first offset on. `value` is different for each record that was ever made. */
  records: { readonly epoch: Epoch; readonly value: number }[];
  syncedEndOffset: Offset;
}

export type Identity = Omit<RaftOptions, "persisted" | "log">;

export class SimulatedNode {
  readonly disk: Disk;
  raft: Raft;
  /** How many effects are still carried out before the power fails. */
  effectsLeft = Number.POSITIVE_INFINITY;
  /** What was carried out since the last start. */
  committed: Offset;
  readonly #identity: Identity;
  #made = 0;

  constructor(identity: Identity, disk: Disk) {
    this.#identity = identity;
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

  step(event: Event, now: number): Effects {
    const effects = this.raft.step(event, now);
    for (const effect of effects) {
      if (this.effectsLeft-- <= 0) break;
      this.#carryOut(effect);
    }
    return effects;
  }

  /** Asks first, appends after. */
  propose(count: number, now: number): Effects {
    const { epoch } = this.raft.state;
    const endOffset = offset(this.endOffset + count);
    const effects = this.step({ type: "proposed", endOffset, epoch }, now);
    const refused = effects.some((effect) => effect.type === "refuse");
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

  /** The process ends at any point; what it has written is still there. */
  restart(): void {
    this.effectsLeft = Number.POSITIVE_INFINITY;
    this.committed = this.disk.startOffset;
    this.raft = this.#start();
  }

  /** The machine ends: of what was not synced, only the first records are still there. */
  powerCycle(kept = 0): void {
    const { disk } = this;
    disk.records = disk.records.slice(0, disk.syncedEndOffset - disk.startOffset + kept);
    this.restart();
  }

  #start(): Raft {
    const { quorumState, startOffset } = this.disk;
    const epochs = epochStarts(this.disk);
    const log = new LogView({ startOffset, endOffset: this.endOffset, epochs });
    return new Raft({ ...this.#identity, persisted: quorumState, log });
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case "persist": {
        const { epoch, votedFor, leaderId } = effect;
        this.disk.quorumState = { epoch, votedFor, leaderId };
        break;
      }
      case "append":
        assert(effect.baseOffset === this.endOffset, "The core appends at the end of the disk");
        this.#append(effect.epoch, 1);
        break;
      case "commitTo":
        this.committed = effect.offset;
        break;
      case "became":
      case "refuse":
      case "wakeAt":
        break;
    }
  }

  #append(epoch: Epoch, count: number): void {
    for (let i = 0; i < count; i++) this.disk.records.push({ epoch, value: this.#made++ });
  }
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
