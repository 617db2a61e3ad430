// How topics come and go, how safe they are, and how followers copy them. What a topic may set for
// itself is in topic_keys.ts.

import { NO_LIMIT, boolean, int, javaClass, long, string, table } from "../definition.ts";

export const TOPICS = table({
  // Creation and deletion.
  "auto.create.topics.enable": boolean(true, { importance: "high" },
    "Whether a topic comes into being when a client first asks for it."),
  "delete.topic.enable": boolean(true, { importance: "high" }, "Whether topics may be deleted."),
  "num.partitions": int(1, { min: 1 }, "Partitions of a new topic whose creator names no count."),
  "default.replication.factor": int(1, {}, "Replicas of a new topic whose creator names no count."),
  "create.topic.policy.class.name": javaClass(null, { importance: "low" },
    "A Java class that would judge new topics; refused, as no Java runs here."),
  "alter.config.policy.class.name": javaClass(null, { importance: "low" },
    "A Java class that would judge changes of configuration; refused, as no Java runs here."),

  // Safety.
  "min.insync.replicas": int(1, { min: 1, importance: "high", scope: "both" },
    "Replicas that must have a write before a producer with acks=all hears of success."),
  "unclean.leader.election.enable": boolean(false, { importance: "high", scope: "both" },
    "Whether a replica that is not in sync may lead when no other can, at the price of lost " +
      "records."),

  // Followers.
  "replica.lag.time.max.ms": long(30_000, { importance: "high" },
    "A follower that has not caught up for this long, in ms, is no longer in sync."),
  "replica.fetch.wait.max.ms": int(500, { importance: "high" },
    "How long, in ms, a leader holds a follower's fetch when there is nothing new."),
  "replica.fetch.min.bytes": int(1, { importance: "high" },
    "Bytes that are worth an answer to a follower before the wait is over."),
  "replica.fetch.max.bytes": int(1_048_576, { min: 0 },
    "Bytes that a follower asks for per partition; a larger batch still comes whole."),
  "replica.fetch.response.max.bytes": int(10_485_760, { min: 0 },
    "Bytes that a follower asks for per fetch; a larger batch still comes whole."),
  "replica.fetch.backoff.ms": int(1000, { min: 0 },
    "Rest, in ms, after a failed fetch of a partition."),
  "replica.socket.timeout.ms": int(30_000, { importance: "high" },
    "How long, in ms, a follower waits for its leader's answer."),
  "replica.socket.receive.buffer.bytes": int(65_536, { importance: "high" },
    "Receive buffer, in bytes, of the connections to leaders."),
  "replica.high.watermark.checkpoint.interval.ms": long(5000, { importance: "high" },
    "How often, in ms, high watermarks are written to disk."),
  "replica.selector.class": string(null, {},
    "Chooses the replica that a consumer reads from: unset, the leader; Kafka's " +
      "RackAwareReplicaSelector, one in its rack."),
  "num.replica.fetchers": int(1, { min: 1, importance: "high", scope: "both" },
    "Connections with which a broker copies from each leader."),
  "follower.fetch.last.tiered.offset.enable": boolean(false, { scope: "both" },
    "No effect: there is no tiered storage to begin behind."),

  // Throttles, set while the cluster runs.
  "leader.replication.throttled.rate": long(NO_LIMIT, { min: 0, scope: "both", internal: true },
    "Bytes per second that throttled replicas may be sent by this broker."),
  "follower.replication.throttled.rate": long(NO_LIMIT, { min: 0, scope: "both", internal: true },
    "Bytes per second that throttled replicas may fetch on this broker."),
  "replica.alter.log.dirs.io.max.bytes.per.second": long(NO_LIMIT,
    { min: 0, scope: "both", internal: true },
    "Bytes per second for moving replicas between directories of this broker."),
  "replication.quota.window.num": int(11, { min: 1, importance: "low" },
    "How many samples the rate of throttled replication is measured over."),
  "replication.quota.window.size.seconds": int(1, { min: 1, importance: "low" },
    "Length, in s, of a sample of the replication rate."),
  "alter.log.dirs.replication.quota.window.num": int(11, { min: 1, importance: "low" },
    "How many samples the rate of moves between directories is measured over."),
  "alter.log.dirs.replication.quota.window.size.seconds": int(1, { min: 1, importance: "low" },
    "Length, in s, of a sample of the rate of moves between directories."),
});
