// What a thread counts, as the main thread reads it by way of the memory.

import { systemClock } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { quantileMs } from "./durations.ts";
import { FETCH_OF_FOLLOWER, sumOf } from "./request_counters.ts";
import { startPulse } from "./pulse.ts";
import { ThreadCounters } from "./thread_counters.ts";

const test = suite("thread counters");

test("ThreadCounters are the same over one memory", () => {
  const counting = new ThreadCounters();
  const reading = new ThreadCounters(counting.memory);
  const produce = { row: 0, version: 11, frameBytes: 200, receivedAtMs: 5 };
  counting.requests.answered(produce, 60, 7);
  counting.requests.answered({ ...produce, version: 9 }, 60, 9);
  counting.requests.refused(0, 35);
  counting.opened(2);
  counting.opened(2);
  counting.closed(2);
  counting.metBug();
  const counts = reading.requests.of(0);
  assert.equal([counts?.bytesIn, counts?.bytesOut, counts?.ms], [400, 120, 6]);
  assert.equal([counts?.versions[9], counts?.versions[10], counts?.versions[11]], [1, 0, 1]);
  assert.equal([...counts?.errors ?? []], [[35, 1]]);
  assert.ok(Math.abs(quantileMs(counts?.buckets ?? [], 1) - 4) < 0.5);
  assert.equal([reading.openedCount(2), reading.closedCount(2), reading.bugs], [2, 1, 1]);
  assert.is(reading.requests.of(1), undefined);
});

test("RequestCounters keep what nobody expects within the row", () => {
  const { requests } = new ThreadCounters();
  const odd = { row: 18, version: 32_767, frameBytes: 20, receivedAtMs: 0 };
  requests.answered(odd, 10, 1e9);
  requests.answered({ ...odd, version: -1 }, 10, -5);
  for (const code of [-1, 9999]) requests.refused(18, code);
  assert.equal([17, 19].map((row) => requests.of(row)), [undefined, undefined]);
  assert.equal([...requests.of(18)?.errors.values() ?? []], [1, 1]);
});

test("sumOf adds what several threads have counted", () => {
  const [one, other] = [new ThreadCounters().requests, new ThreadCounters().requests];
  const fetch = { row: FETCH_OF_FOLLOWER, version: 18, frameBytes: 100, receivedAtMs: 0 };
  one.answered(fetch, 1000, 1);
  other.answered(fetch, 2000, 2);
  one.refused(FETCH_OF_FOLLOWER, 6);
  other.refused(FETCH_OF_FOLLOWER, 6);
  const sum = sumOf([one, other].map((all) => all.of(FETCH_OF_FOLLOWER)));
  assert.equal([sum?.bytesIn, sum?.bytesOut, sum?.ms, sum?.versions[18]], [200, 3000, 3, 2]);
  assert.is(sum?.errors.get(6), 2);
  assert.is(sumOf([undefined, undefined]), undefined);
});

test("startPulse tells that the thread is alive", () => {
  const counters = new ThreadCounters();
  assert.is(counters.beatAtMs, 0);
  startPulse(systemClock, counters).cancel();
  assert.ok(Math.abs(counters.beatAtMs - Date.now()) < 60_000);
});

test.run();
