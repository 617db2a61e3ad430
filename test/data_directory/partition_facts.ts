// Where the log of a partition begins and ends, which offset belongs to a time, where its leader
// epochs end, and which producers it remembers.

import { safeInteger } from "@odradek/base";
import { Admin, type Cluster, done, OFFSET_TIMES } from "@odradek/client";
import { refusalOf } from "@odradek/client/refused";
import { DescribeProducers } from "@odradek/protocol/messages/describe_producers";
import { OffsetForLeaderEpoch } from "@odradek/protocol/messages/offset_for_leader_epoch";
import {
  type ExpectedPartition,
  type ExpectedProducer,
  nameOf,
  type PartitionName,
} from "./expected.ts";
import type { Facts } from "./facts.ts";

export async function checkOffsets(
  facts: Facts,
  cluster: Cluster,
  { topic, ...expected }: ExpectedPartition & PartitionName,
): Promise<void> {
  const { partition } = expected;
  const name = nameOf({ topic, partition });
  const ask = async (timestamp: number, isCommitted = false) => {
    const query = { topic, partition, timestamp };
    const isolationLevel = isCommitted ? "read_committed" : "read_uncommitted";
    return done((await new Admin(cluster).listOffsets([query], { isolationLevel })).get(query));
  };
  const { latest, earliest } = OFFSET_TIMES;
  const check = facts.check.bind(facts);
  await check(`${name} log start offset`, expected.logStartOffset, async () =>
    (await ask(earliest)).offset);
  await check(`${name} high watermark`, expected.highWatermark, async () =>
    (await ask(latest)).offset);
  await check(`${name} last stable offset`, expected.lastStableOffset, async () =>
    (await ask(latest, true)).offset);
  const times = [
    ...expected.maxTimestamp === undefined
      ? []
      : [{ query: OFFSET_TIMES["max-timestamp"], ...expected.maxTimestamp }],
    ...expected.offsetsForTimes ?? [],
  ];
  for (const { query, ...place } of times) {
    await check(`${name} offset for time ${query}`, place, async () => {
      const { offset, timestamp } = await ask(query);
      return { offset, timestamp };
    });
  }
}

/**
 * Each epoch ends where the next one begins, the last one where the log ends. A last one in which
 * nothing was written is forgotten when the log is opened again: the one before is told.
 */
export async function checkLeaderEpochs(
  facts: Facts,
  cluster: Cluster,
  { topic, partition, leaderEpochs = [], highWatermark }: ExpectedPartition & PartitionName,
): Promise<void> {
  const name = nameOf({ topic, partition });
  for (const [i, { epoch: asked, startOffset }] of leaderEpochs.entries()) {
    const endOffset = leaderEpochs[i + 1]?.startOffset ?? highWatermark;
    const epoch = startOffset < highWatermark ? asked : leaderEpochs[i - 1]?.epoch ?? asked;
    await facts.check(`${name} end of leader epoch ${asked}`, { epoch, endOffset }, async () => {
      const answer = await cluster.ask({ leaderOf: { topic, partition } }, OffsetForLeaderEpoch, {
        topics: [{ topic, partitions: [{ partition, leaderEpoch: asked }] }],
      });
      const told = answer.topics[0]?.partitions[0];
      const end = done(refusalOf(told?.errorCode ?? 0) ?? told);
      return { epoch: end.leaderEpoch, endOffset: safeInteger(end.endOffset) };
    });
  }
}

/** The longest that a node can be told to remember a producer. */
export const PRODUCER_IDLE_MS_MAX = 2 ** 31 - 1;

/** Some wrote with times long past: they count as idle, unless a transaction of theirs is open. */
export async function checkProducers(
  facts: Facts,
  cluster: Cluster,
  { topic, partition, activeProducers }: ExpectedPartition & PartitionName,
): Promise<void> {
  if (activeProducers === undefined) return;
  const expected = activeProducers.map(whole).filter(isRemembered).sort(byId);
  await facts.check(`${nameOf({ topic, partition })} producers`, expected, async () => {
    const answer = await cluster.ask({ leaderOf: { topic, partition } }, DescribeProducers, {
      topics: [{ name: topic, partitionIndexes: [partition] }],
    });
    const told = answer.topics[0]?.partitions[0];
    return done(refusalOf(told?.errorCode ?? 0) ?? told).activeProducers.map((one) => ({
      producerId: safeInteger(one.producerId),
      producerEpoch: one.producerEpoch,
      lastSequence: one.lastSequence,
      lastTimestamp: safeInteger(one.lastTimestamp),
      coordinatorEpoch: one.coordinatorEpoch,
      currentTransactionStartOffset: safeInteger(one.currentTxnStartOffset),
    })).sort(byId);
  });
}

/** What Java's admin client leaves out is -1 in the protocol. */
function whole(producer: ExpectedProducer): Required<ExpectedProducer> {
  return { coordinatorEpoch: -1, currentTransactionStartOffset: -1, ...producer };
}

function isRemembered(producer: Required<ExpectedProducer>): boolean {
  return producer.currentTransactionStartOffset >= 0 ||
    Date.now() - producer.lastTimestamp <= PRODUCER_IDLE_MS_MAX;
}

function byId(a: ExpectedProducer, b: ExpectedProducer): number {
  return a.producerId - b.producerId;
}
