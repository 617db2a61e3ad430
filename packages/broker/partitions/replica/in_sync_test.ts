// Who is in sync, and what is committed.

import { nodeId, type NodeId } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  commonEnd,
  isWaitedFor,
  maximalSet,
  type Moment,
  type Replicas,
  wantedSet,
} from "./in_sync.ts";
import type { Progress } from "./progress.ts";

const test = suite("replica/in_sync");

const LEADER = nodeId(1);

interface Draft {
  readonly isr: number[];
  readonly asked?: number[];
  /** What 2 and 3 have, and how long ago they were caught up. */
  readonly followers: Record<number, [endOffset: number, behindMs: number]>;
}

const NOW = 1_000_000;

function replicas({ isr, asked, followers }: Draft): Replicas {
  return {
    self: LEADER,
    replicas: [1, 2, 3].map(nodeId),
    isr: isr.map(nodeId),
    asked: asked?.map(nodeId),
    followers: new Map(
      Object.entries(followers).map(([id, [endOffset, behindMs]]): [NodeId, Progress] => [
        nodeId(Number(id)),
        {
          endOffset,
          startOffset: 0,
          brokerEpoch: 5,
          fetchedMs: NOW,
          leaderEndOffset: 10,
          caughtUpMs: NOW - behindMs,
        },
      ]),
    ),
  };
}

function moment(more: Partial<Moment> = {}): Moment {
  return {
    nowMs: NOW,
    lagMsMax: 30_000,
    endOffset: 10,
    highWatermark: 6,
    epochStartOffset: 4,
    isEligible: () => true,
    ...more,
  };
}

test("maximalSet holds everybody who may be in the set that counts", () => {
  const set = (isr: number[], asked?: number[]) =>
    maximalSet({ isr: isr.map(nodeId), asked: asked?.map(nodeId) }).map(Number);
  assert.equal(set([1, 2]), [1, 2]);
  assert.equal(set([1, 2], [1, 2, 3]), [1, 2, 3]);
  assert.equal(set([1, 2, 3], [1]), [1, 2, 3]);
  assert.equal(set([1, 2], [1, 3]), [1, 2, 3]);
});

test("commonEnd waits for all who are in sync, or may be", () => {
  const far = 60_000;
  const table: [name: string, draft: Draft, expect: number][] = [
    ["all in sync", { isr: [1, 2, 3], followers: { 2: [8, 0], 3: [7, 0] } }, 7],
    ["one is not", { isr: [1, 2], followers: { 2: [8, 0], 3: [2, far] } }, 8],
    ["nobody else is", { isr: [1], followers: { 2: [8, far], 3: [2, far] } }, 10],
    [
      "one is to be let in",
      { isr: [1, 2], asked: [1, 2, 3], followers: { 2: [9, 0], 3: [7, far] } },
      7,
    ],
    ["one is to go", { isr: [1, 2, 3], asked: [1, 2], followers: { 2: [9, 0], 3: [3, far] } }, 3],
    ["one is about to join", { isr: [1, 2], followers: { 2: [9, 0], 3: [7, 10] } }, 7],
    ["one has not fetched", { isr: [1, 2], followers: { 2: [-1, 0], 3: [7, far] } }, -1],
  ];
  for (const [name, draft, expect] of table) {
    assert.is(commonEnd(replicas(draft), moment()), expect, name);
  }
});

test("commonEnd does not wait for who is about to join for long", () => {
  const draft: Draft = { isr: [1, 2], followers: { 2: [9, 0], 3: [7, 10] } };
  const state = replicas(draft);
  const later = (ms: number) => moment({ nowMs: NOW + ms });
  assert.is(commonEnd(state, later(1990)), 7);
  assert.is(isWaitedFor(nodeId(3), state, later(1990)), true);
  // Who is in sync is waited for until it is not.
  assert.is(commonEnd(state, later(1991)), 9);
  assert.is(isWaitedFor(nodeId(3), state, later(1991)), false);
  assert.is(isWaitedFor(nodeId(2), state, later(1991)), true);
});

test("commonEnd does not wait for who is not let in", () => {
  const draft: Draft = { isr: [1, 2], followers: { 2: [9, 0], 3: [7, 10] } };
  assert.is(commonEnd(replicas(draft), moment({ isEligible: (id) => id !== 3 })), 9);
});

test("wantedSet lets in who has all that is committed, and takes out who lags", () => {
  const far = 60_000;
  const table: [name: string, draft: Draft, more: Partial<Moment>, expect: number[]][] = [
    ["as it is", { isr: [2, 1, 3], followers: { 2: [8, 0], 3: [7, 0] } }, {}, [2, 1, 3]],
    ["has the committed", { isr: [1, 2], followers: { 2: [8, 0], 3: [6, far] } }, {}, [1, 2, 3]],
    ["has less", { isr: [1, 2], followers: { 2: [8, 0], 3: [5, far] } }, {}, [1, 2]],
    [
      "has less than the epochs before",
      { isr: [1, 2], followers: { 2: [8, 0], 3: [7, far] } },
      { epochStartOffset: 8 },
      [1, 2],
    ],
    [
      "is fenced",
      { isr: [1, 2], followers: { 2: [8, 0], 3: [7, far] } },
      { isEligible: (id) => id !== 3 },
      [1, 2],
    ],
    [
      "fetches as one that is gone",
      { isr: [1, 2], followers: { 2: [8, 0], 3: [7, far] } },
      { isEligible: (_, brokerEpoch) => brokerEpoch !== 5 },
      [1, 2],
    ],
    ["lags", { isr: [1, 2, 3], followers: { 2: [8, 0], 3: [7, far] } }, {}, [1, 2]],
    [
      "is silent with everything",
      { isr: [1, 2], followers: { 2: [10, far], 3: [0, far] } },
      {},
      [1, 2],
    ],
    ["one for another", { isr: [1, 2], followers: { 2: [8, far], 3: [9, 0] } }, {}, [1, 3]],
  ];
  for (const [name, draft, more, expect] of table) {
    assert.equal(wantedSet(replicas(draft), moment(more)).map(Number), expect, name);
  }
});

test.run();
