// Replicas are equal below their high watermarks: the same batches of the same epochs, byte for
// byte but for where they lie. What was acknowledged, and what is committed, lies on as many disks
// as the topic wants.

import type { DiskLog } from "../truth/disk_log.ts";
import { originText, type StoredBatch } from "../truth/stored.ts";
import type { World } from "../world/world.ts";

const NAME = "replicas";

export interface ReplicaOnDisk {
  readonly node: string;
  readonly log: DiskLog;
}

/** `log` is as it is now. */
export interface CutReplica extends ReplicaOnDisk {
  readonly batches: readonly StoredBatch[];
}

/** A record that several must have. */
export interface Holding {
  readonly name: string;
  readonly offset: number;
  /** Undefined: whatever lies there. */
  readonly value?: string;
  /** Why they must. */
  readonly what: string;
  /** Also if power is lost. */
  readonly mustBeDurable?: boolean;
}

export class Replicas {
  readonly #world: World;
  /** By partition, then by base offset: what is committed. */
  readonly #committed = new Map<string, Map<number, StoredBatch>>();
  /** Batches of each log that were looked at. */
  readonly #looked = new WeakMap<DiskLog, number>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The log was read anew. */
  forget(log: DiskLog): void {
    this.#looked.delete(log);
  }

  /** What of a replica is below its high watermark, or below where all must be the same. */
  check(name: string, { node, log }: ReplicaOnDisk, upTo: number): void {
    const committed = this.#committed.get(name) ?? new Map<number, StoredBatch>();
    this.#committed.set(name, committed);
    let at = this.#looked.get(log) ?? 0;
    for (; (log.batches[at]?.nextOffset ?? Infinity) <= upTo; at++) {
      const batch = log.batches[at] as StoredBatch;
      const { baseOffset } = batch;
      const known = committed.get(baseOffset) ?? batch;
      committed.set(baseOffset, known);
      this.#world.expect(isSame(batch, known), NAME, () =>
        `${name} on ${node} has ${batchText(batch)}, and elsewhere it is ${batchText(known)}`);
    }
    this.#looked.set(log, at);
    this.#world.expect(log.endOffset >= upTo, NAME, () =>
      `${name} on ${node} ends at ${log.endOffset}, and is committed up to ${upTo}`);
  }

  /**
   * `before`: what a replica had before it was cut. What it had in common with another one at an
   * offset that is committed is the committed batch, for of three only one can have parted there.
   */
  checkCut(
    name: string,
    { before, committedEnd }: { readonly before: CutReplica; readonly committedEnd: number },
    others: readonly ReplicaOnDisk[],
  ): void {
    const { node, log, batches } = before;
    for (const batch of batches) {
      const { baseOffset, nextOffset } = batch;
      if (baseOffset < log.endOffset || nextOffset > committedEnd) continue;
      const holder = others.find((other) =>
        other.log.batches.some((one) => one.baseOffset === baseOffset && isSame(one, batch))
      );
      this.#world.expect(holder === undefined, NAME, () =>
        `${name}: ${node} has cut off ${batchText(batch)}, which is committed, and on ` +
        `${holder?.node} as well`);
    }
  }

  checkHeld(holding: Holding, replicas: readonly ReplicaOnDisk[], least: number): void {
    const holders = this.holdersOf(holding, replicas);
    this.#world.expect(holders.length >= least, NAME, () => {
      const where = holders.map(({ node }) => node).join(", ") || "nobody";
      const { name, offset, what, mustBeDurable } = holding;
      const has = mustBeDurable === true ? "has it synced" : "has it";
      return `${what} at ${name} ${offset}, where only ${where} ${has}`;
    });
  }

  /** Who has a record where it should be. */
  holdersOf(
    { offset, value, mustBeDurable }: Holding,
    replicas: readonly ReplicaOnDisk[],
  ): readonly ReplicaOnDisk[] {
    return replicas.filter(({ log }) => {
      if (log.endOffset <= offset) return false;
      if (mustBeDurable === true && log.durableEndOffset <= offset) return false;
      if (value === undefined) return true;
      const origin = log.recordAt(offset)?.origin;
      return origin !== undefined && originText(origin) === value;
    });
  }
}

function isSame(one: StoredBatch, other: StoredBatch): boolean {
  return one === other ||
    (one.crc === other.crc && one.leaderEpoch === other.leaderEpoch &&
      one.nextOffset === other.nextOffset);
}

function batchText({ baseOffset, nextOffset, leaderEpoch, crc }: StoredBatch): string {
  return `${baseOffset} to ${nextOffset - 1} of epoch ${leaderEpoch}, CRC ${crc}`;
}
