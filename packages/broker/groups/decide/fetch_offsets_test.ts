// OffsetFetch: what is told of offsets that are there, that are not, and that may change.

import { type Uuid, ZERO_UUID } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { LIMITS, TEST_GROUP } from "../../testing/group_bench.ts";
import { testUuid } from "../../testing/images.ts";
import { applyGroupRecord, applyTransactionEnd } from "../apply.ts";
import type { FetchedOffset, FetchOffsetsCommand } from "../commands.ts";
import { answerGroups, decideGroups } from "../decide.ts";
import { offsetRecord } from "../records.ts";
import { type GroupsState, NO_GROUPS } from "../state.ts";
import { fetchOffsets } from "./fetch_offsets.ts";

const test = suite("fetchOffsets");

const ID = testUuid(7);

interface Commit {
  readonly topic?: string;
  readonly partition?: number;
  readonly offset: number;
  readonly topicId?: Uuid;
  readonly producerId?: number;
}

function stateOf(...commits: readonly Commit[]): GroupsState {
  return commits.reduce((state, { producerId = -1, offset, ...commit }, recordOffset) => {
    const record = offsetRecord(TEST_GROUP, {
      topic: "t",
      topicId: ID,
      partition: 0,
      leaderEpoch: 2,
      metadata: "m",
      committedMs: 5,
      expiresMs: -1n,
      ...commit,
      offset: BigInt(offset),
    });
    return applyGroupRecord(state, record, { offset: recordOffset, producerId });
  }, NO_GROUPS);
}

function fetch(draft: Partial<FetchOffsetsCommand> = {}): FetchOffsetsCommand {
  return {
    type: "fetchOffsets",
    groupId: TEST_GROUP,
    topics: undefined,
    requireStable: false,
    ...draft,
  };
}

function found(partition: number, offset: number): FetchedOffset {
  return { partition, offset: BigInt(offset), leaderEpoch: 2, metadata: "m", error: "NONE" };
}

function missing(partition: number, error: FetchedOffset["error"] = "NONE"): FetchedOffset {
  return { partition, offset: -1n, leaderEpoch: -1, metadata: "", error };
}

const asked = { topic: "t", topicId: ID, partitions: [1, 0] };

const table: readonly [string, GroupsState, Partial<FetchOffsetsCommand>, unknown][] = [
  ["no group has no offsets", NO_GROUPS, {}, []],
  ["what is asked of no group", NO_GROUPS, { topics: [asked] }, [
    { topic: "t", topicId: ID, partitions: [missing(1), missing(0)] },
  ]],
  ["all, by topic and partition", stateOf(
    { partition: 10, offset: 1 },
    { topic: "u", offset: 2 },
    { partition: 9, offset: 3 },
  ), {}, [
    { topic: "t", topicId: ID, partitions: [found(9, 3), found(10, 1)] },
    { topic: "u", topicId: ID, partitions: [found(0, 2)] },
  ]],
  ["some, as asked", stateOf({ offset: 7 }), { topics: [asked] }, [
    { topic: "t", topicId: ID, partitions: [missing(1), found(0, 7)] },
  ]],
  ["no topics", stateOf({ offset: 7 }), { topics: [] }, []],
  ["of a topic of the same name that is gone", stateOf({ offset: 7, topicId: testUuid(8) }), {
    topics: [asked],
  }, [{ topic: "t", topicId: ID, partitions: [missing(1), missing(0)] }]],
  ["of a topic whose id was not kept", stateOf({ offset: 7, topicId: ZERO_UUID }), {
    topics: [asked],
  }, [{ topic: "t", topicId: ID, partitions: [missing(1), found(0, 7)] }]],
];

for (const [name, state, draft, expected] of table) {
  test(`fetchOffsets: ${name}`, () => {
    const { topics } = fetchOffsets(state, fetch(draft));
    assert.equal([...topics].sort((a, b) => (a.topic < b.topic ? -1 : 1)), expected);
  });
}

const open = stateOf({ offset: 1 }, { offset: 2, producerId: 5 }, { partition: 1, offset: 3 });
const ended = (isCommit: boolean): GroupsState =>
  applyTransactionEnd(open, { producerId: 5, isCommit });

/** The state; whether only what is stable is wanted; partition 0 and 1 of the topic. */
const transactional: readonly [string, GroupsState, boolean, readonly FetchedOffset[]][] = [
  ["open: what was before", open, false, [found(0, 1), found(1, 3)]],
  ["open: not if it must be stable", open, true, [
    missing(0, "UNSTABLE_OFFSET_COMMIT"),
    found(1, 3),
  ]],
  ["committed: what it has committed", ended(true), true, [found(0, 2), found(1, 3)]],
  ["aborted: what was before", ended(false), true, [found(0, 1), found(1, 3)]],
];

for (const [name, state, requireStable, expected] of transactional) {
  test(`fetchOffsets of a transaction, ${name}`, () => {
    const topics = [{ topic: "t", topicId: ID, partitions: [0, 1] }];
    const some = fetchOffsets(state, fetch({ topics, requireStable }));
    const all = fetchOffsets(state, fetch({ requireStable }));
    assert.equal(some.topics, [{ topic: "t", topicId: ID, partitions: expected }]);
    assert.equal(all.topics, some.topics);
  });
}

test("fetchOffsets is answered from what is committed, or in turn with what is decided", () => {
  const state = stateOf({ offset: 7 });
  const answered = answerGroups(state, fetch());
  const given = { now: 0, call: 1, nextOffset: 0, limits: LIMITS };
  const { replies, records } = decideGroups(state, fetch({ requireStable: true }), given);
  assert.equal(replies, [{ call: 1, body: answered }]);
  assert.is(records.length, 0);
});

test.run();
