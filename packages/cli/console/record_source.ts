// Where `consume` gets its records from: partitions as they are, or as a member of a group.

import {
  Admin,
  ASSIGNOR_NAMES,
  type AssignorName,
  type Cluster,
  type ConsumeOptions,
  Consumer,
  type ConsumerRecord,
  GroupConsumer,
  type GroupConsumerOptions,
} from "@odradek/client";
import { Failure } from "../failure.ts";
import { milliseconds } from "../flags/connection.ts";
import { topicPattern } from "../flags/topic_pattern.ts";
import { type ConsumeFlags, positionOf } from "./consume_flags.ts";

export interface RecordSource extends AsyncDisposable {
  readonly records: AsyncIterable<ConsumerRecord>;
}

export interface SourceOptions {
  readonly flags: ConsumeFlags;
  /** Client properties. */
  readonly properties: ReadonlyMap<string, string>;
  /** Ends the records. */
  readonly signal: AbortSignal;
}

export async function recordSource(
  cluster: Cluster,
  { flags, properties, signal }: SourceOptions,
): Promise<RecordSource> {
  const position = positionOf(flags);
  const groupId = groupOf(flags, properties);
  if (groupId === undefined) {
    const { partition } = flags;
    const topic = await topicsOf(cluster, flags);
    const records = new Consumer(cluster).consume({ topic, partition, ...position, signal });
    return { records, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const { isolationLevel } = position;
  const reset = resetOf(flags, properties);
  const settings = { groupId, isolationLevel, reset, ...memberSettings(properties) };
  const consumer = new GroupConsumer(cluster, settings);
  const topic = flags.topic ?? topicPattern(flags.include ?? "");
  return {
    records: consumer.consume({ topic, signal }),
    [Symbol.asyncDispose]: () => consumer.close(),
  };
}

/** Undefined: none is asked for. Failure if two are. */
function groupOf(
  { group, partition }: ConsumeFlags,
  properties: ReadonlyMap<string, string>,
): string | undefined {
  const property = properties.get("group.id");
  if (group !== undefined && property !== undefined && group !== property) {
    throw new Failure(`--group "${group}" and the property group.id "${property}" differ`);
  }
  return partition === undefined ? group ?? property : undefined;
}

async function topicsOf(cluster: Cluster, flags: ConsumeFlags): Promise<ConsumeOptions["topic"]> {
  if (flags.topic !== undefined) return flags.topic;
  const isIncluded = topicPattern(flags.include ?? "");
  const all = await new Admin(cluster).listTopics();
  return all.map(({ name }) => name).filter(isIncluded);
}

/** Where to begin when nothing is committed. Failure if flag and property differ. */
function resetOf(
  { fromBeginning = false }: ConsumeFlags,
  properties: ReadonlyMap<string, string>,
): "earliest" | "latest" | "fail" {
  const property = properties.get("auto.offset.reset");
  if (fromBeginning && property !== undefined && property !== "earliest") {
    throw new Failure(`--from-beginning and auto.offset.reset=${property} differ`);
  }
  switch (property ?? (fromBeginning ? "earliest" : "latest")) {
    case "earliest":
      return "earliest";
    case "latest":
      return "latest";
    case "none":
      return "fail";
    default:
      throw new Failure(`auto.offset.reset must be earliest, latest or none, not "${property}"`);
  }
}

/** As the properties of Kafka's consumer have them. */
function memberSettings(
  properties: ReadonlyMap<string, string>,
): Partial<GroupConsumerOptions> {
  const sessionTimeoutMs = milliseconds(properties, "session.timeout.ms");
  const rebalanceTimeoutMs = milliseconds(properties, "max.poll.interval.ms");
  const heartbeatMs = milliseconds(properties, "heartbeat.interval.ms");
  const everyMs = milliseconds(properties, "auto.commit.interval.ms");
  const isOff = properties.get("enable.auto.commit") === "false";
  const autoCommitMs = isOff ? false as const : everyMs;
  const strategy = properties.get("partition.assignment.strategy");
  return {
    instanceId: properties.get("group.instance.id"),
    ...(sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs }),
    ...(rebalanceTimeoutMs === undefined ? {} : { rebalanceTimeoutMs }),
    ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
    ...(autoCommitMs === undefined ? {} : { autoCommitMs }),
    ...(strategy === undefined ? {} : { assignors: strategy.split(",").map(assignorOf) }),
  };
}

/** By name or by Kafka's class: `org.apache.kafka.clients.consumer.RoundRobinAssignor`. */
function assignorOf(text: string): AssignorName {
  const short = text.trim().replace(/^.*\./, "").replace(/Assignor$/, "")
    .replaceAll(/(?<=[a-z])([A-Z])/g, "-$1").toLowerCase();
  const found = ASSIGNOR_NAMES.find((name) =>
    name === short || name.replaceAll("-", "") === short.replaceAll("-", "")
  );
  if (found !== undefined) return found;
  throw new Failure(`There is no assignor "${text}": use ${ASSIGNOR_NAMES.join(", ")}`);
}
