// Everything that clients see of a cluster's topics, as one value that can be compared: whoever
// serves the same files must show the same.

import { Admin, type Cluster, done, OFFSET_TIMES } from "@odradek/client";
import { batchText } from "./record_facts.ts";
import { fetchLog, recordsOf } from "./partition_log.ts";

/** By `topic-partition`. */
export type Seen = ReadonlyMap<string, SeenPartition>;

export interface SeenPartition {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly lastStableOffset: number;
  readonly leaderIsKnown: boolean;
  /** A line for each batch: its header, its size and its checksum. */
  readonly batches: readonly string[];
  /** In JSON, each. */
  readonly records: readonly string[];
}

/** Of all topics that are not internal. */
export async function see(cluster: Cluster): Promise<Seen> {
  const seen = new Map<string, SeenPartition>();
  for (const { name, isInternal, partitions } of await new Admin(cluster).listTopics()) {
    if (isInternal) continue;
    for (const { partition, leader } of partitions) {
      const of = { topic: name, partition };
      const leaderIsKnown = leader !== undefined;
      seen.set(`${name}-${partition}`, { ...await seePartition(cluster, of), leaderIsKnown });
    }
  }
  return seen;
}

async function seePartition(
  cluster: Cluster,
  of: { readonly topic: string; readonly partition: number },
): Promise<Omit<SeenPartition, "leaderIsKnown">> {
  const admin = new Admin(cluster);
  const at = async (timestamp: number, isolationLevel: "read_committed" | "read_uncommitted") => {
    const query = { ...of, timestamp };
    return done((await admin.listOffsets([query], { isolationLevel })).get(query)).offset;
  };
  const startOffset = await at(OFFSET_TIMES.earliest, "read_uncommitted");
  const endOffset = await at(OFFSET_TIMES.latest, "read_uncommitted");
  const lastStableOffset = await at(OFFSET_TIMES.latest, "read_committed");
  const log = await fetchLog(cluster, {
    ...of,
    from: startOffset,
    to: endOffset,
    isolationLevel: "read_uncommitted",
  });
  return {
    startOffset,
    endOffset,
    lastStableOffset,
    batches: log.batches.map(batchText),
    records: recordsOf(log, startOffset).map((record) => JSON.stringify(record, hex)),
  };
}

function hex(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? value.toHex() : value;
}
