// Which reactor owns a partition: by a hash that every thread computes alike, from the metadata
// alone, so that nobody has to ask.

import type { Uuid } from "@odradek/base";

/** In [0, count). Partitions of a topic go to neighbours, so that a small topic uses all. */
export function ownerOf(topicId: Uuid, partition: number, count: number): number {
  if (count === 1) return 0;
  let hash = 0;
  for (let i = 0; i < topicId.length; i++) hash = (Math.imul(hash, 31) + topicId.charCodeAt(i)) | 0;
  return ((hash >>> 0) + partition) % count;
}
