// The configuration of three combined nodes in three racks, by chance where it matters.

import type { Random } from "@odradek/base";
import { between, weighted } from "../workload/chances.ts";

export const NODES = [1, 2, 3] as const;
export const CLIENT_PORT = 9092;

export function hostOf(id: number): string {
  return `node-${id}`;
}

export function rackOf(id: number): string {
  return `rack-${id}`;
}

/** The node that runs on a machine. */
export function idOf(host: string): number {
  return Number(host.slice(hostOf(0).length - 1));
}

export interface ClusterProperties {
  textOf(id: number): string;
  /** Every node syncs before it acknowledges: then losses of power lose nothing. */
  readonly isSynced: boolean;
}

export function clusterProperties(random: Random): ClusterProperties {
  const isSynced = random.below(2) === 0;
  const shared = {
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    "controller.quorum.voters": NODES.map((id) => `${id}@${hostOf(id)}:9093`).join(","),
    "cluster.id": "AAAAAAAAQACAAAAAAAAAAQ",
    "log.dirs": "/data",
    "auto.create.topics.enable": false,
    "default.replication.factor": 3,
    "min.insync.replicas": 2,
    "offsets.topic.num.partitions": 3,
    "replica.selector.class": "org.apache.kafka.common.replica.RackAwareReplicaSelector",
    // Sometimes so little that it takes a follower many fetches to catch up.
    "replica.fetch.max.bytes": weighted(random, [[2, 1_048_576], [1, between(random, 100, 3000)]]),
    "replica.lag.time.max.ms": between(random, 5000, 15_000),
    "metadata.log.segment.ms": between(random, 5000, 60_000),
    "metadata.log.max.record.bytes.between.snapshots": between(random, 2000, 40_000),
    "metadata.log.max.snapshot.interval.ms": between(random, 10_000, 60_000),
    "metadata.max.retention.bytes": between(random, 5000, 50_000),
    "internal.metadata.log.segment.bytes": between(random, 4000, 100_000),
    "replica.high.watermark.checkpoint.interval.ms": between(random, 500, 8000),
    "odradek.fsync": isSynced ? "always" : weighted(random, [[4, "kafka"], [1, "group:5"]]),
  };
  return {
    isSynced,
    textOf(id) {
      const own = {
        "node.id": id,
        "broker.rack": rackOf(id),
        "listeners": `PLAINTEXT://${hostOf(id)}:${CLIENT_PORT},CONTROLLER://${hostOf(id)}:9093`,
      };
      return Object.entries({ ...shared, ...own }).map(([key, value]) => `${key}=${value}`)
        .join("\n");
    },
  };
}
