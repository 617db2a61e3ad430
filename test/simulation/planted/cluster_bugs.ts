// Bugs of replication: what a cluster must never do, done all the same.

import type { PlantedBug } from "./planted_bug.ts";

const IN_SYNC = "packages/broker/partitions/replica/in_sync.ts";

export const CLUSTER_BUGS: readonly PlantedBug[] = [
  {
    name: "high_watermark_by_leader_alone",
    file: IN_SYNC,
    text: "    end = Math.min(end, progress.endOffset);\n",
    instead: "    end = Math.max(end, progress.endOffset);\n",
    caughtBy: ["history"],
  },
  {
    name: "follower_keeps_what_parted",
    file: "packages/broker/replication/fetched.ts",
    text: "  await partition.truncateTo(offset, leaderEpoch);\n",
    instead: "  if (leaderEpoch < 0) await partition.truncateTo(offset, leaderEpoch);\n",
    caughtBy: ["history", "liveness"],
  },
  {
    name: "anybody_may_join_in_sync",
    file: IN_SYNC,
    text: `  return progress.endOffset >= moment.highWatermark &&
    progress.endOffset >= moment.epochStartOffset &&
    moment.isEligible(id, progress.brokerEpoch);
`,
    instead: "  return moment.isEligible(id, progress.brokerEpoch);\n",
    caughtBy: ["history"],
  },
];
