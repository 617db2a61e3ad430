// Requests under way: sent to all others, again when due, and known by their correlation.

import { epoch, NO_NODE, nodeId, offset, type NodeId } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  ask,
  askAgain,
  askAll,
  type Asks,
  earliest,
  isUnderWay,
  NO_ASKS,
  unanswered,
  without,
} from "./asks.ts";
import { DEFAULT_RAFT_CONFIG } from "./config.ts";
import { EMPTY_LOG } from "./log_view.ts";
import type { RaftRequest } from "./messages.ts";
import { among, voter, votersOf } from "./testing/voter.ts";
import { Turn } from "./turn.ts";

const test = suite("asks");

const { requestTimeoutMs, retryBackoffMs } = DEFAULT_RAFT_CONFIG;
const [two, three] = [nodeId(2), nodeId(3)];

function turn(now: number, ...ids: number[]): Turn {
  const random = { below: () => 0, bytes: (length: number) => new Uint8Array(length) };
  return new Turn({ self: voter(1), random, config: DEFAULT_RAFT_CONFIG }, {
    epoch: epoch(3),
    votedFor: undefined,
    leaderId: NO_NODE,
    role: { name: "unattached", electionAtMs: undefined, asks: NO_ASKS },
    ...among(votersOf(...ids)),
    log: EMPTY_LOG,
    durableEndOffset: offset(0),
    highWatermark: offset(0),
  }, now);
}

function begin({ id, directoryId }: { id: NodeId; directoryId: string }): RaftRequest {
  const { directoryId: own } = voter(id);
  assert.is(directoryId, own);
  const to = { id, directoryId: own };
  return { type: "beginQuorumEpoch", epoch: epoch(3), leaderId: nodeId(1), voter: to };
}

function sentTo({ effects }: Turn): number[] {
  return effects.flatMap((effect) => effect.type === "send" ? [effect.to] : []);
}

test("ask sends, and is due again after the request timeout", () => {
  const asking = turn(100, 1, 2, 3);
  const request = begin(voter(2));
  assert.equal(ask(asking, two, request), { correlation: 1, dueAtMs: 100 + requestTimeoutMs });
  assert.equal(ask(asking, three, request).correlation, 2, "every request has its own number");
  assert.equal(asking.effects[0], { type: "send", to: 2, correlation: 1, request });
});

test("askAll asks every voter but this one", () => {
  const asking = turn(0, 1, 2, 3);
  assert.equal([...askAll(asking, begin).keys()], [2, 3]);
  assert.equal(sentTo(asking), [2, 3]);
  assert.is(askAll(turn(0, 1), begin).size, 0, "nobody else votes");
});

test("askAgain sends what is due, and only to who still votes", () => {
  const asks: Asks = new Map([
    [two, { correlation: 7, dueAtMs: 50 }],
    [three, { correlation: 8, dueAtMs: 51 }],
    [nodeId(4), { correlation: 9, dueAtMs: 0 }],
  ]);
  const early = turn(49, 1, 2, 3);
  assert.is(askAgain(early, asks, begin), asks, "nothing is due");
  const due = turn(50, 1, 2, 3);
  const again = askAgain(due, asks, begin);
  assert.equal(sentTo(due), [2]);
  assert.equal(again.get(two), { correlation: 1, dueAtMs: 50 + requestTimeoutMs });
  assert.is(again.get(three), asks.get(three));
  assert.equal(asks.get(two), { correlation: 7, dueAtMs: 50 }, "the asks before stay");
  const nobody = turn(50, 1, 5);
  assert.is(askAgain(nobody, asks, begin), asks, "a voter that was not asked is not asked again");
});

test("isUnderWay knows an answer by its sender and number", () => {
  const asks: Asks = new Map([[two, { correlation: 7, dueAtMs: 50 }]]);
  assert.is(isUnderWay(asks, two, 7), true);
  assert.is(isUnderWay(asks, two, 6), false, "an earlier one");
  assert.is(isUnderWay(asks, three, 7), false, "another's");
  assert.is(isUnderWay(NO_ASKS, two, 7), false);
});

test("unanswered is due again soon, and takes no late answer", () => {
  const asks: Asks = new Map([[two, { correlation: 7, dueAtMs: 5000 }]]);
  const after = unanswered(turn(100, 1, 2, 3), asks, two);
  assert.equal(after.get(two), { correlation: undefined, dueAtMs: 100 + retryBackoffMs });
  assert.is(isUnderWay(after, two, 7), false);
  assert.is(isUnderWay(asks, two, 7), true, "the asks before stay");
});

test("without and earliest: who has answered is asked no more", () => {
  const asks: Asks = new Map([
    [two, { correlation: 7, dueAtMs: 50 }],
    [three, { correlation: undefined, dueAtMs: 80 }],
  ]);
  assert.is(earliest(asks), 50);
  assert.is(earliest(without(asks, two)), 80);
  assert.is(earliest(without(without(asks, two), three)), Infinity, "never");
  assert.is(asks.size, 2);
});

test.run();
