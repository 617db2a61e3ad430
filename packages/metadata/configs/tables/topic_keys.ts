// What a topic may set for itself. `broker` names the key of the broker that gives the default.

import { NO_LIMIT, boolean, double, int, list, long, string, table } from "../definition.ts";
import { gzipLevel, throttledReplicas } from "../validity.ts";

export const TOPIC_KEYS = table({
  "cleanup.policy": list(["delete"], { oneOf: ["compact", "delete"], broker: "log.cleanup.policy" },
    "What becomes of old records: delete them, compact to the last per key, both, or, if empty, " +
      "neither."),

  // Retention.
  "retention.ms": long(604_800_000, { min: -1, broker: "log.retention.ms" },
    "Age, in ms, at which records are deleted; -1: never."),
  "retention.bytes": long(-1, { broker: "log.retention.bytes" },
    "Size of a partition, in bytes, above which its oldest segments are deleted; -1: no limit."),
  "file.delete.delay.ms": long(60_000, { min: 0, broker: "log.segment.delete.delay.ms" },
    "How long, in ms, the file of a deleted segment stays on disk."),

  // Segments.
  "segment.bytes": int(1_073_741_824, { min: 1_048_576, broker: "log.segment.bytes" },
    "Bytes at which a segment is closed and the next begun."),
  "internal.segment.bytes": int(null, { internal: true },
    "For tests: a segment size below the usual limit."),
  "segment.ms": long(604_800_000, { min: 1, broker: "log.roll.ms" },
    "Age, in ms, at which a segment is closed although it is not full."),
  "segment.jitter.ms": long(0, { min: 0, broker: "log.roll.jitter.ms" },
    "The most, in ms, by which a segment is closed early, so that not all close at once."),
  "segment.index.bytes": int(10_485_760, { min: 4, broker: "log.index.size.max.bytes" },
    "Bytes at which the index of a segment is full, and the segment with it."),
  "index.interval.bytes": int(4096, { min: 0, broker: "log.index.interval.bytes" },
    "Bytes of records between two entries of the index."),
  "preallocate": boolean(false, { broker: "log.preallocate" },
    "Whether the space of a new segment is taken from the disk in advance."),

  // Records.
  "max.message.bytes": int(1_048_588, { min: 0, broker: "message.max.bytes" },
    "The largest batch of records that is accepted, in bytes, compressed if it is."),
  "max.decompressed.message.bytes": int(2_147_483_639,
    { min: 1, max: 2_147_483_639, broker: "max.decompressed.message.bytes" },
    "The largest record that is accepted after decompression, in bytes."),
  "compression.type": string("producer",
    {
      oneOf: ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"],
      broker: "compression.type",
    },
    "How batches are stored: as the producer sent them, uncompressed, or recompressed with this " +
      "codec."),
  "compression.gzip.level": int(-1, { validity: gzipLevel, broker: "compression.gzip.level" },
    "Level for gzip, 1 to 9; -1: its own default."),
  "compression.lz4.level": int(9, { min: 1, max: 17, broker: "compression.lz4.level" },
    "Level for lz4."),
  "compression.zstd.level": int(3, { min: -131_072, max: 22, broker: "compression.zstd.level" },
    "Level for zstd."),
  "message.timestamp.type": string("CreateTime",
    { oneOf: ["CreateTime", "LogAppendTime"], broker: "log.message.timestamp.type" },
    "Whose time a record carries: its producer's or that of its arrival."),
  "message.timestamp.before.max.ms": long(NO_LIMIT,
    { min: 0, broker: "log.message.timestamp.before.max.ms" },
    "How far, in ms, a record's timestamp may lie before its arrival."),
  "message.timestamp.after.max.ms": long(3_600_000,
    { min: 0, broker: "log.message.timestamp.after.max.ms" },
    "How far, in ms, a record's timestamp may lie after its arrival."),

  // Safety.
  "min.insync.replicas": int(1, { min: 1, broker: "min.insync.replicas" },
    "Replicas that must have a write before a producer with acks=all hears of success."),
  "unclean.leader.election.enable": boolean(false, { broker: "unclean.leader.election.enable" },
    "Whether a replica that is not in sync may lead when no other can, at the price of lost " +
      "records."),
  "flush.messages": long(NO_LIMIT, { min: 1, broker: "log.flush.interval.messages" },
    "Records after which a partition is forced to disk."),
  "flush.ms": long(NO_LIMIT, { min: 0, broker: "log.flush.interval.ms" },
    "Longest time, in ms, before records are forced to disk."),

  // Compaction.
  "min.cleanable.dirty.ratio": double(0.5,
    { min: 0, max: 1, broker: "log.cleaner.min.cleanable.ratio" },
    "Share of a log, from 0 to 1, that must be new before it is compacted again."),
  "delete.retention.ms": long(86_400_000, { min: 0, broker: "log.cleaner.delete.retention.ms" },
    "How long, in ms, the marker of a deleted key stays readable."),
  "min.compaction.lag.ms": long(0, { min: 0, broker: "log.cleaner.min.compaction.lag.ms" },
    "Age, in ms, below which a record is left alone."),
  "max.compaction.lag.ms": long(NO_LIMIT, { min: 1, broker: "log.cleaner.max.compaction.lag.ms" },
    "Age, in ms, at which a record is compacted however little is new."),

  // Replication.
  "leader.replication.throttled.replicas": list([], { validity: throttledReplicas },
    "Replicas that are throttled where they are read from, as partition:broker; * for all."),
  "follower.replication.throttled.replicas": list([], { validity: throttledReplicas },
    "Replicas that are throttled where they are copied to, as partition:broker; * for all."),
  "errors.deadletterqueue.group.enable": boolean(false, {},
    "Whether share groups may write dead letters to this topic (KIP-1191)."),

  // Tiered storage: only the defaults are accepted where another value would promise something.
  "remote.storage.enable": boolean(false, {}, "Tiered storage for this topic; true is refused."),
  "remote.log.copy.disable": boolean(false, {}, "No effect: stops copying to remote storage."),
  "remote.log.delete.on.disable": boolean(false, {},
    "No effect: deletes remote segments when tiered storage ends."),
  "remote.copy.lag.ms": long(0, { min: -1, broker: "log.remote.copy.lag.ms" },
    "No effect: age, in ms, at which a segment would be copied to remote storage."),
  "remote.copy.lag.bytes": long(-1, { min: -1, broker: "log.remote.copy.lag.bytes" },
    "No effect: bytes behind the end at which a segment would be copied to remote storage."),
  "local.retention.ms": long(-2, { min: -2, broker: "log.local.retention.ms" },
    "Age, in ms, at which records leave the local disk; only -2, that of retention.ms."),
  "local.retention.bytes": long(-2, { min: -2, broker: "log.local.retention.bytes" },
    "Bytes kept on the local disk; only -2, those of retention.bytes."),
});
