// Each invariant is broken once, so that none of them is an assertion that cannot fail.

import { Bug, epoch, NO_NODE, offset } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Effects } from "./effects.ts";
import { checkInvariants } from "./invariants.ts";
import { LogView } from "./log_view.ts";
import type { Leader } from "./roles/role.ts";
import type { State } from "./state.ts";
import { among, voter, votersOf } from "./testing/voter.ts";

const test = suite("invariants");

const self = voter(1);
const other = voter(2);

function log(startOffset: number, endOffset: number): LogView {
  const epochs = [{ epoch: epoch(3), startOffset: offset(startOffset) }];
  return new LogView({ startOffset: offset(startOffset), endOffset: offset(endOffset), epochs });
}

const leader: Leader = {
  name: "leader",
  sinceMs: 0,
  epochStartOffset: offset(14),
  progress: new Map(),
  waiting: [],
  asks: new Map(),
};

/** A leader of epoch 3 with records 10..19, durable below 18, committed below 16. */
const sound: State = {
  epoch: epoch(3),
  votedFor: self,
  leaderId: self.id,
  role: leader,
  ...among(votersOf(1)),
  log: log(10, 20),
  durableEndOffset: offset(18),
  highWatermark: offset(16),
};
const unattached: State = {
  ...sound,
  role: { name: "unattached", electionAtMs: undefined, asks: new Map() },
  leaderId: NO_NODE,
};
const follower: State = {
  ...sound,
  role: {
    name: "follower",
    campaignAtMs: 0,
    isHeard: true,
    fetch: undefined,
    leaderHighWatermark: offset(16),
    download: undefined,
  },
  leaderId: other.id,
};

function check(before: Partial<State>, after: Partial<State>, effects: Effects = []): void {
  checkInvariants({ ...sound, ...before }, { ...sound, ...after }, effects);
}

test("checkInvariants lets sound steps pass", () => {
  check({}, {});
  check({}, { highWatermark: offset(18) });
  check({}, { log: log(10, 25), durableEndOffset: offset(25), highWatermark: offset(25) });
  check(unattached, unattached);
  check({ ...unattached, votedFor: undefined }, unattached);
  check(follower, { ...follower, highWatermark: offset(18) });
  const cut = { log: log(10, 17), durableEndOffset: offset(17), truncatedFrom: offset(20) };
  check(follower, { ...follower, ...cut });
  check({ ...unattached, epoch: epoch(2), votedFor: other, log: log(10, 20) }, sound);
});

const broken: [message: RegExp, before: Partial<State>, after: Partial<State>][] = [
  [/below the log's start is committed/, {}, { log: log(17, 20) }],
  [/committed is durable/, {}, { highWatermark: offset(19) }],
  [/durable is in the log/, {}, { durableEndOffset: offset(21) }],
  [/not yet seen/, {}, { ...unattached, epoch: epoch(2) }],
  [/epoch never goes back/, { epoch: epoch(4) }, {}],
  [/One vote/, unattached, { ...unattached, votedFor: other }],
  [/One vote/, unattached, { ...unattached, votedFor: undefined }],
  [/One leader/, { ...unattached, leaderId: other.id }, {}],
  [/A follower has a leader/, {}, { ...follower, leaderId: NO_NODE }],
  [/voted for itself/, { votedFor: undefined }, { votedFor: undefined }],
  [/known as its leader/, {}, { leaderId: NO_NODE }],
  [/known as its leader/, { votedFor: other }, { votedFor: other }],
  [/begins its epoch with a record/, {}, { epoch: epoch(4) }],
  [/durable stays so/, {}, { durableEndOffset: offset(17) }],
  [/high watermark never goes back/, {}, { highWatermark: offset(15) }],
  [/Only a leader commits/, unattached, { ...unattached, highWatermark: offset(17) }],
  [/record of its own first/, { highWatermark: offset(12) }, { highWatermark: offset(14) }],
];

for (const [message, before, after] of broken) {
  test(`checkInvariants stops at ${message}`, () => {
    assert.throws(
      () => check(before, after),
      (thrown: unknown) => thrown instanceof Bug && message.test(thrown.message),
    );
  });
}

test("checkInvariants wants persist to be first", () => {
  const persist = { type: "persist", epoch: epoch(3), votedFor: self, leaderId: self.id } as const;
  const commit = { type: "commitTo", offset: offset(16) } as const;
  check({}, {}, [persist, commit]);
  assert.throws(() => check({}, {}, [commit, persist]), /Persist is first/);
});

test.run();
