// The calls on partitions of one reactor: several at a time, in order, each with an outcome of its
// own.

import type { Lease, Uuid } from "@odradek/base";
import { Fault } from "@odradek/base";
import { readBatches } from "@odradek/protocol/records/batch";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { testUuid, type TopicDraft } from "../testing/images.ts";
import { type Owned, ownedPartitions } from "../testing/owned.ts";
import { batchOf } from "../testing/world.ts";
import { isRefused, type Outcome, type Refused } from "./refused.ts";
import type { AppendCall, FetchAnswer, FetchCall, Outcomes, WaitTerms } from "./service.ts";

const test = suite("partitions/own_partitions");

const [ALPHA, BETA, GAMMA, NOBODY] = [1, 2, 3, 4].map(testUuid) as [Uuid, Uuid, Uuid, Uuid];
const TOPICS: readonly TopicDraft[] = [
  { name: "alpha", id: ALPHA },
  { name: "beta", id: BETA },
  { name: "gamma", id: GAMMA },
];

/** A partition that this broker has and another one leads. */
const MOVED = { replicas: [1, 2], leader: 2, leaderEpoch: 1 };

/** Three topics of one partition, led by this broker. */
async function bench(topics: readonly TopicDraft[] = TOPICS): Promise<Owned> {
  const owned = ownedPartitions();
  await owned.apply({ topics });
  return owned;
}

const ref = (topicId: Uuid) => ({ topicId, partition: 0 });

function append(topicId: Uuid, values: readonly string[], acks = 1): AppendCall {
  return { ...ref(topicId), batch: batchOf(values).bytes, acks };
}

function fetch(topicId: Uuid, fetchOffset = 0, bytesMax = 1 << 20): FetchCall {
  return { ...ref(topicId), fetchOffset, leaderEpoch: -1, lastFetchedEpoch: -1, bytesMax };
}

const limits = (bytesMax: number) => ({ replicaId: -1, isReadCommitted: false, bytesMax });

/** What each outcome is: the error, or the bytes. */
function sizes(outcomes: Outcomes<FetchAnswer>): (number | string)[] {
  return outcomes.map((outcome) => isRefused(outcome) ? outcome.refused : outcome.sizeBytes);
}

function refused(outcome: Outcome<object> | undefined): Refused {
  assert.ok(outcome !== undefined && isRefused(outcome));
  return outcome as Refused;
}

// Append.

test("OwnPartitions.append answers at once where nothing has to wait", async () => {
  const { service } = await bench();
  const calls = [append(ALPHA, ["a", "b"]), append(BETA, ["c"], -1), append(ALPHA, ["d"], 0)];
  const outcomes = service.append(calls, { timeoutMs: 100 });
  assert.not.instance(outcomes, Promise);
  const offsets = (outcomes as Outcomes<object>).map((one) =>
    (one as { baseOffset: number }).baseOffset
  );
  assert.equal(offsets, [0, 0, 2]);
});

test("OwnPartitions.append refuses one partition and appends to the others", async () => {
  const { service, find } = await bench();
  const calls = [append(ALPHA, ["a"]), append(NOBODY, ["b"]), append(BETA, ["c"])];
  const outcomes = await service.append(calls, { timeoutMs: 100 });
  assert.equal(outcomes.map((one) => isRefused(one) ? one.refused : "appended"), [
    "appended",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "appended",
  ]);
  assert.is(find(BETA).log.endOffset, 1);
});

test("OwnPartitions.append with acks -1 waits until all in-sync replicas have it", async () => {
  const owned = await bench([{ name: "alpha", id: ALPHA, partitions: [{ replicas: [1, 2] }] }]);
  const appending = owned.service.append([append(ALPHA, ["a"], -1)], { timeoutMs: 60_000 });
  assert.instance(appending, Promise);
  let isDone = false;
  void Promise.resolve(appending).then(() => (isDone = true));
  await owned.world.clock.runUntil(owned.world.clock.monotonic() + 1000);
  assert.not(isDone);
  // Broker 2 falls out of the in-sync replicas.
  const after = { replicas: [1, 2], isr: [1] };
  await owned.apply({ topics: [{ name: "alpha", id: ALPHA, partitions: [after] }] });
  const [outcome] = await owned.world.settle(appending);
  assert.equal(outcome, { baseOffset: 0, nextOffset: 1, logAppendTimeMs: -1, logStartOffset: 0 });
});

test("OwnPartitions.append with acks 1 does not wait for other replicas", async () => {
  const owned = await bench([{ name: "alpha", id: ALPHA, partitions: [{ replicas: [1, 2] }] }]);
  const outcomes = owned.service.append([append(ALPHA, ["a"], 1)], { timeoutMs: 100 });
  assert.not.instance(outcomes, Promise);
});

