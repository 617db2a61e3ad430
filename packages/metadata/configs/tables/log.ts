// How partitions are kept on disk: the defaults of what each topic may set for itself (see
// topic_keys.ts), and the work in the background.

import { NO_LIMIT, boolean, double, int, list, long, string, table } from "../definition.ts";
import { gzipLevel } from "../validity.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const LOG = table({
  // Segments.
  "log.segment.bytes": int(1_073_741_824, { min: 1_048_576, importance: "high", scope: "both" },
    "Bytes at which a segment is closed and the next begun."),
  "log.roll.ms": long(null,
    { importance: "high", scope: "both", substitutes: [{ name: "log.roll.hours", factor: HOUR }] },
    "Age, in ms, at which a segment is closed although it is not full."),
  "log.roll.hours": int(168, { min: 1, importance: "high" },
    "The same in hours, if log.roll.ms is not set."),
  "log.roll.jitter.ms": long(null,
    {
      importance: "high",
      scope: "both",
      substitutes: [{ name: "log.roll.jitter.hours", factor: HOUR }],
    },
    "The most, in ms, by which a segment is closed early, so that not all close at once."),
  "log.roll.jitter.hours": int(0, { min: 0, importance: "high" },
    "The same in hours, if log.roll.jitter.ms is not set."),
  "log.index.size.max.bytes": int(10_485_760, { min: 4, scope: "both" },
    "Bytes at which the index of a segment is full, and the segment with it."),
  "log.index.interval.bytes": int(4096, { min: 0, scope: "both" },
    "Bytes of records between two entries of the index."),
  "log.preallocate": boolean(false, { scope: "both" },
    "Whether the space of a new segment is taken from the disk in advance."),
  "log.segment.delete.delay.ms": long(60_000, { min: 0, importance: "high", scope: "both" },
    "How long, in ms, the file of a deleted segment stays on disk."),

  // Retention.
  "log.retention.ms": long(null,
    {
      importance: "high",
      scope: "both",
      substitutes: [
        { name: "log.retention.minutes", factor: MINUTE },
        { name: "log.retention.hours", factor: HOUR },
      ],
    },
    "Age, in ms, at which records are deleted; -1: never."),
  "log.retention.minutes": int(null, { importance: "high" },
    "The same in minutes, if log.retention.ms is not set."),
  "log.retention.hours": int(168, { importance: "high" },
    "The same in hours, if neither of the finer ones is set."),
  "log.retention.bytes": long(-1, { importance: "high", scope: "both" },
    "Size of a partition, in bytes, above which its oldest segments are deleted; -1: no limit."),
  "log.retention.check.interval.ms": long(300_000, { min: 1 },
    "How often, in ms, the broker looks for segments to delete."),
  "log.cleanup.policy": list(["delete"], { oneOf: ["compact", "delete"], scope: "both" },
    "What becomes of old records: delete them, compact to the last per key, both, or, if empty, " +
      "neither."),

  // Flushing: replication is what keeps records, so the defaults leave it to the system.
  "log.flush.interval.messages": long(NO_LIMIT, { min: 1, importance: "high", scope: "both" },
    "Records after which a partition is forced to disk."),
  "log.flush.interval.ms": long(null,
    {
      importance: "high",
      scope: "both",
      substitutes: [{ name: "log.flush.scheduler.interval.ms", factor: 1 }],
    },
    "Longest time, in ms, before records are forced to disk; unset, that of " +
      "log.flush.scheduler.interval.ms."),
  "log.flush.scheduler.interval.ms": long(NO_LIMIT, { importance: "high" },
    "How often, in ms, the broker looks for partitions to force to disk."),
  "log.flush.offset.checkpoint.interval.ms": int(60_000, { min: 0, importance: "high" },
    "How often, in ms, the point from which recovery reads is written down."),
  "log.flush.start.offset.checkpoint.interval.ms": int(60_000, { min: 0, importance: "high" },
    "How often, in ms, log start offsets are written down."),
  "log.initial.task.delay.ms": long(30_000, { min: 0, importance: "low", internal: true },
    "For tests: wait, in ms, before the background work on logs begins."),

  // Records.
  "message.max.bytes": int(1_048_588, { min: 0, importance: "high", scope: "both" },
    "The largest batch of records that is accepted, in bytes, compressed if it is."),
  "max.decompressed.message.bytes": int(2_147_483_639,
    { min: 1, max: 2_147_483_639, scope: "both" },
    "The largest record that is accepted after decompression, in bytes."),
  "compression.type": string("producer",
    {
      oneOf: ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"],
      importance: "high",
      scope: "both",
    },
    "How batches are stored: as the producer sent them, uncompressed, or recompressed with this " +
      "codec."),
  "compression.gzip.level": int(-1, { validity: gzipLevel, scope: "both" },
    "Level for gzip, 1 to 9; -1: its own default."),
  "compression.lz4.level": int(9, { min: 1, max: 17, scope: "both" }, "Level for lz4."),
  "compression.zstd.level": int(3, { min: -131_072, max: 22, scope: "both" }, "Level for zstd."),
  "log.message.timestamp.type": string("CreateTime",
    { oneOf: ["CreateTime", "LogAppendTime"], scope: "both" },
    "Whose time a record carries: its producer's or that of its arrival."),
  "log.message.timestamp.before.max.ms": long(NO_LIMIT, { min: 0, scope: "both" },
    "How far, in ms, a record's timestamp may lie before its arrival."),
  "log.message.timestamp.after.max.ms": long(3_600_000, { min: 0, scope: "both" },
    "How far, in ms, a record's timestamp may lie after its arrival."),

  // Compaction.
  "log.cleaner.enable": boolean(true, {}, "No effect: compaction is always on."),
  "log.cleaner.threads": int(1, { min: 0, scope: "both" },
    "How many logs are compacted at a time."),
  "log.cleaner.dedupe.buffer.size": long(134_217_728, { scope: "both" },
    "Memory, in bytes, for the keys of logs that are compacted."),
  "log.cleaner.io.buffer.size": int(524_288, { min: 0, scope: "both" },
    "Memory, in bytes, for reading and writing while compacting."),
  "log.cleaner.io.buffer.load.factor": double(0.9, { scope: "both" },
    "How full, from 0 to 1, the memory for keys may get."),
  "log.cleaner.io.max.bytes.per.second": double(Number.MAX_VALUE, { scope: "both" },
    "Bytes per second, read and written together, that compaction may use."),
  "log.cleaner.backoff.ms": long(15_000, { min: 0, scope: "both" },
    "Rest, in ms, of a cleaner that found nothing to do."),
  "log.cleaner.min.cleanable.ratio": double(0.5, { min: 0, max: 1, scope: "both" },
    "Share of a log, from 0 to 1, that must be new before it is compacted again."),
  "log.cleaner.delete.retention.ms": long(86_400_000, { min: 0, scope: "both" },
    "How long, in ms, the marker of a deleted key stays readable."),
  "log.cleaner.min.compaction.lag.ms": long(0, { min: 0, scope: "both" },
    "Age, in ms, below which a record is left alone."),
  "log.cleaner.max.compaction.lag.ms": long(NO_LIMIT, { min: 1, scope: "both" },
    "Age, in ms, at which a record is compacted however little is new."),
});
