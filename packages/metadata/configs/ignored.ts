// Keys that Kafka takes and that mean nothing here, so that files written for Kafka can be used as
// they are; and keys that must not be ignored, because they promise what there will not be.

import { matchesAny } from "./key_pattern.ts";

/** Accepted, with one line in the log at debug. */
export const IGNORED: readonly string[] = [
  // Of the times of ZooKeeper and of older formats.
  "zookeeper.*",
  "inter.broker.protocol.version",
  "log.message.format.version",
  "message.format.version",
  "log.message.downconversion.enable",
  "message.downconversion.enable",
  "log.message.timestamp.difference.max.ms",
  "port",
  "host.name",
  "advertised.port",
  "advertised.host.name",
  "broker.id.generation.enable",
  "reserved.broker.max.id",
  "control.plane.listener.name",
  "log.cleaner.enable",
  "offsets.commit.required.acks",
  "controlled.shutdown.max.retries",
  "controlled.shutdown.retry.backoff.ms",
  "controller.socket.timeout.ms",
  "leader.imbalance.per.broker.percentage",
  "*.purgatory.purge.interval.requests",
  // Measuring, which is done in another way.
  "metric.reporters",
  "metrics.*",
  "kafka.metrics.*",
  "auto.include.jmx.reporter",
  "confluent.*",
  // Java classes.
  "client.quota.callback.class",
  "principal.builder.class",
  "security.providers",
  "ssl.provider",
  "ssl.engine.factory.class",
  "ssl.*manager.algorithm",
  "sasl.kerberos.*",
  // Tiered storage.
  "remote.log.*",
  // The fine points of the coordinator of share groups.
  "share.coordinator.threads",
  "share.coordinator.append.linger.ms",
  "share.coordinator.cached.buffer.max.bytes",
  "share.coordinator.load.buffer.size",
  "share.coordinator.write.timeout.ms",
  "share.coordinator.snapshot.update.records.per.snapshot",
  "share.coordinator.cold.partition.snapshot.interval.ms",
  "share.coordinator.state.topic.prune.interval.ms",
  "share.coordinator.state.topic.segment.bytes",
  "share.coordinator.state.topic.compression.codec",
];

export function isIgnored(name: string): boolean {
  return matchesAny(IGNORED, name);
}

interface RefusedKey {
  readonly name: string;
  readonly refuses: (text: string) => boolean;
  readonly reason: string;
  readonly remedy: string;
}

const isSet = (text: string): boolean => text.trim() !== "";

/** What will not be built: going on without it would break a promise. */
export const REFUSED: readonly RefusedKey[] = [
  {
    name: "remote.log.storage.system.enable",
    refuses: (text) => text.trim().toLowerCase() === "true",
    reason: "there is no tiered storage",
    remedy: "remove the key, and plan the disks for all that retention keeps",
  },
  {
    name: "create.topic.policy.class.name",
    refuses: isSet,
    reason: "Java classes cannot be loaded, so the policy would not be applied",
    remedy: "remove the key",
  },
  {
    name: "alter.config.policy.class.name",
    refuses: isSet,
    reason: "Java classes cannot be loaded, so the policy would not be applied",
    remedy: "remove the key",
  },
  {
    name: "config.providers",
    refuses: isSet,
    reason: "Java classes cannot be loaded, so references to values would be taken literally",
    remedy: "remove the key and write the values themselves, or set them in the environment",
  },
];
