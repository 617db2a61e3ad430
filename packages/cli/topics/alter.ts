// topics --alter: more partitions. Configurations are altered by `configs`.

import { BrokerRefused, done } from "@odradek/client";
import { Failure } from "../failure.ts";
import { parseAssignment } from "./assignment.ts";
import type { TopicsContext } from "./flags.ts";
import { selectTopics } from "./select.ts";

export async function alterTopics(context: TopicsContext): Promise<void> {
  const { admin, flags, terminal } = context;
  const { partitions, replicaAssignment } = flags;
  if (partitions === undefined) throw new Failure('Missing required argument "[partitions]"');
  const selected = await selectTopics(context);
  const assignment = replicaAssignment === undefined
    ? undefined
    : parseAssignment(replicaAssignment);
  const larger = selected.map((one) => ({
    name: one.name,
    partitions,
    // The whole of it is given; what is there keeps its place.
    replicas: assignment?.slice(one.partitions.length),
  }));
  try {
    const outcomes = larger.length === 0 ? new Map() : await admin.createPartitions(larger);
    for (const outcome of outcomes.values()) done(outcome);
    if (flags.json !== true) return;
    const altered = larger.map(({ name }) => ({ name, partitions }));
    terminal.print(JSON.stringify({ altered }));
  } catch (error) {
    if (error instanceof BrokerRefused && error.error === "UNSUPPORTED_VERSION") {
      throw new Failure("The brokers do not offer CreatePartitions: partitions stay as they are");
    }
    throw error;
  }
}
