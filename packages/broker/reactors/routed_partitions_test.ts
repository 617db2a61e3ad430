// Calls that concern several reactors: each part goes to its owner, and the answers come back in
// the order of the calls.

import type { Uuid } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { OwnPartitions } from "../partitions/own_partitions.ts";
import { isRefused } from "../partitions/refused.ts";
import type {
  AppendCall,
  FetchAnswer,
  FetchCall,
  Outcomes,
  WaitTerms,
} from "../partitions/service.ts";
import { type FakeAnswers, fakePartitions, fetchedBytes } from "../testing/fake_partitions.ts";
import { testUuid } from "../testing/images.ts";
import { ownedPartitions } from "../testing/owned.ts";
import { batchOf, simulatedWorld } from "../testing/world.ts";
import { RoutedPartitions } from "./routed_partitions.ts";

const test = suite("reactors/routed_partitions");

const TOPIC: Uuid = testUuid(1);
const LIMITS = { replicaId: -1, isReadCommitted: false, bytesMax: 1 << 20 };

const ownerOf = (reactors: number) => (_: Uuid, partition: number): number => partition % reactors;

/** Reactors that answer alike, of which a partition belongs to the one of its remainder. */
function routed(reactors: number, answers: FakeAnswers) {
  const owners = Array.from({ length: reactors }, () => fakePartitions(answers));
  return { owners, service: new RoutedPartitions(owners, ownerOf(reactors)) };
}

const append = (partition: number): AppendCall => ({
  topicId: TOPIC,
  partition,
  batch: new Uint8Array(0),
  acks: 1,
});
const fetch = (partition: number, bytesMax = 1 << 20): FetchCall => ({
  topicId: TOPIC,
  partition,
  fetchOffset: 0,
  leaderEpoch: -1,
  lastFetchedEpoch: -1,
  bytesMax,
});
const appended = (baseOffset: number) => ({ baseOffset, logAppendTimeMs: -1, logStartOffset: 0 });

test("RoutedPartitions gives each call to its owner, and the answers in the order of calls", () => {
  const partitions = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 12 });
  const reactors = fc.integer({ min: 1, max: 8 });
  return fc.assert(fc.asyncProperty(partitions, reactors, async (asked, count) => {
    const answers: FakeAnswers = { append: ({ partition }) => appended(partition) };
    const { owners, service } = routed(count, answers);
    const outcomes = await service.append(asked.map(append), { timeoutMs: 1 });
    assert.equal(outcomes, asked.map(appended));
    owners.forEach((owner, i) => {
      const calls = owner.asked.flatMap((one) => one.calls as readonly AppendCall[]);
      assert.equal(calls.map(({ partition }) => partition), asked.filter((p) => p % count === i));
      assert.ok(owner.asked.length <= 1, "one message for each reactor");
    });
  }));
});

test("RoutedPartitions does not wait where one reactor has all of it at once", () => {
  const { service } = routed(3, { append: () => appended(1) });
  assert.not.instance(service.append([append(1), append(4)], { timeoutMs: 1 }), Promise);
  assert.equal(service.append([], { timeoutMs: 1 }), []);
});

test("RoutedPartitions asks owners for everything that a partition does", async () => {
  const { owners, service } = routed(2, {
    offsets: ({ partition }) => ({ timestamp: -1, offset: partition, leaderEpoch: 0 }),
    epochEnds: ({ partition }) => ({ epoch: 0, endOffset: partition }),
    deleteRecords: ({ partition }) => ({ lowWatermark: partition, isLate: false }),
    producers: () => ({ producers: [] }),
  });
  const refs = [1, 2, 3].map((partition) => ({ topicId: TOPIC, partition }));
  const offsets = await service.offsets(refs as never);
  assert.equal(offsets.map((one) => (one as { offset: number }).offset), [1, 2, 3]);
  const ends = await service.epochEnds(refs as never);
  assert.equal(ends.map((one) => (one as { endOffset: number }).endOffset), [1, 2, 3]);
  const marks = await service.deleteRecords(refs as never, { timeoutMs: 1 });
  assert.equal(marks.map((one) => (one as { lowWatermark: number }).lowWatermark), [1, 2, 3]);
  assert.is((await service.producers(refs)).length, 3);
  assert.equal(owners.map(({ asked }) => asked.length), [4, 4]);
});

// Fetching: every owner gives as much as all may have.

/** Two reactors; partition n has so many bytes, its first batch as many as it must give. */
async function fetched(
  sizes: readonly number[],
  { bytesMax, each = 1 << 20 }: { readonly bytesMax: number; readonly each?: number },
) {
  const released: number[] = [];
  const { service } = routed(2, {
    fetch: ({ partition }) => {
      const size = sizes[partition];
      if (size === undefined) return { refused: "NOT_LEADER_OR_FOLLOWER" };
      return fetchedBytes(new Uint8Array(size), () => released.push(partition));
    },
  });
  const calls = sizes.map((_, partition) => fetch(partition, each));
  const outcomes = await service.fetch([...calls, fetch(99)], { ...LIMITS, bytesMax });
  return { given: given(outcomes), released };
}

