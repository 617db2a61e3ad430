// Fetch sessions as KIP-227 has them: what a request opens, and what its answer tells.

import { seededRandom } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isRefused, type Refused } from "../partitions/refused.ts";
import { testUuid } from "../testing/images.ts";
import type { OpenedFetch, SessionPartition, SessionRequest, Told } from "./fetch_sessions.ts";
import { epochAfter, SessionCache, type SessionCacheOptions } from "./session_cache.ts";

const test = suite("sessions/session_cache");

const EVICTABLE_MS = 120_000;
const EPOCH_MAX = 0x7fff_ffff;

interface Bench {
  /** The bounds that it has told of. */
  readonly met: readonly string[];
  readonly clock: SimulatedClock;
  readonly cache: SessionCache;
  /** A session of these partitions; its id. */
  make(...partitions: readonly SessionPartition[]): number;
  /** The next step of a session; the partitions that it reads. */
  step(sessionId: number, sessionEpoch: number, more?: Partial<SessionRequest>): OpenedFetch;
}

function bench(options: Partial<SessionCacheOptions> = {}): Bench {
  const clock = new SimulatedClock();
  const met: string[] = [];
  const cache = new SessionCache({
    clock,
    random: seededRandom(4),
    slots: 3,
    bounds: { met: (bound) => void met.push(bound) },
    reactor: 0,
    reactors: 1,
    ...options,
  });
  return {
    clock,
    met,
    cache,
    make(...partitions) {
      const opened = taken(cache.open(request({ partitions })));
      return cache.answer(opened, partitions.map(() => told()), true).sessionId;
    },
    step: (sessionId, sessionEpoch, more) =>
      taken(cache.open(request({ sessionId, sessionEpoch, ...more }))),
  };
}

/** Of a new session, unless it says something else. */
function request(more: Partial<SessionRequest> = {}): SessionRequest {
  return { sessionId: 0, sessionEpoch: 0, usesIds: true, partitions: [], forgotten: [], ...more };
}

function partition(index: number, more: Partial<SessionPartition> = {}): SessionPartition {
  return {
    topic: "t",
    topicId: testUuid(1),
    partition: index,
    leaderEpoch: -1,
    fetchOffset: 0,
    lastFetchedEpoch: -1,
    bytesMax: 1000,
    ...more,
  };
}

/** Nothing new. */
function told(more: Partial<Told> = {}): Told {
  const nothing = { hasRecords: false, hasError: false, isUrgent: false };
  return { ...nothing, highWatermark: 5, logStartOffset: 0, ...more };
}

function taken(opened: OpenedFetch | Refused): OpenedFetch {
  assert.not(isRefused(opened), JSON.stringify(opened));
  return opened as OpenedFetch;
}

const indexes = ({ partitions }: OpenedFetch): number[] => partitions.map((one) => one.partition);

// What requests open.

test("SessionCache.open of a fetch without a session", () => {
  const { cache } = bench();
  const partitions = [partition(0)];
  const opened = cache.open(request({ sessionEpoch: -1, partitions }));
  assert.equal(opened, { session: "none", sessionId: 0, partitions });
});

test("SessionCache makes a session of a full fetch, and tells all of it", () => {
  const { cache } = bench();
  const partitions = [partition(0), partition(1)];
  const opened = taken(cache.open(request({ partitions })));
  assert.equal(opened, { session: "new", sessionId: 0, partitions });
  assert.is(cache.count, 0);
  const { sessionId, included } = cache.answer(opened, [told(), told()], true);
  assert.ok(sessionId > 0);
  assert.equal(included, [true, true]);
  assert.is(cache.count, 1);
});

test("SessionCache.open goes on with what the session names, with what has changed in it", () => {
  const { make, step } = bench();
  const id = make(partition(0), partition(1));
  const first = step(id, 1);
  assert.is(first.session, "next");
  assert.is(first.sessionId, id);
  assert.equal(first.partitions, [partition(0), partition(1)]);
  const changed = partition(1, { fetchOffset: 70, bytesMax: 9 });
  const second = step(id, 2, { partitions: [changed, partition(2)] });
  assert.equal(second.partitions, [partition(0), changed, partition(2)]);
  const third = step(id, 3, { forgotten: [partition(0)], partitions: [partition(4)] });
  assert.equal(third.partitions, [changed, partition(2), partition(4)]);
});

