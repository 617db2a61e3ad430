// What was acknowledged is on the disk; what was synced is there after a loss of power, and
// everything after any other end of a process: the same batches at the same offsets, and behind
// them nothing that is no batch.

import type { End, MachineWatcher } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import type { LogTruth } from "../truth/log_truth.ts";
import { type Origin, originText, type StoredBatch } from "../truth/stored.ts";

const NAME = "acknowledged_and_synced";

/** What must be found again. */
interface Left {
  readonly batches: readonly StoredBatch[];
  readonly startOffset: number;
  readonly endOffset: number;
  /** Whatever lies below must be there. */
  readonly keptEndOffset: number;
}

export class AcknowledgedAndSynced implements MachineWatcher {
  readonly #world: World;
  readonly #logs: () => readonly LogTruth[];
  readonly #left = new Map<LogTruth, Left>();
  /** The process has found everything, and may be writing. */
  #isServing = true;

  constructor(world: World, logs: () => readonly LogTruth[]) {
    this.#world = world;
    this.#logs = logs;
  }

  /** A producer has been told that its record is in the log. */
  acknowledged(truth: LogTruth, offset: number, origin: Origin): void {
    const { log, name, flushMessages } = truth;
    log.refresh();
    const text = originText(origin);
    const found = log.recordAt(offset)?.origin;
    this.#expect(found !== undefined && originText(found) === text, () => {
      const there = found === undefined ? "nothing" : originText(found);
      return `${text} was acknowledged at ${name} ${offset}, where ${there} is on the disk`;
    });
    truth.acknowledged.set(offset, text);
    if (flushMessages === Number.POSITIVE_INFINITY) return;
    const durable = log.durableEndOffset;
    this.#expect(offset + 1 - (flushMessages - 1) <= durable, () =>
      `${text} was acknowledged at ${name} ${offset}, with flush.messages=${flushMessages}, ` +
      `but only what is below ${durable} is synced`);
  }

  ending(how: End): void {
    // A process that has not got so far as to serve may have cut files, and has written no records.
    if (!this.#isServing) this.#checkAll("in the middle of a start");
    this.#left.clear();
    for (const truth of this.#logs()) {
      const { log } = truth;
      log.refresh();
      const { batches, startOffset, endOffset } = log;
      const keptEndOffset = how === "power loss" ? log.durableEndOffset : endOffset;
      this.#left.set(truth, { batches, startOffset, endOffset, keptEndOffset });
    }
  }

  ended(how: End): void {
    this.#isServing = false;
    if (how !== "power loss") return;
    for (const [truth, left] of this.#left) {
      const { log } = truth;
      log.reread();
      this.#checkKept(truth, left, "after the loss of power");
      truth.forgetFrom(log.endOffset);
      const { batches, startOffset, endOffset } = log;
      this.#left.set(truth, { batches, startOffset, endOffset, keptEndOffset: endOffset });
    }
  }

  ready(): void {
    this.#isServing = true;
    this.#checkAll("after the start");
    for (const { log: { problem }, name } of this.#logs()) {
      this.#expect(problem === undefined, () => `${name} after the start: ${problem}`);
    }
    this.#left.clear();
  }

  #checkAll(when: string): void {
    for (const [truth, left] of this.#left) {
      truth.log.reread();
      this.#checkKept(truth, left, when);
    }
  }

  #checkKept(truth: LogTruth, left: Left, when: string): void {
    const { log, name } = truth;
    // All of it lies below what was deleted: the log may begin anew there.
    if (left.endOffset <= truth.deletedBelow) return;
    const startMax = Math.max(left.startOffset, truth.deletedBelow);
    this.#expect(log.startOffset <= startMax || left.keptEndOffset <= left.startOffset, () =>
      `${name} began at ${left.startOffset}, and ${when} at ${log.startOffset}, though only ` +
      `records below ${truth.deletedBelow} were deleted`);
    const found = new Map(log.batches.map((batch) => [batch.baseOffset, batch]));
    for (const batch of left.batches) {
      const same = found.get(batch.baseOffset);
      const isKept = batch.nextOffset <= left.keptEndOffset &&
        batch.nextOffset > truth.deletedBelow;
      if (same === undefined && !isKept) continue;
      const where = `${name} ${batch.baseOffset} to ${batch.nextOffset - 1}`;
      if (same === undefined) {
        const ends = `the log ends at ${log.endOffset}`;
        return this.#world.fail(NAME, `${where} is not there ${when}: ${ends}`);
      }
      const isSame = same === batch ||
        (same.crc === batch.crc && same.leaderEpoch === batch.leaderEpoch);
      this.#expect(isSame, () => `${where} is another batch ${when}`);
    }
  }

  #expect(condition: boolean, message: () => string): void {
    this.#world.expect(condition, NAME, message);
  }
}
