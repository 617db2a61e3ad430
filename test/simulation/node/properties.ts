// The configuration of a simulated node, by chance where it matters.

import type { Random } from "@odradek/base";
import { between, oneOf, weighted } from "../workload/chances.ts";

export interface NodeProperties {
  readonly text: string;
  readonly logDirs: readonly string[];
  readonly metadataLogDir: string;
  /** Of every topic, at most: 1 if the node syncs before it acknowledges. */
  readonly flushMessagesMax: number;
}

export const HOST = "node-1";
export const CLIENT_PORT = 9092;

export function nodeProperties(random: Random): NodeProperties {
  const logDirs = oneOf(random, [["/data"], ["/data/a", "/data/b"]]);
  const metadataLogDir = oneOf(random, [logDirs[0] as string, "/metadata"]);
  const fsync = weighted(random, [[6, "kafka"], [1, "always"], [1, "group:5"]]);
  const properties = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "listeners": `PLAINTEXT://${HOST}:${CLIENT_PORT},CONTROLLER://${HOST}:9093`,
    "controller.listener.names": "CONTROLLER",
    "controller.quorum.bootstrap.servers": `${HOST}:9093`,
    "log.dirs": logDirs.join(","),
    "metadata.log.dir": metadataLogDir,
    "auto.create.topics.enable": false,
    "offsets.topic.replication.factor": 1,
    "metadata.log.segment.ms": between(random, 5000, 60_000),
    "metadata.log.max.record.bytes.between.snapshots": between(random, 1000, 30_000),
    "metadata.log.max.snapshot.interval.ms": between(random, 5000, 60_000),
    "metadata.max.retention.bytes": between(random, 5000, 50_000),
    "internal.metadata.log.segment.bytes": between(random, 2000, 100_000),
    "replica.high.watermark.checkpoint.interval.ms": between(random, 500, 8000),
    "odradek.fsync": fsync,
  };
  const text = Object.entries(properties).map(([key, value]) => `${key}=${value}`).join("\n");
  const flushMessagesMax = fsync === "kafka" ? Number.POSITIVE_INFINITY : 1;
  return { text, logDirs, metadataLogDir, flushMessagesMax };
}
