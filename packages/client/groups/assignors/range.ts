// Of each topic, every member gets a range of consecutive partitions; the first members get one
// more where it does not come out even. Topics with as many partitions are shared alike.

import type { TopicPartition } from "@odradek/base";
import { type Assignor, inOrder } from "./assignor.ts";

export const range: Assignor = {
  isCooperative: false,
  assign(members, partitionCounts) {
    const assignment = new Map(members.map(({ memberId }) => [memberId, [] as TopicPartition[]]));
    const ordered = inOrder(members);
    for (const [topic, count] of [...partitionCounts].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const readers = ordered.filter(({ subscription }) => subscription.topics.includes(topic));
      const [each, more] = [Math.floor(count / readers.length), count % readers.length];
      let next = 0;
      for (const [i, { memberId }] of readers.entries()) {
        const end = next + each + (i < more ? 1 : 0);
        while (next < end) assignment.get(memberId)?.push({ topic, partition: next++ });
      }
    }
    return assignment;
  },
};
