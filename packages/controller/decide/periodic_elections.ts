// Elections that nobody asks for: leaderships go back to the preferred replicas, so that the load
// does not stay where faults have moved it; and what nobody leads gets any leader that lives, where
// the topic would rather lose records than be without one.

import { NO_NODE } from "@odradek/base";
import type { ClusterImage, PartitionImage, TopicImage } from "@odradek/metadata";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import type { Circumstances, Decision } from "./decision.ts";
import { allowsUnclean, type ElectionGround, electionRules } from "./election_rules.ts";
import { partitionChange } from "./partition_change.ts";

/** At once: whoever wants more asks again. */
export const ELECTIONS_MAX = 1000;

/** The reply: how many were elected. */
export function decidePreferredElections(
  image: ClusterImage,
  { config }: Pick<Circumstances, "config">,
): Decision<number> {
  const ground: ElectionGround = { image, config, election: "preferred" };
  return elections(ground, ({ leader, replicas }) => leader !== replicas[0]);
}

/** The reply: how many were elected. */
export function decideUncleanElections(
  image: ClusterImage,
  { config }: Pick<Circumstances, "config">,
): Decision<number> {
  const ground: ElectionGround = { image, config, election: "unclean" };
  return elections(ground, ({ leader }, topic) =>
    leader === NO_NODE && allowsUnclean(ground, topic)
  );
}

function elections(
  ground: ElectionGround,
  isDue: (partition: PartitionImage, topic: TopicImage) => boolean,
): Decision<number> {
  const records: MetadataRecordDraft[] = [];
  for (const topic of ground.image.topics.values()) {
    for (const partition of topic.partitions) {
      if (records.length === ELECTIONS_MAX) return { records, reply: records.length };
      if (!isDue(partition, topic)) continue;
      const rules = electionRules(ground, topic, partition);
      const record = partitionChange(topic.id, partition, { target: {}, rules });
      if (record !== undefined) records.push(record);
    }
  }
  return { records, reply: records.length };
}