test("SessionCache.open names topics by id or by name, as the session does", () => {
  for (const usesIds of [true, false]) {
    const { cache } = bench();
    const nameless = { topic: "", topicId: testUuid(1) };
    const named = { topic: "t", topicId: testUuid(77) };
    const same = usesIds ? nameless : named;
    const full = taken(cache.open(request({ usesIds, partitions: [partition(0)] })));
    const { sessionId } = cache.answer(full, [told()], usesIds);
    const next = request({
      sessionId,
      sessionEpoch: 1,
      usesIds,
      partitions: [partition(0, { ...same, fetchOffset: 9 })],
    });
    assert.equal(taken(cache.open(next)).partitions.map((one) => one.fetchOffset), [9]);
    const forgotten = [{ ...same, partition: 0 }, { ...same, partition: 8 }];
    const last = taken(
      cache.open({ ...next, sessionEpoch: 2, partitions: [partition(1)], forgotten }),
    );
    assert.equal(indexes(last), [1]);
  }
});

const REFUSED: readonly [name: string, more: Partial<SessionRequest>, error: string | undefined][] =
  [
    ["the epoch that is expected", { sessionEpoch: 1 }, undefined],
    ["an epoch too early", { sessionEpoch: 2 }, "INVALID_FETCH_SESSION_EPOCH"],
    ["the largest epoch", { sessionEpoch: EPOCH_MAX }, "INVALID_FETCH_SESSION_EPOCH"],
    ["names in a session of ids", { usesIds: false }, "FETCH_SESSION_TOPIC_ID_ERROR"],
    ["both wrong", { usesIds: false, sessionEpoch: 2 }, "INVALID_FETCH_SESSION_EPOCH"],
    ["an unknown session", { sessionId: 12 }, "FETCH_SESSION_ID_NOT_FOUND"],
    ["no session, but an epoch", { sessionId: 0 }, "FETCH_SESSION_ID_NOT_FOUND"],
  ];

for (const [name, more, error] of REFUSED) {
  test(`SessionCache.open with ${name}: ${error ?? "goes on"}`, () => {
    const { cache, make } = bench();
    const sessionId = make(partition(0));
    const opened = cache.open(request({ sessionId, sessionEpoch: 1, ...more }));
    assert.is(isRefused(opened) ? opened.refused : undefined, error);
  });
}

test("SessionCache.open refuses a step that was made already", () => {
  const { cache, make, step } = bench();
  const sessionId = make(partition(0));
  step(sessionId, 1);
  assert.equal(cache.open(request({ sessionId, sessionEpoch: 1 })), {
    refused: "INVALID_FETCH_SESSION_EPOCH",
  });
  assert.is(step(sessionId, 2).session, "next");
});

for (const sessionEpoch of [0, -1]) {
  test(`SessionCache.open with epoch ${sessionEpoch} ends the session that it names`, () => {
    const { cache, make } = bench();
    const sessionId = make(partition(0));
    const opened = taken(cache.open(request({ sessionId, sessionEpoch })));
    assert.is(opened.session, sessionEpoch === 0 ? "new" : "none");
    assert.is(cache.count, 0);
    assert.ok(isRefused(cache.open(request({ sessionId, sessionEpoch: 1 }))));
  });
}

test("SessionCache.open ends a session of which nothing is left", () => {
  const { cache, make, step } = bench();
  const id = make(partition(0));
  const opened = step(id, 1, { forgotten: [partition(0)] });
  assert.equal(opened, { session: "none", sessionId: 0, partitions: [] });
  assert.is(cache.count, 0);
});

test("epochAfter the largest int is 1", () => {
  assert.equal([1, 2, EPOCH_MAX - 1, EPOCH_MAX].map(epochAfter), [2, 3, EPOCH_MAX, 1]);
});

// What answers tell.

const NEWS: readonly [name: string, told: Told, isTold: boolean][] = [
  ["nothing new", told(), false],
  ["records", told({ hasRecords: true }), true],
  ["an error", told({ hasError: true, highWatermark: -1, logStartOffset: -1 }), true],
  ["what must be told once", told({ isUrgent: true }), true],
  ["another high watermark", told({ highWatermark: 6 }), true],
  ["another start", told({ logStartOffset: 1 }), true],
];

for (const [name, news, isTold] of NEWS) {
  test(`SessionCache.answer of ${name} is ${isTold ? "told" : "left out"}`, () => {
    const { cache, make, step } = bench();
    const id = make(partition(0), partition(1));
    const opened = step(id, 1);
    const answer = cache.answer(opened, [told(), news], true);
    assert.equal(answer, { sessionId: id, included: [false, isTold] });
  });
}

test("SessionCache.answer tells a change once", () => {
  const { cache, make, step } = bench();
  const id = make(partition(0));
  const tells = (epoch: number, news: Told) =>
    cache.answer(step(id, epoch), [news], true).included[0];
  assert.is(tells(1, told({ highWatermark: 9 })), true);
  assert.is(tells(2, told({ highWatermark: 9 })), false);
});

