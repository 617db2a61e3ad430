// A transaction whose end was decided before the node was killed: a transaction coordinator writes
// its last marker when it starts, and the reference tells what is there afterwards. Without a
// coordinator the log must be as it was before them.

import type { Cluster } from "@odradek/client";
import type { ExpectedPartition, PartitionName } from "./expected.ts";
import { fetchLog } from "./partition_log.ts";

type Named = ExpectedPartition & PartitionName;

/**
 * One offset less. The partitions of the transaction are stable up to where it begins, behind the
 * marker before it; the coordinator's own has one record less.
 */
export async function beforeLastMarker(cluster: Cluster, expected: Named): Promise<Named> {
  const highWatermark = expected.highWatermark - 1;
  const { batches } = await fetchLog(cluster, {
    ...expected,
    from: expected.logStartOffset,
    to: highWatermark,
    isolationLevel: "read_uncommitted",
  });
  const marker = batches.findLast(({ isControl }) => isControl);
  if (marker !== undefined) {
    return { ...expected, highWatermark, lastStableOffset: marker.nextOffset };
  }
  return {
    ...expected,
    highWatermark,
    lastStableOffset: highWatermark,
    recordCount: expected.recordCount - 1,
    readCommittedCount: expected.readCommittedCount - 1,
  };
}
