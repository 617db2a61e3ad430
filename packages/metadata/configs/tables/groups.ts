// Groups of consumers, classic and new, their coordinator, and the offsets that they commit.

import { INT_MAX, boolean, int, list, long, short, string, table } from "../definition.ts";

export const GROUPS = table({
  // The group coordinator.
  "group.coordinator.rebalance.protocols": list(["classic", "consumer", "streams"],
    { oneOf: ["consumer", "classic", "share", "streams"] },
    "The kinds of groups that members may form."),
  "group.coordinator.threads": int(4, { min: 1, importance: "high" },
    "Threads for groups; accepted for Kafka's sake, the reactors do this work."),
  "group.coordinator.background.threads": int(2, { min: 1, importance: "high" },
    "Threads for background work on groups; accepted for Kafka's sake."),
  "group.coordinator.append.linger.ms": int(-1, { min: -1 },
    "How long, in ms, records of groups are gathered before they are written; -1: as it fits."),
  "group.coordinator.cached.buffer.max.bytes": int(1_048_588, { min: 524_288, scope: "both" },
    "Largest buffer, in bytes, that is kept for the next write of group records."),

  // Offsets.
  "offsets.topic.num.partitions": int(50, { min: 1, importance: "high" },
    "Partitions of the topic of committed offsets; not to be changed later."),
  "offsets.topic.replication.factor": short(3, { min: 1, importance: "high" },
    "Replicas of the topic of committed offsets; unless set, as many as there are brokers, up " +
      "to this."),
  "offsets.topic.segment.bytes": int(104_857_600, { min: 1, importance: "high" },
    "Segment size, in bytes, of the topic of committed offsets: small, so that it compacts and " +
      "loads fast."),
  "offsets.topic.compression.codec": int(0, { importance: "high" },
    "Codec of the records in the topic of committed offsets, by its number; 0: none."),
  "offsets.load.buffer.size": int(5_242_880, { min: 1, importance: "high" },
    "Bytes that are read at a time while groups are loaded; a larger batch still comes whole."),
  "offsets.commit.timeout.ms": int(5000, { min: 1, importance: "high" },
    "How long, in ms, a commit may wait for its replicas."),
  "offsets.retention.minutes": int(10_080, { min: 1, importance: "high" },
    "How long, in minutes, the offsets of a group without members are kept."),
  "offsets.retention.check.interval.ms": long(600_000, { min: 1, importance: "high" },
    "How often, in ms, expired offsets are looked for."),
  "offset.metadata.max.bytes": int(4096, { importance: "high" },
    "The most bytes of text that may stand beside a committed offset."),

  // Classic groups.
  "group.initial.rebalance.delay.ms": int(3000, {},
    "How long, in ms, an empty group waits for more members before its first rebalance."),
  "group.min.session.timeout.ms": int(6000, {},
    "The shortest session, in ms, that a member may ask for."),
  "group.max.session.timeout.ms": int(1_800_000, {},
    "The longest session, in ms, that a member may ask for."),
  "group.max.size": int(INT_MAX, { min: 1 }, "The most members of a classic group."),

  // Consumer groups (KIP-848).
  "group.consumer.session.timeout.ms": int(45_000, { min: 1 },
    "Silence, in ms, after which a member is removed."),
  "group.consumer.min.session.timeout.ms": int(45_000, { min: 1 },
    "The shortest session, in ms, that a group may be set to."),
  "group.consumer.max.session.timeout.ms": int(60_000, { min: 1 },
    "The longest session, in ms, that a group may be set to."),
  "group.consumer.heartbeat.interval.ms": int(5000, { min: 1 },
    "How often, in ms, members are told to report."),
  "group.consumer.min.heartbeat.interval.ms": int(5000, { min: 1 },
    "The shortest heartbeat interval, in ms, that a group may be set to."),
  "group.consumer.max.heartbeat.interval.ms": int(15_000, { min: 1 },
    "The longest heartbeat interval, in ms, that a group may be set to."),
  "group.consumer.assignment.interval.ms": int(1000, { min: 0, scope: "both" },
    "Rest, in ms, between two assignments of a group."),
  "group.consumer.min.assignment.interval.ms": int(0, { min: 0 },
    "The shortest rest between assignments, in ms, that a group may be set to."),
  "group.consumer.max.assignment.interval.ms": int(15_000, { min: 0 },
    "The longest rest between assignments, in ms, that a group may be set to."),
  "group.consumer.max.size": int(INT_MAX, { min: 1 }, "The most members of a consumer group."),
  "group.consumer.assignors": list(["uniform", "range"], {},
    "The ways to assign partitions that the broker offers; the first is the default."),
  "group.consumer.assignor.offload.enable": boolean(true, { internal: true },
    "Whether assignments are computed in the background."),
  "group.consumer.migration.policy": string("bidirectional",
    { oneOf: ["DISABLED", "DOWNGRADE", "UPGRADE", "BIDIRECTIONAL"], anyCase: true },
    "Whether a group with members may change between the classic and the consumer protocol, and " +
      "in which direction."),
  "group.consumer.regex.refresh.interval.ms": int(600_000, { min: 10_000, internal: true },
    "How often, in ms, subscriptions by pattern are matched with the topics anew."),
});