test("SessionCache.answer tells after an error what there is, even if it is as before", () => {
  const { cache, make, step } = bench();
  const id = make(partition(0));
  const failed = told({ hasError: true, highWatermark: -1, logStartOffset: -1 });
  const tells = (epoch: number, news: Told) =>
    cache.answer(step(id, epoch), [news], true).included[0];
  assert.is(tells(1, failed), true);
  assert.is(tells(2, failed), true, "and errors as long as they last");
  assert.is(tells(3, told()), true);
  assert.is(tells(4, told()), false);
});

test("SessionCache.answer tells of a partition that began with an error when it is over", () => {
  const { cache, step } = bench();
  const opened = taken(cache.open(request({ partitions: [partition(0)] })));
  const { sessionId } = cache.answer(opened, [told({ hasError: true, highWatermark: 5 })], true);
  assert.equal(cache.answer(step(sessionId, 1), [told()], true).included, [true]);
});

test("SessionCache.answer tells of a partition that has come into the session", () => {
  const { cache, make, step } = bench();
  const id = make(partition(0));
  const opened = step(id, 1, { partitions: [partition(1)] });
  assert.equal(cache.answer(opened, [told(), told()], true).included, [false, true]);
  assert.equal(cache.answer(step(id, 2), [told(), told()], true).included, [false, false]);
});

test("SessionCache reads last what had records, so that all get their turn", () => {
  const { cache, make, step } = bench();
  const id = make(partition(0), partition(1), partition(2));
  const opened = step(id, 1);
  cache.answer(opened, [told({ hasRecords: true }), told(), told()], true);
  const next = step(id, 2);
  assert.equal(indexes(next), [1, 2, 0]);
  cache.answer(next, [told({ hasRecords: true }), told(), told()], true);
  assert.equal(indexes(step(id, 3)), [2, 0, 1]);
});

// Room.

test("SessionCache makes no more sessions than it has room for", () => {
  const { cache, make, met } = bench({ slots: 2 });
  assert.ok(make(partition(0)) > 0);
  assert.ok(make(partition(1)) > 0);
  assert.equal(met, []);
  assert.is(make(partition(2)), 0);
  assert.is(cache.count, 2);
  assert.equal(met, ["max.incremental.fetch.session.cache.slots"]);
});

test("SessionCache has its reactor's part of the node's slots, and no more", () => {
  for (const [slots, parts] of [[10, [4, 3, 3]], [2, [1, 1, 0]], [0, [0, 0, 0]]] as const) {
    const counts = [0, 1, 2].map((reactor) => {
      const { cache, make } = bench({ slots, reactor, reactors: 3 });
      for (let i = 0; i < 12; i++) make(partition(i));
      return cache.count;
    });
    assert.equal(counts, parts);
  }
});

test("SessionCache makes room by the one that was not used for the longest time", async () => {
  const { cache, clock, make, step } = bench({ slots: 2 });
  const [first, second] = [make(partition(0)), make(partition(1))];
  await clock.runUntil(1000);
  step(first, 1);
  await clock.runUntil(EVICTABLE_MS - 1);
  assert.is(make(partition(2)), 0, "it was used less than two minutes ago");
  await clock.runUntil(EVICTABLE_MS);
  const third = make(partition(2));
  assert.ok(third > 0);
  assert.is(cache.count, 2);
  assert.ok(isRefused(cache.open(request({ sessionId: second, sessionEpoch: 1 }))));
  assert.is(step(first, 2).session, "next");
});

test("SessionCache.answer of a session that was evicted meanwhile tells everything", async () => {
  const { cache, clock, make, step } = bench({ slots: 1 });
  const id = make(partition(0));
  const opened = step(id, 1);
  await clock.runUntil(EVICTABLE_MS);
  make(partition(1));
  const answer = cache.answer(opened, [told()], true);
  assert.equal(answer, { sessionId: id, included: [true] });
});

test("SessionCache gives ids that tell whose they are, and never 0", () => {
  for (const reactor of [0, 1, 2]) {
    const { make } = bench({ slots: 300, reactor, reactors: 3 });
    const ids = Array.from({ length: 100 }, (_, i) => make(partition(i)));
    assert.is(new Set(ids).size, 100);
    for (const id of ids) {
      assert.is(id % 3, reactor);
      assert.ok(id > 0 && id <= EPOCH_MAX);
    }
  }
});

test("SessionCache takes another id where the one that came is in use", () => {
  const numbers = [7, 7, 7, 0, 8];
  const random = { below: () => numbers.shift() ?? 9, bytes: (n: number) => new Uint8Array(n) };
  const { make } = bench({ random });
  assert.equal([make(partition(0)), make(partition(1))], [7, 8]);
});

test.run();