test("OwnPartitions.append that waits too long is refused, but written", async () => {
  const owned = await bench([{ name: "alpha", id: ALPHA, partitions: [{ replicas: [1, 2] }] }]);
  const before = owned.world.clock.monotonic();
  const outcomes = await owned.world.settle(
    owned.service.append([append(ALPHA, ["a"], -1)], { timeoutMs: 700 }),
  );
  assert.is(refused(outcomes[0]).refused, "REQUEST_TIMED_OUT");
  assert.is(owned.world.clock.monotonic(), before + 700);
  assert.is(owned.find(ALPHA).log.endOffset, 1);
});

test("OwnPartitions.append that waits is refused when another broker leads", async () => {
  const owned = await bench([{ name: "alpha", id: ALPHA, partitions: [{ replicas: [1, 2] }] }]);
  const appending = owned.service.append([append(ALPHA, ["a"], -1)], { timeoutMs: 60_000 });
  await owned.apply({ topics: [{ name: "alpha", id: ALPHA, partitions: [MOVED] }] });
  const [outcome] = await owned.world.settle(appending);
  assert.is(refused(outcome).refused, "NOT_LEADER_OR_FOLLOWER");
});

test("OwnPartitions.append that waits is refused when the topic is deleted", async () => {
  const owned = await bench([{ name: "alpha", id: ALPHA, partitions: [{ replicas: [1, 2] }] }]);
  const appending = owned.service.append([append(ALPHA, ["a"], -1)], { timeoutMs: 60_000 });
  await owned.apply({ topics: [] });
  const [outcome] = await owned.world.settle(appending);
  assert.is(refused(outcome).refused, "UNKNOWN_TOPIC_OR_PARTITION");
});

test("OwnPartitions.append tells where the log starts with errors as Kafka does", async () => {
  const { service, find } = await bench();
  await service.append([append(ALPHA, ["a", "b", "c"])], { timeoutMs: 100 });
  find(ALPHA).deleteRecordsBefore(2);
  const control = batchOf(["a"], { isControl: true }).bytes;
  const broken = batchOf(["a"]).bytes;
  broken[broken.length - 2] = 0x77;
  const outcomes = await service.append([
    { ...ref(ALPHA), batch: control, acks: 1 },
    { ...ref(ALPHA), batch: broken, acks: 1 },
  ], { timeoutMs: 100 });
  assert.is(refused(outcomes[0]).refused, "INVALID_RECORD");
  assert.is(refused(outcomes[0]).logStartOffset, 2);
  assert.is(refused(outcomes[1]).refused, "CORRUPT_MESSAGE");
  assert.is(refused(outcomes[1]).logStartOffset, undefined);
});

test("OwnPartitions.append answers a failed disk per partition", async () => {
  const { service, world } = await bench();
  world.disk.isFull = true;
  const [outcome] = await service.append([append(ALPHA, ["a"])], { timeoutMs: 100 });
  assert.is(refused(outcome).refused, "KAFKA_STORAGE_ERROR");
});

test("OwnPartitions.append answers a failed sync per partition", async () => {
  const owned = ownedPartitions({ fsync: { kind: "always" } });
  await owned.apply({ topics: TOPICS });
  const [segment] = owned.find(ALPHA).log.segments;
  assert.ok(segment);
  segment.sync = () => Promise.reject(new Fault("disk", "input/output error"));
  const calls = [append(ALPHA, ["a"]), append(BETA, ["b"])];
  const outcomes = await owned.world.settle(owned.service.append(calls, { timeoutMs: 100 }));
  assert.is(refused(outcomes[0]).refused, "KAFKA_STORAGE_ERROR");
  assert.not(isRefused(outcomes[1] as object));
});

// Fetch.

/** As `bench`, with two equal batches in each partition; and the size of one. */
async function filled(): Promise<{ readonly owned: Owned; readonly size: number }> {
  const owned = await bench();
  for (const id of [ALPHA, BETA, GAMMA]) {
    const calls = [append(id, ["0123456789"]), append(id, ["abcdefghij"])];
    await owned.world.settle(owned.service.append(calls, { timeoutMs: 100 }));
  }
  return { owned, size: batchOf(["0123456789"]).bytes.length };
}

const ALL = [fetch(ALPHA), fetch(BETA), fetch(GAMMA)];

test("OwnPartitions.fetch gives all of it in the order of the calls", async () => {
  const { owned: { service }, size } = await filled();
  assert.equal(sizes(await service.fetch(ALL, limits(1 << 20))), [2 * size, 2 * size, 2 * size]);
});

