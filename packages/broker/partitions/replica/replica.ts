// A partition's replica on this broker: who leads it, what of its log is committed, and what its
// leader and its followers know of each other. What a leader knows of its followers is in
// `leadership.ts`; how a follower comes by its leader's records, in `broker/replication/`.

import { assert, type NodeId, type Uuid } from "@odradek/base";
import type { PartitionLog } from "@odradek/log";
import type { PartitionImage } from "@odradek/metadata";
import type { TopicConfig } from "@odradek/metadata/configs/mod";
import { Refusal } from "@odradek/protocol/refusal";
import type { Moment } from "./in_sync.ts";
import { type ChangeEnd, type InSyncChange, Leadership } from "./leadership.ts";
import { OnDemand, type OnDemandOptions } from "./on_demand.ts";
import type { FollowerFetch } from "./progress.ts";

export interface ReplicaOptions extends OnDemandOptions {
  readonly topic: string;
  readonly topicId: Uuid;
  readonly partition: number;
  readonly config: TopicConfig;
  /** From the checkpoint. */
  readonly highWatermark: number;
  readonly nodeId: NodeId;
  /** Absent: nobody follows. */
  readonly cluster?: ReplicaCluster;
}

/** What a leader must know of the cluster, and tells it. */
export interface ReplicaCluster {
  /** Of this broker's registration. */
  readonly brokerEpoch: () => number;
  /** How long a replica may be behind and still be in sync. */
  readonly lagMsMax: () => number;
  /** Whether a broker lives, is not about to leave, and fetches in the incarnation that lives. */
  readonly isEligible: (id: NodeId, brokerEpoch: number) => boolean;
  /** Where a broker stands; null: nobody has said. */
  readonly rackOf: (id: NodeId) => string | null;
  /** The in-sync replicas should be others: `wantedInSync` says which. */
  readonly inSyncDiffers: (replica: Replica) => void;
}

export class Replica extends OnDemand {
  readonly topic: string;
  readonly topicId: Uuid;
  readonly partition: number;
  config: TopicConfig;
  readonly #nodeId: NodeId;
  readonly #cluster: ReplicaCluster | undefined;
  #image: PartitionImage | undefined;
  /** Undefined: another broker leads. */
  #leadership: Leadership | undefined;
  #highWatermark: number;
  #isGone = false;

