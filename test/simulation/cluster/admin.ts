// Operators of a simulated cluster: one makes topics, one has the preferred replicas lead again,
// one asks what the group has committed.

import { reason } from "@odradek/base";
import { Admin, BrokerRefused } from "@odradek/client";
import { between } from "../workload/chances.ts";
import { type ClientSurroundings, clusterOf, GROUP, rest } from "./surroundings.ts";
import { TERMS } from "./terms.ts";

const TOPICS_MAX = 5;

export async function makeTopics(surroundings: ClientSurroundings): Promise<void> {
  const { world, topics, tally } = surroundings;
  const random = world.chance();
  const cluster = clusterOf(world, "admin");
  const admin = new Admin(cluster);
  const configs = { "unclean.leader.election.enable": String(TERMS.isUncleanAllowed) };
  for (let number = 1; topics.length < TOPICS_MAX;) {
    const plan = { name: `topic-${number}`, partitions: between(random, 1, 3) };
    try {
      const wish = { ...plan, replicationFactor: 3, configs };
      const made = (await admin.createTopics([wish])).values().next();
      const isThere = made.value instanceof BrokerRefused
        ? made.value.error === "TOPIC_ALREADY_EXISTS"
        : true;
      if (isThere) {
        const partitions = await partitionsOf(admin, plan.name);
        // Who was asked may not have heard of it yet.
        if (partitions !== undefined) {
          topics.push({ name: plan.name, partitions });
          tally.acknowledged++;
          number++;
        }
      }
    } catch (error) {
      tally.failed++;
      world.transcript.note("admin", "failed", reason(error));
    }
    if (!await rest(surroundings, between(random, 500, 20_000))) break;
  }
  cluster.close();
}

/** One whose answer was lost may have been made as another try had planned it. */
async function partitionsOf(admin: Admin, name: string): Promise<number | undefined> {
  const found = (await admin.listTopics()).find((topic) => topic.name === name);
  return found?.partitions.length;
}

export async function electPreferred(surroundings: ClientSurroundings): Promise<void> {
  const { world, coverage } = surroundings;
  const random = world.chance();
  const cluster = clusterOf(world, "balancer");
  const admin = new Admin(cluster);
  while (await rest(surroundings, between(random, 5000, 40_000))) {
    try {
      const asked = await admin.electLeaders("preferred", "all");
      const elected = asked.filter(({ outcome }) => outcome === true);
      coverage.count("preferred elections", elected.length);
    } catch (error) {
      world.transcript.note("balancer", "failed", reason(error));
    }
  }
  cluster.close();
}

/**
 * Only answers of a whole network count: a coordinator that is none any more, and cut off from
 * those who could tell it, says what it knew then. So does Kafka's.
 */
export async function auditGroup(surroundings: ClientSurroundings): Promise<void> {
  const { world, history, isWhole } = surroundings;
  const random = world.chance();
  const cluster = clusterOf(world, "auditor");
  const admin = new Admin(cluster);
  const operation = { process: "auditor", op: "committed", group: GROUP } as const;
  while (await rest(surroundings, between(random, 1000, 10_000))) {
    if (!isWhole()) continue;
    history.add({ ...operation, type: "invoke" });
    try {
      const told = await admin.listGroupOffsets(GROUP);
      const offsets = told.map(({ topic, partition, offset }) =>
        [topic, partition, offset] as const
      );
      history.add({ ...operation, type: isWhole() ? "ok" : "info", offsets });
    } catch (error) {
      history.add({ ...operation, type: "info" });
      world.transcript.note("auditor", "failed", reason(error));
    }
  }
  cluster.close();
}