test("OwnPartitions.fetch fills the limit from the first partition on", async () => {
  const { owned: { service }, size } = await filled();
  const ask = async (bytesMax: number) => sizes(await service.fetch(ALL, limits(bytesMax)));
  assert.equal(await ask(3 * size), [2 * size, size, 0]);
  assert.equal(await ask(2 * size), [2 * size, 0, 0]);
  // The last batch of a partition may be cut, its first one not.
  assert.equal(await ask(size + 20), [size + 20, 0, 0]);
  assert.equal(await ask(4 * size - 1), [2 * size, 2 * size - 1, 0]);
  assert.equal(await ask(5 * size - 1), [2 * size, 2 * size, 0]);
});

test("OwnPartitions.fetch always gives one batch: of the first that has any", async () => {
  const { owned: { service }, size } = await filled();
  assert.equal(sizes(await service.fetch(ALL, limits(0))), [size, 0, 0]);
  const calls = [fetch(ALPHA, 2), fetch(NOBODY), fetch(BETA, 0, 1), fetch(GAMMA, 0, 1)];
  const answered = sizes(await service.fetch(calls, limits(1)));
  assert.equal(answered, [0, "UNKNOWN_TOPIC_OR_PARTITION", size, 0]);
});

test("OwnPartitions.fetch takes the limit of each partition, too", async () => {
  const { owned: { service }, size } = await filled();
  const calls = [fetch(ALPHA, 0, size), fetch(BETA, 0, size), fetch(GAMMA, 0, size - 1)];
  assert.equal(sizes(await service.fetch(calls, limits(1 << 20))), [size, size, 0]);
});

test("OwnPartitions.fetch refuses one partition and reads the others", async () => {
  const { owned: { service }, size } = await filled();
  const calls = [fetch(ALPHA, 9), fetch(BETA)];
  assert.equal(sizes(await service.fetch(calls, limits(1 << 20))), [
    "OFFSET_OUT_OF_RANGE",
    2 * size,
  ]);
});

test("OwnPartitions.fetch keeps order and limits where bytes must be warmed first", async () => {
  const { owned, size } = await filled();
  await owned.world.settle(owned.partitions.close());
  const again = ownedPartitions({ world: owned.world });
  await again.apply({ topics: TOPICS });
  await again.service.append([append(BETA, ["0123456789"])], { timeoutMs: 100 });
  const fetching = again.service.fetch([...ALL, fetch(NOBODY)], limits(4 * size));
  assert.instance(fetching, Promise);
  assert.equal(sizes(await again.world.settle(fetching)), [
    2 * size,
    2 * size,
    0,
    "UNKNOWN_TOPIC_OR_PARTITION",
  ]);
});

test("OwnPartitions.fetch hands over leases that read what was appended", async () => {
  const { owned: { service } } = await filled();
  const [answer] = await service.fetch([fetch(ALPHA, 1)], limits(1 << 20));
  const { lease } = answer as { lease: Lease };
  const batches = [...readBatches(lease.bytes)];
  assert.equal(batches.map(({ baseOffset }) => baseOffset), [1]);
});

// Waiting for data.

function terms(more: Partial<WaitTerms> = {}): WaitTerms {
  const signal = new AbortController().signal;
  return {
    replicaId: -1,
    isReadCommitted: false,
    bytesMin: 1,
    bytesFound: [],
    timeoutMs: 500,
    signal,
    ...more,
  };
}

/** How long the wait took, in ms; `meanwhile` happens after 100. */
async function waited(
  owned: Owned,
  calls: readonly FetchCall[],
  given: Partial<WaitTerms> & { readonly meanwhile?: () => unknown },
): Promise<number> {
  const { clock } = owned.world;
  const { meanwhile, ...more } = given;
  const start = clock.monotonic();
  clock.schedule(100, () => void meanwhile?.());
  await owned.world.settle(owned.service.waitForData(calls, terms(more)));
  return Math.round(clock.monotonic() - start);
}

test("OwnPartitions.waitForData ends when there is enough in all partitions together", async () => {
  const { owned, size } = await filled();
  const { service } = owned;
  const calls = [fetch(ALPHA, 1), fetch(BETA, 2)];
  const more = (): unknown => service.append([append(BETA, ["0123456789"])], { timeoutMs: 1 });
  assert.is(await waited(owned, calls, { bytesMin: size }), 0, "it is there");
  assert.is(await waited(owned, calls, { bytesMin: 2 * size, meanwhile: more }), 100);
  assert.is(await waited(owned, calls, { bytesMin: 4 * size, meanwhile: more }), 500);
});

test("OwnPartitions.waitForData ends when the client has gone", async () => {
  const { owned } = await filled();
  const client = new AbortController();
  const given = { signal: client.signal, meanwhile: () => client.abort() };
  assert.is(await waited(owned, [fetch(ALPHA, 2)], given), 100);
});

