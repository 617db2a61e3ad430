// Rules between keys, and rules on single keys that their definitions do not hold, since Kafka's
// neither do. Each row: the keys, when all is well, and what to say if not.

import type { BrokerConfigName } from "../catalogue.ts";
import type { ResolvedConfig } from "../resolved_config.ts";
import { refuseKeys } from "./refuse.ts";

interface Rule {
  readonly keys: readonly BrokerConfigName[];
  readonly holds: (config: ResolvedConfig) => boolean;
  readonly says: string;
}

/** Keys with numbers of which the first must not be larger than the second. */
const ORDERED: readonly (readonly [BrokerConfigName, BrokerConfigName])[] = [
  ["replica.fetch.wait.max.ms", "replica.lag.time.max.ms"],
  ["replica.fetch.wait.max.ms", "replica.socket.timeout.ms"],
  ["connection.failed.authentication.delay.ms", "connections.max.idle.ms"],
  ["group.min.session.timeout.ms", "group.max.session.timeout.ms"],
  ...between("group.consumer", "session.timeout.ms"),
  ...between("group.consumer", "heartbeat.interval.ms"),
  ...between("group.consumer", "assignment.interval.ms"),
  ...between("group.share", "session.timeout.ms"),
  ...between("group.share", "heartbeat.interval.ms"),
  ...between("group.share", "assignment.interval.ms"),
  ...between("group.share", "record.lock.duration.ms"),
  ...between("group.share", "delivery.count.limit"),
  ...between("group.share", "partition.max.record.locks"),
  ...between("group.streams", "session.timeout.ms"),
  ...between("group.streams", "heartbeat.interval.ms"),
  ...between("group.streams", "assignment.interval.ms"),
  ["group.streams.num.standby.replicas", "group.streams.max.standby.replicas"],
  ["group.consumer.heartbeat.interval.ms", "group.consumer.session.timeout.ms"],
  ["group.share.heartbeat.interval.ms", "group.share.session.timeout.ms"],
  ["group.streams.heartbeat.interval.ms", "group.streams.session.timeout.ms"],
  ["log.cleaner.min.compaction.lag.ms", "log.cleaner.max.compaction.lag.ms"],
];

/** A default of groups lies between the bounds that are set for them. */
function between(kind: string, rest: string): (readonly [BrokerConfigName, BrokerConfigName])[] {
  const middle = `${kind}.${rest}` as BrokerConfigName;
  return [
    [`${kind}.min.${rest}` as BrokerConfigName, middle],
    [middle, `${kind}.max.${rest}` as BrokerConfigName],
  ];
}

/** All keys that a rule is about. */
export function consistentKeys(): readonly string[] {
  return [...ORDERED.flat(), ...RULES.flatMap(({ keys }) => keys)];
}

const RACK_AWARE = "org.apache.kafka.common.replica.RackAwareReplicaSelector";

const COUNTS = /^(\s*|(\s*[^\s,]+:\d{1,9}\s*(,|$))+)$/;

const RULES: readonly Rule[] = [
  {
    keys: ["broker.heartbeat.interval.ms", "broker.session.timeout.ms"],
    holds: (config) =>
      config.value("broker.heartbeat.interval.ms") * 2 <= config.value("broker.session.timeout.ms"),
    says: "the interval must be at most half of the session",
  },
  {
    keys: ["log.retention.ms", "log.retention.minutes", "log.retention.hours"],
    holds: (config) => config.effective("log.retention.ms").value !== 0,
    says: "retention must be at least 1 ms; -1 keeps records for ever",
  },
  {
    keys: ["max.connections.per.ip.overrides"],
    holds: (config) => COUNTS.test(config.value("max.connections.per.ip.overrides")),
    says: "allowed is a list of address:count, separated by commas",
  },
  {
    keys: ["queued.max.request.bytes", "socket.request.max.bytes"],
    holds: (config) => {
      const queued = config.value("queued.max.request.bytes");
      return queued <= 0 || queued >= config.value("socket.request.max.bytes");
    },
    says: "the first must not be smaller than the second, or -1",
  },
  {
    keys: ["log.roll.ms"],
    holds: (config) => (config.value("log.roll.ms") ?? 1) >= 1,
    says: "allowed is at least 1",
  },
  {
    keys: ["log.roll.jitter.ms"],
    holds: (config) => (config.value("log.roll.jitter.ms") ?? 0) >= 0,
    says: "allowed is at least 0",
  },
  {
    keys: ["replica.selector.class"],
    holds: (config) => [null, "", RACK_AWARE].includes(config.value("replica.selector.class")),
    says: `Java classes cannot be loaded; remove it, or use ${RACK_AWARE}`,
  },
  {
    keys: ["offsets.topic.compression.codec"],
    holds: (config) => isCodec(config.value("offsets.topic.compression.codec")),
    says: "allowed is 0 for none, 1 gzip, 2 snappy, 3 lz4, 4 zstd",
  },
];

function isCodec(id: number): boolean {
  return id >= 0 && id <= 4;
}

/** Throws Fault "configuration" at the first rule that does not hold. */
export function checkConsistency(config: ResolvedConfig): void {
  for (const { keys, holds, says } of RULES) {
    if (!holds(config)) refuseKeys(config, keys, says);
  }
  for (const [small, large] of ORDERED) {
    if (Number(config.value(small)) > Number(config.value(large))) {
      refuseKeys(config, [small, large], "the first must not be larger than the second");
    }
  }
}
