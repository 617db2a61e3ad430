// topics --create

import { BrokerRefused } from "@odradek/client";
import { Failure } from "../failure.ts";
import { paintHead } from "../looks.ts";
import { parseAssignment } from "./assignment.ts";
import type { TopicsContext } from "./flags.ts";

const COLLISION_WARNING =
  "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') " +
  "could collide. To avoid issues it is best to use either, but not both.";
const REPLICATION_FACTOR_MAX = 32767;

export async function createTopic({ admin, flags, terminal }: TopicsContext): Promise<void> {
  const { topic: name = "", partitions, replicationFactor, replicaAssignment } = flags;
  if (/[._]/.test(name)) {
    if (flags.json === true) terminal.remark(COLLISION_WARNING, "warning");
    else terminal.print(paintHead(terminal.paint, "warning", COLLISION_WARNING));
  }
  if (partitions !== undefined && partitions < 1) {
    throw new Failure("The partitions must be greater than 0");
  }
  const isOdd = replicationFactor !== undefined &&
    (replicationFactor < 1 || replicationFactor > REPLICATION_FACTOR_MAX);
  if (isOdd) {
    const range = `between 1 and ${REPLICATION_FACTOR_MAX} inclusive`;
    throw new Failure(`The replication factor must be ${range}`);
  }
  const replicas = replicaAssignment === undefined ? undefined : parseAssignment(replicaAssignment);
  const configs = Object.fromEntries(flags.config ?? []);
  const topic = { name, partitions, replicationFactor, replicas, configs };
  const outcome = (await admin.createTopics([topic])).get(topic);
  if (outcome instanceof BrokerRefused) {
    if (outcome.error !== "TOPIC_ALREADY_EXISTS" || flags.ifNotExists !== true) throw outcome;
    if (flags.json === true) terminal.print(JSON.stringify({ created: [] }));
    return;
  }
  if (flags.json === true) return terminal.print(JSON.stringify({ created: [name] }));
  terminal.print(`Created topic ${name}.`);
}