test("OwnPartitions.waitForData ends when another broker leads, or none does", async () => {
  for (
    const after of [{ replicas: [1, 2], leader: 2, leaderEpoch: 1 }, { leader: 1, leaderEpoch: 1 }]
  ) {
    const { owned } = await filled();
    const topics = [{ name: "alpha", id: ALPHA, partitions: [after] }, ...TOPICS.slice(1)];
    const meanwhile = () => owned.apply({ topics });
    assert.is(await waited(owned, [fetch(ALPHA, 2)], { meanwhile }), 100);
  }
});

test("OwnPartitions.waitForData ends when the topic is deleted", async () => {
  const { owned } = await filled();
  const meanwhile = () => owned.apply({ topics: TOPICS.slice(1) });
  assert.is(await waited(owned, [fetch(ALPHA, 2)], { meanwhile }), 100);
});

test("OwnPartitions.waitForData does not end for other partitions", async () => {
  const { owned } = await filled();
  const meanwhile = () => owned.service.append([append(BETA, ["a"])], { timeoutMs: 1 });
  assert.is(await waited(owned, [fetch(ALPHA, 2), fetch(NOBODY)], { meanwhile }), 500);
});

test("OwnPartitions.fetch tells a topic that goes from a partition that others lead", async () => {
  const { owned } = await filled();
  let applied: Promise<void> | undefined;
  const meanwhile = (): void => {
    applied = owned.apply({ topics: [{ name: "beta", id: BETA, partitions: [MOVED] }] });
  };
  assert.is(await waited(owned, [fetch(ALPHA, 2)], { meanwhile }), 100);
  // The wait has ended while the partitions still change.
  assert.equal(sizes(await owned.service.fetch([fetch(ALPHA, 2)], limits(1))), [
    "UNKNOWN_TOPIC_OR_PARTITION",
  ]);
  await applied;
  assert.equal(sizes(await owned.service.fetch([fetch(BETA)], limits(1))), [
    "NOT_LEADER_OR_FOLLOWER",
  ]);
});

// The rest.

test("OwnPartitions.offsets, epochEnds and deleteRecords answer each call for itself", async () => {
  const { owned: { service, world } } = await filled();
  const question = { timestamp: -1, replicaId: -1, isReadCommitted: false, version: 11 };
  const offsets = await world.settle(service.offsets([
    { ...ref(ALPHA), ...question, leaderEpoch: -1 },
    { ...ref(ALPHA), ...question, leaderEpoch: 5 },
    { ...ref(NOBODY), ...question, leaderEpoch: -1 },
  ]));
  assert.equal(offsets[0], { timestamp: -1, offset: 2, leaderEpoch: 0 });
  assert.is(refused(offsets[1]).refused, "UNKNOWN_LEADER_EPOCH");
  assert.is(refused(offsets[2]).refused, "UNKNOWN_TOPIC_OR_PARTITION");
  const ends = service.epochEnds([
    { ...ref(ALPHA), leaderEpoch: -1, epoch: 0 },
    { ...ref(NOBODY), leaderEpoch: -1, epoch: 0 },
  ]);
  assert.equal(ends[0], { epoch: 0, endOffset: 2 });
  assert.is(refused(ends[1]).refused, "UNKNOWN_TOPIC_OR_PARTITION");
  const deleted = await service.deleteRecords([
    { ...ref(ALPHA), offset: 1 },
    { ...ref(BETA), offset: 3 },
    { ...ref(GAMMA), offset: -1 },
  ], { timeoutMs: 1 });
  assert.equal(deleted[0], { lowWatermark: 1, isLate: false });
  assert.is(refused(deleted[1]).refused, "OFFSET_OUT_OF_RANGE");
  assert.equal(deleted[2], { lowWatermark: 2, isLate: false });
});

test("OwnPartitions.producers tells of idempotent producers, where this broker leads", async () => {
  const owned = await bench();
  const { bytes } = batchOf(["a", "b"], { producerId: 7, producerEpoch: 2, baseSequence: 5 });
  await owned.service.append([{ ...ref(ALPHA), batch: bytes, acks: 1 }], { timeoutMs: 1 });
  const outcomes = owned.service.producers([ref(ALPHA), ref(BETA), ref(NOBODY)]);
  const [first, second] = outcomes as readonly { producers: readonly { producerId: number }[] }[];
  assert.equal(first?.producers.map(({ producerId }) => producerId), [7]);
  assert.equal(second?.producers, []);
  assert.is(refused(outcomes[2]).refused, "UNKNOWN_TOPIC_OR_PARTITION");
  await owned.apply({ topics: [{ name: "alpha", id: ALPHA, partitions: [MOVED] }] });
  const [moved] = owned.service.producers([ref(ALPHA)]);
  assert.is(refused(moved).refused, "NOT_LEADER_OR_FOLLOWER");
});

test.run();
