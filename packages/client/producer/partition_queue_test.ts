// Order and sequences of one partition's batches, without brokers.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Link } from "../cluster/link.ts";
import { BrokerRefused } from "../refused.ts";
import { PartitionQueue } from "./partition_queue.ts";
import type { PendingBatch } from "./pending_batch.ts";

const test = suite("partition_queue");
const LINK = {} as Link;
const OTHER_LINK = {} as Link;
const IDENTITY = { producerId: 5, epoch: 0 };
const RECORD = { key: null, value: new Uint8Array(10), headers: [], timestamp: 0 };

/** With one record per batch; the promises of the records are the caller's to look at. */
function queueOf(count: number): { queue: PartitionQueue; outcomes: Promise<unknown>[] } {
  const options = { topic: "t", partition: 0, batchBytesMax: 1, inFlightMax: 5 };
  const queue = new PartitionQueue(options);
  const outcomes = Array.from(
    { length: count },
    () => queue.append(RECORD, 0).catch((error: unknown) => error),
  );
  return { queue, outcomes };
}

function takeAll(queue: PartitionQueue): PendingBatch[] {
  const taken: PendingBatch[] = [];
  while (queue.maySend(LINK, IDENTITY)) taken.push(queue.take(LINK, IDENTITY));
  return taken;
}

const sequences = (batches: readonly PendingBatch[]) =>
  batches.map(({ sequence }) => `${sequence?.epoch}:${sequence?.base}`);

/** A queue whose broker knows the producer. */
function provenQueue(count: number) {
  const { queue, outcomes } = queueOf(count + 1);
  const [first] = takeAll(queue);
  queue.succeeded(first as PendingBatch);
  (first as PendingBatch).resolve(0n, -1n);
  return { queue, outcomes: outcomes.slice(1) };
}

test("PartitionQueue.append fills a batch before it begins another", () => {
  const options = { topic: "t", partition: 0, batchBytesMax: 200, inFlightMax: 5 };
  const queue = new PartitionQueue(options);
  for (let i = 0; i < 10; i++) void queue.append(RECORD, 0);
  assert.equal(queue.batches.map(({ recordCount }) => recordCount), [4, 4, 2]);
  assert.ok(queue.isFirstFull);
});

test("PartitionQueue.maySend lets one go until the broker is known to know the producer", () => {
  const { queue } = queueOf(8);
  const [first, ...rest] = takeAll(queue);
  assert.is(rest.length, 0);
  queue.succeeded(first as PendingBatch);
  assert.equal(sequences(takeAll(queue)), ["0:1", "0:2", "0:3", "0:4", "0:5"]);
});

test("PartitionQueue.maySend keeps to one connection as long as something is in flight", () => {
  const { queue } = provenQueue(3);
  queue.take(LINK, IDENTITY);
  assert.ok(queue.maySend(LINK, IDENTITY));
  assert.not(queue.maySend(OTHER_LINK, IDENTITY));
  assert.not(queue.maySend(LINK, { producerId: 6, epoch: 0 }));
});

test("PartitionQueue sends nothing new after a failure until all are back, then all again", () => {
  const { queue } = provenQueue(6);
  const sent = takeAll(queue) as [PendingBatch, PendingBatch, ...PendingBatch[]];
  queue.failed(sent[0]);
  assert.ok(queue.isOneMissingBefore(sent[1]));
  for (const batch of sent.slice(1)) {
    assert.not(queue.maySend(LINK, IDENTITY));
    queue.failed(batch);
  }
  assert.equal(sequences(takeAll(queue)), ["0:1", "0:2", "0:3", "0:4", "0:5"]);
});

test("PartitionQueue begins a new epoch behind what was given up", () => {
  const { queue } = provenQueue(4);
  const sent = takeAll(queue) as [PendingBatch, ...PendingBatch[]];
  queue.givenUp(sent[0]);
  for (const batch of sent.slice(1)) queue.failed(batch);
  const [first] = takeAll(queue);
  assert.equal(sequences([first as PendingBatch]), ["1:0"]);
  queue.succeeded(first as PendingBatch);
  assert.equal(sequences(takeAll(queue)), ["1:1", "1:2"]);
});

test("PartitionQueue gives up what may be in the log rather than number it anew", async () => {
  const { queue, outcomes } = provenQueue(3);
  const sent = takeAll(queue) as [PendingBatch, PendingBatch, PendingBatch];
  sent[1].isUncertain = true;
  queue.givenUp(sent[0]);
  queue.failed(sent[1]);
  queue.failed(sent[2]);
  assert.instance(await outcomes[1], BrokerRefused);
  assert.equal(queue.batches.map(({ order }) => order), [3]);
  assert.equal(sequences(takeAll(queue)), ["1:0"]);
});

test("PartitionQueue begins with 0 under another producer id", () => {
  const { queue } = provenQueue(2);
  const batch = queue.take(LINK, IDENTITY);
  queue.restart();
  queue.failed(batch);
  const again = queue.take(LINK, { producerId: 6, epoch: 0 });
  assert.is(again, batch);
  assert.equal(again.sequence, { producerId: 6, epoch: 0, base: 0 });
});

test.run();
