// Bugs of replication, of elections and of coordinators that move: what a cluster must never do,
// done all the same.

import type { PlantedBug } from "./planted_bug.ts";

const IN_SYNC = "packages/broker/partitions/replica/in_sync.ts";
const REPLICA = "packages/broker/partitions/replica/replica.ts";
const PARTITION = "packages/broker/partitions/partition.ts";
const FETCH = "packages/broker/partitions/fetch.ts";
const OWN_PARTITIONS = "packages/broker/partitions/own_partitions.ts";

export const CLUSTER_BUGS: readonly PlantedBug[] = [
  {
    // KIP-966: the high watermark waits for everybody who is in sync.
    name: "high_watermark_by_leader_alone",
    file: IN_SYNC,
    text: "    end = Math.min(end, progress.endOffset);\n",
    instead: "    end = Math.max(end, progress.endOffset);\n",
    caughtBy: ["history", "high_watermark", "in_sync", "replicas"],
  },
  {
    // KIP-101: what a new leader does not have goes.
    name: "follower_keeps_what_parted",
    file: "packages/broker/replication/fetched.ts",
    text: "  await partition.truncateTo(offset, leaderEpoch);\n",
    instead: "  if (leaderEpoch < 0) await partition.truncateTo(offset, leaderEpoch);\n",
    caughtBy: ["history", "liveness", "replicas"],
  },
  {
    // KIP-101: the high watermark of a follower is behind; to cut by it loses what is committed.
    name: "truncated_by_high_watermark",
    file: REPLICA,
    text: "    if (!this.isLeader) this.#leadership = undefined;\n    else if",
    instead: `    if (!this.isLeader) {
      this.#leadership = undefined;
      if (!isSameEpoch) void this.truncateTo(this.#highWatermark, image.leaderEpoch);
    } else if`,
    caughtBy: ["history", "high_watermark", "in_sync", "replicas"],
  },
  {
    // KIP-497: who is in sync is for the controller to say.
    name: "in_sync_shrunk_without_controller",
    file: IN_SYNC,
    text: "    if (!maximal.includes(id) && !isAboutToJoin(id, progress, moment)) continue;\n",
    instead: "    if (moment.nowMs - progress.caughtUpMs > moment.lagMsMax / 10) continue;\n",
    caughtBy: ["history", "high_watermark", "in_sync", "replicas"],
  },
  {
    // KIP-966: while a change is under way, the larger set counts.
    name: "high_watermark_by_old_in_sync",
    file: IN_SYNC,
    text: "    if (!maximal.includes(id) && !isAboutToJoin(id, progress, moment)) continue;\n",
    instead: "    if (!replicas.isr.includes(id) || maximal.length === 0) continue;\n",
    caughtBy: ["history", "high_watermark", "in_sync", "replicas"],
  },
  {
    // KIP-966: min.insync.replicas is of those in sync, not of those that there should be.
    name: "min_in_sync_by_configured_replicas",
    file: REPLICA,
    text: "    const { isr } = this.#image as PartitionImage;\n",
    instead: "    const { replicas: isr } = this.#image as PartitionImage;\n",
    more: [{
      file: REPLICA,
      text: "    if (leadership.image.isr.length < this.#inSyncMin) return;\n",
      instead: "    if (leadership.image.replicas.length < this.#inSyncMin) return;\n",
    }, {
      file: REPLICA,
      text: "    if (count < this.#inSyncMin) throw",
      instead: "    if (count < 0) throw",
    }],
    caughtBy: ["history", "high_watermark", "in_sync", "replicas"],
  },
  {
    // A record is safe when its own leader says so, not when that is none any more.
    name: "old_leader_answers",
    file: OWN_PARTITIONS,
    text: "    if (!isLed()) throw this.#notLed(partition.topicId);\n",
    instead: "    if (!isLed()) return appended;\n",
    caughtBy: ["history", "high_watermark", "in_sync", "replicas"],
  },
  {
    // KIP-98: followers know producers as their leader does.
    name: "producers_forgotten_by_new_leader",
    file: REPLICA,
    text: "    this.log.assignEpoch(image.leaderEpoch, startOffset);\n",
    instead: `    this.log.assignEpoch(image.leaderEpoch, startOffset);
    this.log.producers.expire(Number.MAX_SAFE_INTEGER, 0);
`,
    caughtBy: ["history"],
  },
  {
    // KIP-98: what is there already is not appended again.
    name: "repeated_batch_appended",
    file: PARTITION,
    text: "    if (repeated !== undefined) {",
    instead: "    if (repeated !== undefined && repeated.lastOffset < 0) {",
    caughtBy: ["history"],
  },
  {
    // KIP-392: a follower shows what is committed, as far as it knows.
    name: "follower_shows_uncommitted",
    file: FETCH,
    text: "  if (replicaId >= 0) return partition.log.endOffset;\n",
    instead: "  if (replicaId >= 0 || !partition.isLeader) return partition.log.endOffset;\n",
    caughtBy: ["history", "high_watermark"],
  },
  {
    // KIP-903: who fetched before it was started again may have lost what it had.
    name: "old_incarnation_in_sync",
    file: "packages/broker/replication/replication.ts",
    text: "isActive(found) && (epoch < 0 || epoch === found.epoch)",
    instead: "isActive(found) && epoch <= found.epoch",
    more: [{
      file: "packages/controller/decide/alter_partition.ts",
      text: "    const isSame = brokerEpoch < 0 || brokerEpoch === broker?.epoch;\n",
      instead: "    const isSame = brokerEpoch <= (broker?.epoch ?? -1);\n",
    }],
    caughtBy: ["history", "high_watermark", "in_sync", "replicas"],
  },
  {
    // KIP-966: in sync is who has everything that is committed.
    name: "anybody_may_join_in_sync",
    file: IN_SYNC,
    text: `  return progress.endOffset >= moment.highWatermark &&
    progress.endOffset >= moment.epochStartOffset &&
    moment.isEligible(id, progress.brokerEpoch);
`,
    instead: "  return moment.isEligible(id, progress.brokerEpoch);\n",
    caughtBy: ["history", "high_watermark", "in_sync", "replicas"],
  },
  {
    // KIP-595: a leader says where a log has parted from its own.
    name: "leader_hides_divergence",
    file: FETCH,
    text: "  return isSame ? undefined : end;\n",
    instead: "  return isSame || end.epoch >= 0 ? undefined : end;\n",
    caughtBy: ["history", "high_watermark", "in_sync", "replicas", "liveness"],
  },
  {
    // What a new leader has above its high watermark is not committed yet.
    name: "new_leader_commits_all_it_has",
    file: REPLICA,
    text: "    this.log.assignEpoch(image.leaderEpoch, startOffset);\n",
    instead: `    this.log.assignEpoch(image.leaderEpoch, startOffset);
    this.#highWatermark = startOffset;
`,
    caughtBy: ["history", "high_watermark", "in_sync", "replicas"],
  },
  {
    // odradek.fsync=always holds for followers, too: what they say to have must outlive power.
    name: "follower_does_not_sync",
    file: REPLICA,
    text: "    await this.flush.after(this.log.endOffset);\n  }\n\n  /** What the leader of",
    instead: "  }\n\n  /** What the leader of",
    caughtBy: ["history", "high_watermark", "in_sync", "replicas", "liveness"],
  },
  {
    // A commit is answered when it is committed.
    name: "offsets_answered_before_commit",
    file: "packages/broker/coordinators/versions.ts",
    text: `    if (isAppended) this.#waiting.push({ endOffset, state, replies: [...replies] });
    else if`,
    instead: `    if (isAppended) {
      this.#waiting.push({ endOffset, state, replies: [] });
      return replies;
    } else if`,
    caughtBy: ["history"],
  },
  {
    // A new coordinator has read what it does not know to be committed.
    name: "offsets_told_before_current",
    file: "packages/broker/groups/fold.ts",
    text: '    mustBeCurrent: ({ type }) => type === "fetchOffsets",\n',
    instead: "    mustBeCurrent: () => false,\n",
    caughtBy: ["history"],
  },
  {
    // Nobody leads who may lack what was committed, unless the topic allows it.
    name: "leader_elected_out_of_sync",
    file: "packages/controller/decide/partition_change.ts",
    text: '  const living = election === "unclean" ? replicas.find(isAcceptable) : undefined;\n',
    instead: "  const living = replicas.find(isAcceptable);\n",
    caughtBy: ["history", "high_watermark", "in_sync", "replicas", "liveness"],
  },
  {
    // A broker that has started again leaves the replicas in sync until it has caught up.
    name: "restarted_stays_in_sync",
    file: "packages/controller/decide/leaders.ts",
    text: "    ({ isr }) => ({ isr: without(isr, id), unclean: id }),\n",
    instead: "    ({ isr }) => ({ isr }),\n",
    caughtBy: ["history", "high_watermark", "in_sync", "replicas", "liveness"],
  },
  {
    // A snapshot stands for a log that has no record left, also for its epoch.
    name: "emptied_metadata_log_without_epoch",
    file: "packages/controller/metadata_log.ts",
    text: "  if (snapshot !== undefined && log.endOffset === snapshot.endOffset) {\n",
    instead: "  if (snapshot !== undefined && log.endOffset < 0) {\n",
    caughtBy: ["liveness"],
  },
];

const TERMS = {
  file: "test/simulation/cluster/terms.ts",
  text: "export const TERMS: Terms = SAFE;\n",
} as const;

/** Terms that promise less: a checker that does not see what they cost sees nothing. */
export const CLUSTER_TERMS: readonly PlantedBug[] = [
  {
    name: "acks_1_and_unclean_elections",
    ...TERMS,
    instead: "export const TERMS: Terms = LOSING;\n",
    caughtBy: ["history"],
    says: "lost",
  },
  {
    name: "retries_without_idempotence",
    ...TERMS,
    instead: "export const TERMS: Terms = DOUBLING;\n",
    caughtBy: ["history"],
    says: "duplicate",
  },
];