function given(outcomes: Outcomes<FetchAnswer>): (number | string)[] {
  return outcomes.map((one) =>
    isRefused(one) ? one.refused : (one.lease?.bytes.length ?? 0) * (one.lease ? 1 : 0)
  );
}

const TRIMMED: readonly [
  sizes: readonly number[],
  limits: { readonly bytesMax: number; readonly each?: number },
  expected: readonly number[],
  released: readonly number[],
][] = [
  [[10, 20, 30], { bytesMax: 60 }, [10, 20, 30], []],
  // Together they are too many: in the order of the calls, as long as they fit.
  [[10, 20, 30], { bytesMax: 59 }, [10, 20, 0], [2]],
  [[10, 20, 30], { bytesMax: 10 }, [10, 0, 0], [1, 2]],
  // The first batch is given even if it is larger; each owner has let its own one through.
  [[100, 100, 0], { bytesMax: 50 }, [100, 0, 0], [1]],
  [[0, 100, 100], { bytesMax: 50 }, [0, 100, 0], [2]],
  [[5, 100, 5], { bytesMax: 200, each: 50 }, [5, 0, 5], [1]],
];

for (const [sizes, limits, expected, released] of TRIMMED) {
  const name = `${sizes.join(", ")} bytes within ${limits.bytesMax}`;
  test(`RoutedPartitions.fetch of ${name} gives ${expected.join(", ")}`, async () => {
    const result = await fetched(sizes, limits);
    assert.equal(result.given, [...expected, "NOT_LEADER_OR_FOLLOWER"]);
    assert.equal(result.released, released, "what is not given is given back");
  });
}

// Waiting.

function terms(more: Partial<WaitTerms>): WaitTerms {
  const { signal } = new AbortController();
  const rest = { replicaId: -1, isReadCommitted: false, timeoutMs: 500, signal };
  return { ...rest, bytesMin: 1000, bytesFound: [], ...more };
}

test("RoutedPartitions.waitForData leaves it to the one reactor that has all of it", async () => {
  const got: WaitTerms[] = [];
  const { service } = routed(3, {
    waitForData: (_, each) => {
      got.push(each);
      return Promise.resolve();
    },
  });
  const wanted = terms({ bytesFound: [3, 4] });
  await service.waitForData([fetch(1), fetch(4)], wanted);
  assert.equal(got.map(({ bytesMin, bytesFound }) => [bytesMin, bytesFound]), [[1000, [3, 4]]]);
});

test("RoutedPartitions.waitForData ends when any has more than was read of it", async () => {
  const got: { readonly partitions: readonly number[]; readonly terms: WaitTerms }[] = [];
  const first = Promise.withResolvers<void>();
  const { service } = routed(2, {
    waitForData: (calls, each) => {
      got.push({ partitions: calls.map(({ partition }) => partition), terms: each });
      if (calls[0]?.partition === 1) return first.promise;
      return new Promise((resolve) => each.signal.addEventListener("abort", () => resolve()));
    },
  });
  const wanted = terms({ bytesFound: [3, 4, 5] });
  const waiting = service.waitForData([fetch(0), fetch(1), fetch(2)], wanted);
  assert.equal(got.map((one) => [one.partitions, one.terms.bytesMin, one.terms.bytesFound]), [
    [[0, 2], 9, [3, 5]],
    [[1], 5, [4]],
  ]);
  first.resolve();
  await waiting;
  assert.ok(got.every((one) => one.terms.signal.aborted), "the others need not wait any more");
  assert.not(wanted.signal.aborted);
});

test("RoutedPartitions.waitForData ends when the client goes", async () => {
  const client = new AbortController();
  const { service } = routed(2, {
    waitForData: (_, { signal }) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve())),
  });
  const waiting = service.waitForData([fetch(0), fetch(1)], terms({ signal: client.signal }));
  client.abort();
  await waiting;
});

test("RoutedPartitions.waitForData is not too late for what came after the read", async () => {
  const world = simulatedWorld();
  const reactors = [0, 1].map((index) =>
    ownedPartitions({ world, owns: (_, partition) => partition % 2 === index })
  );
  for (const one of reactors) {
    await one.apply({ topics: [{ name: "t", id: TOPIC, partitions: [{}, {}] }] });
  }
  const [even, odd] = reactors.map(({ service }) => service) as [OwnPartitions, OwnPartitions];
  const service = new RoutedPartitions([even, odd], ownerOf(2));
  const calls = [fetch(0), fetch(1)];
  const read = await service.fetch(calls, LIMITS);
  // On its way to the other reactor the wait is overtaken by an append.
  await odd.append([{ ...append(1), batch: batchOf(["late"]).bytes }], { timeoutMs: 1 });
  const bytesFound = read.map((one) => isRefused(one) ? 0 : one.sizeBytes);
  assert.ok(await isEndedBy(world.clock, () => service.waitForData(calls, terms({ bytesFound }))));
});

/** Whether a wait ends before its time. */
async function isEndedBy(clock: SimulatedClock, wait: () => Promise<void>): Promise<boolean> {
  const start = clock.monotonic();
  await clock.runFor(wait());
  return clock.monotonic() - start < terms({}).timeoutMs;
}

test.run();
