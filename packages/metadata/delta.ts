// What differs between two versions of the image, as a broker's partitions want to know it.

import type { ClusterImage, TopicImage } from "./image.ts";

export interface TopicDelta {
  readonly before: TopicImage | undefined;
  readonly after: TopicImage | undefined;
}

export interface Delta {
  /** By topic id: made, changed and removed ones. */
  readonly topics: readonly TopicDelta[];
  /** Resources whose configuration is another one; see `configKey`. */
  readonly configs: ReadonlySet<string>;
  readonly brokersChanged: boolean;
}

/** Looks only at what the two do not share. */
export function deltaOf(before: ClusterImage, after: ClusterImage): Delta {
  const topics = [...after.topics.changedKeys(before.topics)].sort()
    .map((id) => ({ before: before.topics.get(id), after: after.topics.get(id) }));
  return {
    topics,
    configs: after.configs.changedKeys(before.configs),
    brokersChanged: before.brokers !== after.brokers,
  };
}