  constructor(options: ReplicaOptions) {
    super(options);
    this.topic = options.topic;
    this.topicId = options.topicId;
    this.partition = options.partition;
    this.config = options.config;
    this.#nodeId = options.nodeId;
    this.#cluster = options.cluster;
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

  /** Whether it leads, and others follow. */
  get hasFollowers(): boolean {
    return this.#leadership?.hasFollowers === true;
  }

  /** Whether this is a replica of the leader of that epoch, who is another broker. */
  isFollowerIn(leaderEpoch: number): boolean {
    const { leaderId } = this;
    return !this.#isGone && this.leaderEpoch === leaderEpoch && leaderId >= 0 &&
      leaderId !== this.#nodeId;
  }

  /** False while a new leader does not know yet what of the epochs before is committed. */
  get isHighWatermarkKnown(): boolean {
    return this.#highWatermark >= (this.#leadership?.startOffset ?? 0);
  }

  /** What the cluster's metadata says of the partition from now on. */
  follow(image: PartitionImage): void {
    const before = this.#image;
    const isSameEpoch = image.leaderEpoch === before?.leaderEpoch;
    // The controller has told this leader of a change before the metadata does.
    if (isSameEpoch && image.partitionEpoch < before.partitionEpoch) return;
    this.#image = image;
    if (!this.isLeader) this.#leadership = undefined;
    else if (isSameEpoch && this.#leadership !== undefined) {
      this.#leadership.follow(image, this.clock.monotonic());
    } else this.#lead(image);
    this.advance();
    if (!isSameEpoch || before.leader !== image.leader) this.#wakeAll();
    // Whoever waits for a replica that has gone need not any more.
    else if (before.isr.some((id) => !image.isr.includes(id))) this.wake();
  }

  #lead(image: PartitionImage): void {
    const { endOffset: startOffset } = this.log;
    this.log.assignEpoch(image.leaderEpoch, startOffset);
    this.#leadership = new Leadership(image, {
      self: this.#nodeId,
      nowMs: this.clock.monotonic(),
      startOffset,
      brokerEpoch: this.#cluster?.brokerEpoch() ?? -1,
    });
    // Since an unclean election: this leader has nothing to recover (KIP-704).
    if (image.isRecovering) this.#cluster?.inSyncDiffers(this);
  }

  /** The partition is deleted, or no longer this broker's: whoever waits for it is let go. */
  leave(): void {
    this.#isGone = true;
    this.#leadership = undefined;
    this.stopFlushing();
    this.#wakeAll();
  }

  #wakeAll(): void {
    this.wake();
    this.wakeFollowers();
  }

  /** Refuses with NOT_LEADER_OR_FOLLOWER, FENCED_LEADER_EPOCH or UNKNOWN_LEADER_EPOCH. */
  checkLeader(leaderEpoch = -1): void {
    this.checkEpoch(leaderEpoch);
    if (!this.isLeader) throw new Refusal("NOT_LEADER_OR_FOLLOWER");
  }

  /** As `checkLeader`, where a follower is as good. */
  checkReplica(leaderEpoch: number): void {
    this.checkEpoch(leaderEpoch);
    if (this.leaderId < 0) throw new Refusal("NOT_LEADER_OR_FOLLOWER");
  }

  /**
   * For a consumer that reads here because it is near: once this replica has fallen behind, the
   * leader is to be asked. Refuses with NOT_LEADER_OR_FOLLOWER, on which clients go there.
   */
  checkNear(): void {
    if (!this.isLeader && !this.isInSync) throw new Refusal("NOT_LEADER_OR_FOLLOWER");
  }

  /** As the metadata says. */
  get isInSync(): boolean {
    return this.#image?.isr.includes(this.#nodeId) === true;
  }

  /** -1: the client does not know the epoch. */
  checkEpoch(leaderEpoch: number): void {
    if (this.#isGone) throw new Refusal("NOT_LEADER_OR_FOLLOWER");
    if (leaderEpoch < 0) return;
    if (leaderEpoch < this.leaderEpoch) throw new Refusal("FENCED_LEADER_EPOCH");
    if (leaderEpoch > this.leaderEpoch) throw new Refusal("UNKNOWN_LEADER_EPOCH");
  }

  /** Whether a produce with acks -1 can be acknowledged at all. */
  protected checkInSync(): void {
    const { isr } = this.#image as PartitionImage;
    if (isr.length >= this.#inSyncMin) return;
    throw new Refusal(
      "NOT_ENOUGH_REPLICAS",
      `${isr.length} replicas are in sync, min.insync.replicas is ${this.config.inSyncReplicasMin}`,
    );
  }

  /** Fewer replicas than the topic's minimum must be enough where it has fewer. */
  get #inSyncMin(): number {
    return Math.min(this.config.inSyncReplicasMin, this.#image?.replicas.length ?? 1);
  }

  /** What was appended is committed, but meanwhile by fewer than the topic wants. Refuses. */
  checkStillInSync(): void {
    const count = this.#leadership?.inSyncCountMax ?? 0;
    if (count < this.#inSyncMin) throw new Refusal("NOT_ENOUGH_REPLICAS_AFTER_APPEND");
  }

  /**
   * A follower has everything below the offset from which it fetches. Refuses who is no replica
   * with NOT_LEADER_OR_FOLLOWER or UNKNOWN_LEADER_EPOCH.
   */
  fetchedBy(
    id: NodeId,
    fetch: Omit<FollowerFetch, "nowMs" | "leaderEndOffset"> & { readonly leaderEpoch: number },
  ): void {
    const leadership = this.#leadership;
    if (leadership === undefined) throw new Refusal("NOT_LEADER_OR_FOLLOWER");
    const nowMs = this.clock.monotonic();
    const { endOffset: leaderEndOffset } = this.log;
    const told = { ...fetch, nowMs, leaderEndOffset };
    const hasOtherStart = leadership.fetched(id, told, fetch.leaderEpoch);
    if (leadership.isToJoin(id, this.#moment(leadership))) this.#cluster?.inSyncDiffers(this);
    this.advance();
    if (hasOtherStart) this.wake();
  }

  /** Whether what is committed waits for a follower. */
  isWaitedFor(id: NodeId): boolean {
    const leadership = this.#leadership;
    return leadership?.isWaitedFor(id, this.#moment(leadership)) === true;
  }

  /** Below it no replica that lives has any records. */
  get lowWatermark(): number {
    const cluster = this.#cluster;
    const { startOffset } = this.log;
    if (cluster === undefined || this.#leadership === undefined) return startOffset;
    const ofFollowers = this.#leadership.followersStart((id) => cluster.isEligible(id, -1));
    return Math.min(startOffset, ofFollowers);
  }

  /** Who should read in a rack instead of asking this leader (KIP-392); undefined: nobody. */
  nearerReplica(rack: string, offset: number): NodeId | undefined {
    const cluster = this.#cluster;
    if (cluster === undefined || this.#leadership === undefined) return undefined;
    if (cluster.rackOf(this.#nodeId) === rack) return undefined;
    const near = this.#leadership.holdersOf(offset).filter(({ id }) => cluster.rackOf(id) === rack);
    return near.sort((a, b) => b.endOffset - a.endOffset)[0]?.id;
  }

  /** What the controller is to be asked for, once more if need be; undefined: nothing. */
  wantedInSync(): InSyncChange | undefined {
    const leadership = this.#leadership;
    return leadership?.wanted(this.#moment(leadership));
  }

  /** What has become of a change, and how the controller says that the partition is. */
  inSyncEnded(change: InSyncChange, end: ChangeEnd, image?: Partial<PartitionImage>): void {
    const leadership = this.#leadership;
    if (leadership === undefined || this.leaderEpoch !== change.leaderEpoch) return;
    leadership.ended(change, end, image);
    this.#image = leadership.image;
    this.advance();
  }

  #moment(leadership: Leadership): Moment {
    return {
      nowMs: this.clock.monotonic(),
      lagMsMax: this.#cluster?.lagMsMax() ?? 0,
      endOffset: this.log.endOffset,
      highWatermark: this.#highWatermark,
      epochStartOffset: leadership.startOffset,
      isEligible: this.#cluster?.isEligible ?? (() => false),
    };
  }

  /**
   * As the follower in an epoch: does the work on the log in its turn, and nothing if it is that no
   * more. Resolves when the disk has what the topic wants it to have.
   */
  async asFollower(
    leaderEpoch: number,
    work: (log: PartitionLog) => Promise<void> | void,
  ): Promise<void> {
    await this.turns.take(async () => {
      if (this.isFollowerIn(leaderEpoch)) await work(this.log);
    });
    await this.flush.after(this.log.endOffset);
  }

  /** What the leader of an epoch says of itself: as far as this log has it, it holds here too. */
  followLeader(
    leaderEpoch: number,
    { highWatermark, logStartOffset }: {
      readonly highWatermark: number;
      readonly logStartOffset: number;
    },
  ): void {
    if (!this.isFollowerIn(leaderEpoch)) return;
    const { log } = this;
    const reached = Math.min(highWatermark, log.endOffset);
    const start = Math.min(logStartOffset, Math.max(reached, this.#highWatermark));
    if (reached <= this.#highWatermark && start <= log.startOffset) return;
    this.#highWatermark = Math.max(this.#highWatermark, reached);
    if (start > log.startOffset) log.advanceStart(start);
    this.wake();
  }

  /**
   * As the follower in an epoch: everything at or above an offset goes, for the leader has
   * something else there or nothing. Fault if the disk fails.
   */
  async truncateTo(offset: number, leaderEpoch?: number): Promise<void> {
    await this.#truncate(offset, leaderEpoch, () => this.log.truncateTo(offset));
  }

  /** As a follower whose leader's log starts behind this one's end: everything goes. */
  async truncateFully(offset: number, leaderEpoch?: number): Promise<void> {
    await this.#truncate(offset, leaderEpoch, () => this.log.truncateFully(offset));
  }

  async #truncate(
    offset: number,
    leaderEpoch: number | undefined,
    truncate: () => Promise<void>,
  ): Promise<void> {
    const isToBe = (): boolean => leaderEpoch === undefined || this.isFollowerIn(leaderEpoch);
    if (!isToBe()) return;
    assert(!this.isLeader, "A leader's log is never cut", { topic: this.topic, offset });
    await this.turns.take(async () => {
      // It may have come to lead while it waited for its turn.
      if (this.isLeader || !isToBe()) return;
      // First, so that nobody begins to read what goes.
      this.#highWatermark = Math.min(this.#highWatermark, offset);
      await truncate();
      const { startOffset, endOffset } = this.log;
      this.#highWatermark = Math.max(startOffset, Math.min(this.#highWatermark, endOffset));
      // Who has come to lead meanwhile begins where the log ends now.
      if (this.isLeader) this.#lead(this.#image as PartitionImage);
    });
    this.#wakeAll();
  }

  /** The high watermark: what the leader and all that must have it have. */
  protected advance(): void {
    const leadership = this.#leadership;
    if (leadership === undefined) return;
    const { log } = this;
    assert(log.endOffset >= this.#highWatermark, "What is committed is in the log", {
      topic: this.topic,
      partition: this.partition,
    });
    if (log.endOffset === this.#highWatermark) return;
    // What is committed by too few could be lost with them (KIP-966).
    if (leadership.image.isr.length < this.#inSyncMin) return;
    const end = leadership.hasFollowers
      ? leadership.commonEnd(this.#moment(leadership))
      : log.endOffset;
    if (end <= this.#highWatermark) return;
    this.#highWatermark = end;
    this.#wakeAll();
  }
}
