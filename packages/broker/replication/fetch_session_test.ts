// What a follower names in the requests of a session, and the leader's cache beside it.

import { seededRandom } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isRefused } from "../partitions/refused.ts";
import { SessionCache } from "../sessions/session_cache.ts";
import { testUuid } from "../testing/images.ts";
import { FetchSession, type SessionPart, type Wish } from "./fetch_session.ts";

const test = suite("replication/fetch_session");

function wish(topic: number, partition: number, fetchOffset = 0): Wish {
  const offsets = { fetchOffset: BigInt(fetchOffset), logStartOffset: 0n, highWatermark: 0n };
  const epochs = { currentLeaderEpoch: 1, lastFetchedEpoch: -1 };
  const asked = { partition, ...epochs, ...offsets, partitionMaxBytes: 100 };
  return { topicId: testUuid(topic), partition: asked };
}

/** `topic-partition@offset`, and what is forgotten. */
function textOf({ sessionId, sessionEpoch, topics, forgottenTopicsData }: SessionPart): string {
  const named = topics.flatMap(({ topicId, partitions }) =>
    partitions.map((one) => `${topicId?.slice(0, 8)}-${one.partition}@${one.fetchOffset}`)
  );
  const gone = forgottenTopicsData.flatMap(({ topicId, partitions }) =>
    partitions.map((one) => `not ${topicId?.slice(0, 8)}-${one}`)
  );
  return [`${sessionId}/${sessionEpoch}`, ...named, ...gone].join(" ");
}

const [A, B] = [1, 2].map((number) => testUuid(number).slice(0, 8));

test("FetchSession names what is new, has changed, or has gone", () => {
  const session = new FetchSession();
  const all = [wish(1, 0), wish(1, 1), wish(2, 0)];
  assert.is(textOf(session.next(all)), `0/0 ${A}-0@0 ${A}-1@0 ${B}-0@0`);
  assert.ok(session.answered("NONE", 7));
  assert.is(textOf(session.next(all)), "7/1");
  assert.ok(session.answered("NONE", 7));
  assert.is(textOf(session.next([wish(1, 1, 5), wish(2, 0)])), `7/2 ${A}-1@5 not ${A}-0`);
  assert.ok(session.answered("NONE", 7));
  assert.is(textOf(session.next(all)), `7/3 ${A}-0@0 ${A}-1@0`);
});

test("FetchSession begins anew where it was lost, or nobody has answered", () => {
  const session = new FetchSession();
  const all = [wish(1, 0)];
  session.next(all);
  session.answered("NONE", 7);
  assert.not.ok(session.answered("FETCH_SESSION_ID_NOT_FOUND", 0));
  assert.is(textOf(session.next(all)), `7/0 ${A}-0@0`);
  session.answered("NONE", 8);
  session.next(all);
  session.failed();
  assert.is(textOf(session.next(all)), `8/0 ${A}-0@0`);
});

test("FetchSession names everything each time if the leader declines", () => {
  const session = new FetchSession();
  const all = [wish(1, 0)];
  for (let i = 0; i < 3; i++) {
    assert.is(textOf(session.next(all)), `0/0 ${A}-0@0`);
    session.answered("NONE", 0);
  }
});

test("FetchSession and SessionCache agree on what is read, whatever is lost between them", () => {
  const round = fc.record({
    wishes: fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 4 }),
    fate: fc.constantFrom("answered", "answered", "lost on its way", "not answered", "restarted"),
  });
  fc.assert(fc.property(fc.array(round, { maxLength: 12 }), (rounds) => {
    const bounds = { met: () => undefined };
    const options = { clock: new SimulatedClock(), random: seededRandom(1), slots: 4, bounds };
    const make = () => new SessionCache({ ...options, reactor: 0, reactors: 1 });
    let cache = make();
    const session = new FetchSession();
    for (const { wishes, fate } of rounds) {
      const unique = new Map(wishes.map(([partition, offset]) => [partition, offset]));
      const wanted = [...unique].map(([partition, offset]) => wish(1, partition, offset));
      if (fate === "restarted") cache = make();
      for (;;) {
        const part = session.next(wanted);
        if (fate === "lost on its way") {
          session.failed();
          break;
        }
        const opened = cache.open(requestOf(part));
        if (isRefused(opened)) {
          assert.not.ok(session.answered(opened.refused, 0));
          continue;
        }
        const read = opened.partitions.map((one) => `${one.partition}@${one.fetchOffset}`).sort();
        const expect = [...unique].map(([partition, offset]) => `${partition}@${offset}`).sort();
        assert.equal(read, expect);
        const told = opened.partitions.map(() => NOTHING_NEW);
        const { sessionId } = opened.session === "none"
          ? { sessionId: 0 }
          : cache.answer(opened, told, true);
        if (fate === "not answered") session.failed();
        else assert.ok(session.answered("NONE", sessionId));
        break;
      }
    }
  }));
});

const NOTHING_NEW = {
  hasRecords: false,
  hasError: false,
  isUrgent: false,
  highWatermark: 0,
  logStartOffset: 0,
};

function requestOf({ sessionId, sessionEpoch, topics, forgottenTopicsData }: SessionPart) {
  const partitions = topics.flatMap(({ topicId = testUuid(1), partitions: all }) =>
    all.map((one) => ({
      topic: "",
      topicId,
      partition: one.partition,
      leaderEpoch: 1,
      fetchOffset: Number(one.fetchOffset),
      lastFetchedEpoch: -1,
      bytesMax: 100,
    }))
  );
  const forgotten = forgottenTopicsData.flatMap(({ topicId = testUuid(1), partitions: all }) =>
    all.map((partition) => ({ topic: "", topicId, partition }))
  );
  return { sessionId, sessionEpoch, usesIds: true, partitions, forgotten };
}

test.run();
