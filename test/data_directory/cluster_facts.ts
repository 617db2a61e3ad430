// What is known of the cluster as a whole: its id, its features, its topics.

import { Admin, type Cluster } from "@odradek/client";
import type { Expected } from "./expected.ts";
import type { Facts } from "./facts.ts";

export async function checkCluster(
  facts: Facts,
  cluster: Cluster,
  expected: Expected,
): Promise<void> {
  const admin = new Admin(cluster);
  const { clusterId } = await admin.describeCluster();
  facts.compare("cluster id", expected.clusterId, clusterId);
  const { finalizedFeatures } = await admin.apiVersions();
  for (const [name, level] of Object.entries(expected.finalizedFeatures ?? {})) {
    facts.compare(`feature ${name}`, level, finalizedFeatures.get(name));
  }
  const topics = await admin.listTopics();
  facts.compare("topics", Object.keys(expected.topics).sort(), topics.map(({ name }) => name));
  for (const { name, topicId, isInternal, partitions } of topics) {
    const topic = expected.topics[name];
    if (topic === undefined) continue;
    facts.compare(`${name} id`, topic.topicId, topicId);
    facts.compare(`${name} partitions`, topic.partitions.length, partitions.length);
    if (topic.internal !== undefined) facts.compare(`${name} internal`, topic.internal, isInternal);
  }
}
