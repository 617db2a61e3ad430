// What a follower does with what it has fetched: it appends the batches as they are, once it has
// seen that they are whole and go on where its log ends. Offsets, epochs and sequences are the
// leader's.

import { Fault } from "@odradek/base";
import { type PartitionLog, truncationFor } from "@odradek/log";
import { type Batch, MAGIC, readBatches } from "@odradek/protocol/records/batch";
import type { Partition } from "../partitions/partition.ts";

export interface Fetched {
  /** From which it was fetched, in which leadership. */
  readonly fetchOffset: number;
  readonly leaderEpoch: number;
  readonly records: Uint8Array;
  /** Of the leader. */
  readonly highWatermark: number;
  readonly logStartOffset: number;
}

/** Fault "corrupt" if the records make no sense, "disk" if they cannot be written. */
export async function takeFetched(partition: Partition, fetched: Fetched): Promise<void> {
  const { leaderEpoch } = fetched;
  if (fetched.records.length > 0) {
    const batches = checkedBatches(partition, fetched);
    await partition.asFollower(leaderEpoch, async (log) => {
      // What was cut meanwhile is fetched again from where the log ends now.
      if (log.endOffset !== fetched.fetchOffset) return;
      await startWithin(log, batches);
      await appendAll(log, batches, () => partition.isFollowerIn(leaderEpoch));
    });
  }
  partition.followLeader(leaderEpoch, fetched);
}

/** Whole ones; a last one that is cut off is fetched again. */
function checkedBatches(
  { topic, partition }: Partition,
  { records, fetchOffset, leaderEpoch }: Fetched,
): Batch[] {
  const batches = [...readBatches(records)];
  let next = 0;
  for (const [i, batch] of batches.entries()) {
    const isBehind = i === 0 ? batch.nextOffset > fetchOffset : batch.baseOffset >= next;
    const isSound = batch.magic === MAGIC && batch.lastOffsetDelta >= 0 && batch.isCrcValid();
    if (!isBehind || !isSound || batch.leaderEpoch > leaderEpoch) {
      const place = `batch ${batch.baseOffset} of ${topic}-${partition}`;
      throw new Fault("corrupt", `Cannot take ${place} from its leader at ${fetchOffset}`);
    }
    next = batch.nextOffset;
  }
  return batches;
}

/** The leader's log may start in the midst of a batch, and an empty log with it. */
async function startWithin(log: PartitionLog, [first]: readonly Batch[]): Promise<void> {
  if (first === undefined || first.baseOffset >= log.endOffset) return;
  if (log.startOffset < log.endOffset) {
    const place = `${first.baseOffset} of "${log.directory}"`;
    throw new Fault("corrupt", `The leader gives batch ${place}, which ends at ${log.endOffset}`);
  }
  await log.truncateFully(first.baseOffset);
}

async function appendAll(
  log: PartitionLog,
  batches: readonly Batch[],
  mayGoOn: () => boolean,
): Promise<void> {
  const [first] = batches;
  if (first === undefined || !mayGoOn()) return;
  if (!log.mustRoll(batches)) return log.append(batches);
  for (const batch of batches) {
    if (log.mustRoll([batch])) await log.roll(batch.baseOffset);
    // Meanwhile this broker may have come to lead, and an epoch of its own has begun.
    if (!mayGoOn()) return;
    log.append([batch]);
  }
}

/** The leader says where an epoch ended in its log: what goes on differently here goes. */
export async function cutDiverging(
  partition: Partition,
  leaderEpoch: number,
  leader: { readonly epoch: number; readonly endOffset: number },
): Promise<void> {
  const { offset } = truncationFor(leader, partition.log);
  await partition.truncateTo(offset, leaderEpoch);
}
