// OffsetCommit in each state of a group, and what is written.

import { type Uuid, ZERO_UUID } from "@odradek/base";
import type { ErrorName } from "@odradek/protocol/errors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { GroupBench, TEST_GROUP } from "../../testing/group_bench.ts";
import { testUuid } from "../../testing/images.ts";
import type { CommitOffsetsCommand, OffsetToCommit } from "../commands.ts";

const test = suite("decideCommitOffsets");

const TOPIC_ID: Uuid = testUuid(7);

function offsetOf(draft: Partial<OffsetToCommit> = {}): OffsetToCommit {
  return {
    topic: "t",
    topicId: TOPIC_ID,
    partition: 0,
    offset: 5n,
    leaderEpoch: 3,
    metadata: "m",
    ...draft,
  };
}

function commit(draft: Partial<CommitOffsetsCommand> = {}): CommitOffsetsCommand {
  return {
    type: "commitOffsets",
    groupId: TEST_GROUP,
    memberId: "",
    instanceId: null,
    generation: -1,
    retentionMs: -1n,
    version: 9,
    offsets: [offsetOf()],
    ...draft,
  };
}

type Given = (bench: GroupBench) => readonly string[];

const simple: Given = (bench) => {
  bench.ask(commit());
  return [];
};
const stable: Given = (bench) => bench.stable({}, { instanceId: "i" });
const completing: Given = (bench) => bench.joined({}, {});
const preparing: Given = (bench) => {
  const ids = bench.stable({}, {});
  bench.join({});
  return ids;
};

const table: readonly [
  string,
  Given,
  (ids: readonly string[]) => Partial<CommitOffsetsCommand>,
  ErrorName,
][] = [
  ["the first makes a group", () => [], () => ({}), "NONE"],
  ["a generation of no group", () => [], () => ({ generation: 0 }), "GROUP_ID_NOT_FOUND"],
  ["the same of old", () => [], () => ({ generation: 0, version: 8 }), "ILLEGAL_GENERATION"],
  ["another one", simple, () => ({}), "NONE"],
  ["somebody by name only", simple, () => ({ memberId: "x" }), "NONE"],
  ["a generation of nobody", simple, () => ({ generation: 0 }), "UNKNOWN_MEMBER_ID"],
  ["no member of a group with members", stable, () => ({}), "UNKNOWN_MEMBER_ID"],
  ["a stranger", stable, () => ({ memberId: "x", generation: 2 }), "UNKNOWN_MEMBER_ID"],
  ["a member", stable, ([a = ""]) => ({ memberId: a, generation: 2 }), "NONE"],
  ["a member without generation", stable, ([a = ""]) => ({ memberId: a }), "ILLEGAL_GENERATION"],
  ["an old generation", stable, ([a = ""]) => ({ memberId: a, generation: 1 }),
    "ILLEGAL_GENERATION"],
  ["the instance of another", stable,
    ([a = ""]) => ({ memberId: a, instanceId: "i", generation: 2 }), "FENCED_INSTANCE_ID"],
  ["before the sync", completing, ([a = ""]) => ({ memberId: a, generation: 2 }),
    "REBALANCE_IN_PROGRESS"],
  ["while others are waited for", preparing, ([a = ""]) => ({ memberId: a, generation: 2 }),
    "NONE"],
];

for (const [name, given, draft, expected] of table) {
  test(`decideCommitOffsets: ${name}`, () => {
    const bench = new GroupBench();
    const command = commit(draft(given(bench)));
    const before = bench.log.length;
    assert.is(bench.answer(command)?.error, expected);
    assert.is(bench.log.length, before + (expected === "NONE" ? 1 : 0));
  });
}

test("decideCommitOffsets writes what Kafka 4.3 writes", () => {
  const bench = new GroupBench();
  bench.ask(commit({ offsets: [offsetOf({ partition: 4 })] }));
  assert.equal(bench.log, [{
    type: "OffsetCommit",
    key: { group: TEST_GROUP, topic: "t", partition: 4 },
    version: 4,
    value: {
      offset: 5n,
      leaderEpoch: 3,
      metadata: "m",
      commitTimestamp: BigInt(bench.nowMs),
      expireTimestamp: -1n,
      topicId: TOPIC_ID,
    },
  }]);
});

test("decideCommitOffsets keeps what a client of old says of retention", () => {
  const bench = new GroupBench();
  bench.ask(commit({ retentionMs: 500n, version: 4 }));
  const [record] = bench.log;
  assert.is(record?.version, 1);
  assert.equal(record?.value, {
    offset: 5n,
    leaderEpoch: -1,
    metadata: "m",
    commitTimestamp: BigInt(bench.nowMs),
    expireTimestamp: BigInt(bench.nowMs + 500),
    topicId: ZERO_UUID,
  });
});

test("decideCommitOffsets refuses metadata that is too long, of that partition alone", () => {
  const bench = new GroupBench();
  const offsets = ["", "0123456789", "01234567890"]
    .map((metadata, partition) => offsetOf({ metadata, partition }));
  const answer = bench.answer(commit({ offsets }));
  assert.equal(answer?.body, { errors: ["NONE", "NONE", "OFFSET_METADATA_TOO_LARGE"] });
  assert.is(bench.log.length, 2);
});

test("decideCommitOffsets takes any offset", () => {
  const bench = new GroupBench();
  for (const offset of [-1n, -5n, 0n, 2n ** 63n - 1n]) {
    bench.ask(commit({ offsets: [offsetOf({ offset })] }));
    const { committed } = bench.state.offsets.get(TEST_GROUP) ?? {};
    assert.is(committed?.get({ topic: "t", partition: 0 })?.offset, offset);
  }
});

test("decideCommitOffsets keeps a session alive", () => {
  const bench = new GroupBench();
  const [a = ""] = bench.stable({ sessionMs: 1000 });
  for (let i = 0; i < 3; i++) {
    bench.pass(900);
    assert.is(bench.answer(commit({ memberId: a, generation: 1 }))?.error, "NONE");
  }
});

test.run();
