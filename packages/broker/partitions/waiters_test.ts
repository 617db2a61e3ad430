// Waiting for partitions: until it is there, the time is up, or nobody wants it any more.

import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type WaitEnd, Waiters, waitFor } from "./waiters.ts";

const test = suite("partitions/waiters");

/** A wait for `have` to become true, over some partitions. */
function waiting({ partitions = 1, timeoutMs = 500, signal }: {
  readonly partitions?: number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
} = {}) {
  const clock = new SimulatedClock();
  const waitables = Array.from({ length: partitions }, () => ({ waiters: new Waiters() }));
  const state = { have: false, looks: 0, end: undefined as WaitEnd | undefined };
  const begin = (): void => {
    const isReady = (): boolean => {
      state.looks++;
      return state.have;
    };
    void waitFor({ waitables, isReady, timeoutMs, clock, signal })
      .then((end) => (state.end = end));
  };
  const sizes = (): number[] => waitables.map(({ waiters }) => waiters.size);
  return { clock, waitables, state, begin, sizes };
}

test("waitFor resolves at once if it is ready, and never waits", async () => {
  const { clock, state, begin, sizes } = waiting();
  state.have = true;
  begin();
  assert.equal(sizes(), [0]);
  await clock.runUntil(0);
  assert.is(state.end, "ready");
});

test("waitFor is ready when a partition has moved and what it waits for is there", async () => {
  const { clock, waitables: [partition], state, begin, sizes } = waiting();
  begin();
  partition?.waiters.wake();
  await clock.runUntil(100);
  assert.is(state.end, undefined);
  assert.equal(sizes(), [1]);
  state.have = true;
  await clock.runUntil(200);
  assert.is(state.end, undefined, "it looks only when it is woken");
  partition?.waiters.wake();
  await clock.runUntil(200);
  assert.is(state.end, "ready");
});

test("waitFor looks whichever of its partitions has moved, and leaves all of them", async () => {
  const { clock, waitables, state, begin, sizes } = waiting({ partitions: 3 });
  begin();
  assert.equal(sizes(), [1, 1, 1]);
  state.have = true;
  waitables[2]?.waiters.wake();
  assert.equal(sizes(), [0, 0, 0]);
  await clock.runUntil(0);
  assert.is(state.end, "ready");
});

test("waitFor ends by timeout at its deadline, not before", async () => {
  const { clock, state, begin, sizes } = waiting({ timeoutMs: 500 });
  begin();
  await clock.runUntil(499);
  assert.is(state.end, undefined);
  await clock.runUntil(500);
  assert.is(state.end, "timeout");
  assert.equal(sizes(), [0]);
});

test("waitFor without time looks once", async () => {
  const { clock, state, begin } = waiting({ timeoutMs: 0 });
  begin();
  await clock.runUntil(0);
  assert.is(state.end, "timeout");
  assert.is(state.looks, 1);
});

test("waitFor ends when the client goes", async () => {
  const client = new AbortController();
  const { clock, state, begin, sizes } = waiting({ signal: client.signal });
  begin();
  client.abort();
  assert.equal(sizes(), [0]);
  await clock.runUntil(0);
  assert.is(state.end, "aborted");
});

test("waitFor does not begin for a client that has gone", async () => {
  const { clock, state, begin, sizes } = waiting({ signal: AbortSignal.abort() });
  begin();
  assert.equal(sizes(), [0]);
  await clock.runUntil(0);
  assert.is(state.end, "aborted");
});

test("waitFor ends once: what comes after its end is not looked at", async () => {
  const client = new AbortController();
  const { clock, waitables: [partition], state, begin } = waiting({ signal: client.signal });
  begin();
  state.have = true;
  partition?.waiters.wake();
  const { looks } = state;
  partition?.waiters.wake();
  client.abort();
  await clock.runUntil(1000);
  assert.is(state.end, "ready");
  assert.is(state.looks, looks);
});

test("Waiters.wake wakes all, also those that come and go meanwhile", () => {
  const clock = new SimulatedClock();
  const partition = { waiters: new Waiters() };
  const woken: string[] = [];
  const wait = (name: string, isReady: () => boolean): void =>
    void waitFor({
      waitables: [partition],
      isReady: () => {
        woken.push(name);
        return isReady();
      },
      timeoutMs: 1000,
      clock,
    });
  let isThere = false;
  wait("a", () => isThere);
  wait("b", () => {
    if (isThere) wait("late", () => true);
    return isThere;
  });
  wait("c", () => false);
  woken.length = 0;
  isThere = true;
  partition.waiters.wake();
  assert.equal(woken, ["a", "b", "late", "c"]);
  assert.is(partition.waiters.size, 1);
});

test.run();
