// All partitions of all topics are dealt out, one to each member in turn that reads the topic.

import type { TopicPartition } from "@odradek/base";
import { type Assignor, inOrder, wantedPartitions } from "./assignor.ts";

export const roundRobin: Assignor = {
  isCooperative: false,
  assign(members, partitionCounts) {
    const assignment = new Map(members.map(({ memberId }) => [memberId, [] as TopicPartition[]]));
    const ordered = inOrder(members);
    let turn = 0;
    for (const which of wantedPartitions(members, partitionCounts)) {
      // Somebody reads the topic, or it would not be wanted.
      for (;;) {
        const member = ordered[turn++ % ordered.length];
        if (member === undefined) break;
        if (!member.subscription.topics.includes(which.topic)) continue;
        assignment.get(member.memberId)?.push(which);
        break;
      }
    }
    return assignment;
  },
};
