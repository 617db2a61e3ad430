// What a log is made of, and what holds between the parts whoever changes them: appending (log.ts),
// rolling, removal, truncation, the swap of segments. None of them is used from outside.

import { assert, type Clock, type Files } from "@odradek/base";
import { formatEpochs, LEADER_EPOCH_FILE, replaceFile } from "./directories/checkpoints.ts";
import { Durability } from "./durability.ts";
import type { LeaderEpochs } from "./epochs.ts";
import type { LogConfig, LogState } from "./log.ts";
import type { ProducerStates } from "./producers/producers.ts";
import type { Segment } from "./segments/segment.ts";
import { SegmentList } from "./segments/segment_list.ts";

export class LogCore {
  readonly directory: string;
  readonly files: Files;
  readonly clock: Clock;
  readonly list: SegmentList;
  readonly epochs: LeaderEpochs;
  readonly durability: Durability;
  producers: ProducerStates;
  config: LogConfig;
  /** Where the last round of compaction ended; undefined: there was none. */
  compactedTo: number | undefined;
  #startOffset: number;
  #endOffset: number;

  constructor(state: LogState, files: Files, clock: Clock) {
    this.directory = state.directory;
    this.config = state.config;
    this.list = new SegmentList(state.segments);
    this.producers = state.producers;
    this.epochs = state.epochs;
    this.#startOffset = state.startOffset;
    this.#endOffset = state.endOffset;
    this.compactedTo = state.compactedTo;
    this.files = files;
    this.clock = clock;
    this.durability = new Durability(this, files, state.recoveryPoint);
    this.#check();
  }

  /** The first offset that may be read. */
  get startOffset(): number {
    return this.#startOffset;
  }

  /** The offset of the next record. */
  get endOffset(): number {
    return this.#endOffset;
  }

  get segments(): readonly Segment[] {
    return this.list.all;
  }

  /** The end of a segment: where the next one begins, or the log ends. */
  endOf(segment: Segment): number {
    return this.list.endOf(segment) ?? this.#endOffset;
  }

  /** Moves both ends: what they publish is there, and is all that is read. */
  publish({ startOffset = this.#startOffset, endOffset = this.#endOffset }): void {
    this.#startOffset = startOffset;
    this.#endOffset = endOffset;
    this.#check();
  }

  /** Records below are gone for readers. */
  advanceStart(offset: number): void {
    if (offset <= this.#startOffset) return;
    this.publish({ startOffset: offset });
    if (this.epochs.truncateFromStart(offset)) this.writeEpochs();
  }

  /** In their file, before the recovery point goes on. */
  writeEpochs(): void {
    this.durability.beforeSync(async () => {
      const path = `${this.directory}/${LEADER_EPOCH_FILE}`;
      await replaceFile(this.files, path, formatEpochs(this.epochs.entries));
    });
  }

  #check(): void {
    assert(this.#startOffset <= this.#endOffset, "A log starts before it ends", {
      directory: this.directory,
      startOffset: this.#startOffset,
      endOffset: this.#endOffset,
    });
  }
}
