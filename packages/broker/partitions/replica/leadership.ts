// One leadership of one partition: what its followers have, which of them are in sync, and the one
// change of that set that may be under way with the controller. Rules: `in_sync.ts`.
//
// | state    | event                                   | next                              |
// |----------|-----------------------------------------|-----------------------------------|
// | settled  | the set should be another one           | asked: the larger set counts      |
// | asked    | the controller has taken it             | settled, with the new set         |
// | asked    | surely not applied (107, 55)            | settled, with the old set         |
// | asked    | refused, for our metadata is old        | waiting: the larger set counts    |
// | asked    | anything else, or no answer             | asked again                       |
// | any      | metadata of a newer partition epoch     | settled, as the metadata says     |

import type { NodeId } from "@odradek/base";
import type { PartitionImage } from "@odradek/metadata";
import { Refusal } from "@odradek/protocol/refusal";
import {
  commonEnd,
  isWaitedFor,
  maximalSet,
  mayJoin,
  type Moment,
  type Replicas,
  wantedSet,
} from "./in_sync.ts";
import { firstProgress, type FollowerFetch, type Progress, progressAfter } from "./progress.ts";

/** What a leader asks the controller for. */
export interface InSyncChange {
  readonly leaderEpoch: number;
  /** On which it is based. */
  readonly partitionEpoch: number;
  readonly isr: readonly { readonly id: NodeId; readonly brokerEpoch: number }[];
}

/** What has become of it. */
export type ChangeEnd = "taken" | "not applied" | "refused";

export interface LeadershipOptions {
  readonly self: NodeId;
  readonly nowMs: number;
  /** Of the log, when the leadership began. */
  readonly startOffset: number;
  /** Of this broker's registration. */
  readonly brokerEpoch: number;
}

/** Of all that are the only replica. */
const NO_FOLLOWERS: ReadonlyMap<NodeId, Progress> = new Map();

export class Leadership {
  /** Where the epoch begins. */
  readonly startOffset: number;
  readonly #self: NodeId;
  readonly #brokerEpoch: number;
  #followers = NO_FOLLOWERS as Map<NodeId, Progress>;
  #image: PartitionImage;
  #change: InSyncChange | undefined;
  /** The controller knows something newer: it will come. */
  #isWaiting = false;

  constructor(image: PartitionImage, options: LeadershipOptions) {
    this.#image = image;
    this.#self = options.self;
    this.#brokerEpoch = options.brokerEpoch;
    this.startOffset = options.startOffset;
    this.#keepFollowers(options.nowMs);
  }

  get image(): PartitionImage {
    return this.#image;
  }

  get hasFollowers(): boolean {
    return this.#followers.size > 0;
  }

  /** How many may be in sync at most, as far as this leader knows. */
  get inSyncCountMax(): number {
    return maximalSet(this.#replicas).length;
  }

  /** Of the same leader epoch. */
  follow(image: PartitionImage, nowMs: number): void {
    if (image.partitionEpoch > this.#image.partitionEpoch) this.#settle();
    this.#image = image;
    this.#keepFollowers(nowMs);
  }

  /**
   * A follower has everything below the offset that it fetches. Whether its log begins elsewhere
   * now. Refuses who is no replica.
   */
  fetched(id: NodeId, fetch: FollowerFetch, leaderEpoch: number): boolean {
    const before = this.#followers.get(id);
    if (before === undefined) {
      // It may know already that it is one.
      throw new Refusal(leaderEpoch < 0 ? "NOT_LEADER_OR_FOLLOWER" : "UNKNOWN_LEADER_EPOCH");
    }
    this.#followers.set(id, progressAfter(before, fetch));
    return fetch.startOffset !== before.startOffset;
  }

  /** Where the first of the followers' logs begins that count. */
  followersStart(counts: (id: NodeId) => boolean): number {
    const starts = [...this.#followers].filter(([id]) => counts(id))
      .map(([, { startOffset }]) => startOffset);
    return Math.min(...starts);
  }

  /** Those in sync who can give what lies at an offset, and how far each could read on. */
  holdersOf(offset: number): { readonly id: NodeId; readonly endOffset: number }[] {
    const { isr } = this.#image;
    return [...this.#followers]
      .filter(([id, { startOffset, endOffset }]) =>
        isr.includes(id) && startOffset <= offset && endOffset >= offset
      )
      .map(([id, { endOffset }]) => ({ id, endOffset }));
  }

  /** Everything below it is everywhere where it must be. */
  commonEnd(moment: Moment): number {
    return commonEnd(this.#replicas, moment);
  }

  isWaitedFor(id: NodeId, moment: Moment): boolean {
    return isWaitedFor(id, this.#replicas, moment);
  }

  /** Whether a follower that has just fetched should be let in. */
  isToJoin(id: NodeId, moment: Moment): boolean {
    const progress = this.#followers.get(id);
    if (progress === undefined || this.#change !== undefined) return false;
    return !this.#image.isr.includes(id) && mayJoin(id, progress, moment);
  }

  /** What the controller is to be asked for now; undefined: nothing. */
  wanted(moment: Moment): InSyncChange | undefined {
    if (this.#isWaiting) return undefined;
    if (this.#change !== undefined) return this.#change;
    const { isr, leaderEpoch, partitionEpoch, isRecovering } = this.#image;
    const wanted = wantedSet(this.#replicas, moment);
    if (wanted === isr && !isRecovering) return undefined;
    this.#change = {
      leaderEpoch,
      partitionEpoch,
      isr: wanted.map((id) => ({ id, brokerEpoch: this.#brokerEpochOf(id) })),
    };
    return this.#change;
  }

  /** `image`: as the controller says that the partition is, if it has taken the change. */
  ended(change: InSyncChange, end: ChangeEnd, image?: Partial<PartitionImage>): void {
    if (change !== this.#change) return;
    if (end === "refused") this.#isWaiting = true;
    else this.#settle();
    if (end === "taken") this.#image = { ...this.#image, ...image, isRecovering: false };
  }

  get #replicas(): Replicas {
    const { replicas, isr } = this.#image;
    const asked = this.#change?.isr.map(({ id }) => id);
    return { self: this.#self, replicas, isr, asked, followers: this.#followers };
  }

  #settle(): void {
    this.#change = undefined;
    this.#isWaiting = false;
  }

  #brokerEpochOf(id: NodeId): number {
    return id === this.#self ? this.#brokerEpoch : this.#followers.get(id)?.brokerEpoch ?? -1;
  }

  /** One for each replica but this one. */
  #keepFollowers(nowMs: number): void {
    const { replicas, isr } = this.#image;
    const isAlone = replicas.every((id) => id === this.#self);
    if (isAlone) return void (this.#followers = NO_FOLLOWERS as Map<NodeId, Progress>);
    if (this.#followers === NO_FOLLOWERS) this.#followers = new Map();
    for (const id of [...this.#followers.keys()]) {
      if (!replicas.includes(id)) this.#followers.delete(id);
    }
    for (const id of replicas) {
      if (id === this.#self || this.#followers.has(id)) continue;
      this.#followers.set(id, firstProgress(isr.includes(id), nowMs));
    }
  }
}
