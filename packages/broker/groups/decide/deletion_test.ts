// OffsetDelete and DeleteGroups: what may go, and the tombstones of what goes.

import type { ErrorName } from "@odradek/protocol/errors";
import { ConsumerProtocolSubscription } from "@odradek/protocol/schemas/group/mod";
import { encodeVersioned } from "@odradek/protocol/schemas/versioned";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { GroupBench, TEST_GROUP, textOf } from "../../testing/group_bench.ts";
import { testUuid } from "../../testing/images.ts";
import { applyGroupRecord } from "../apply.ts";
import type { CommitOffsetsCommand, DeleteOffsetsCommand, GroupReplies } from "../commands.ts";
import { offsetRecord } from "../records.ts";

const test = suite("decideDeleteOffsets, decideDeleteGroup");

/** As a consumer tells it that reads this topic. The bench takes texts; all bytes are below 128. */
function reads(topic: string): string {
  const subscription = { topics: [topic], userData: new Uint8Array(0) };
  return textOf(encodeVersioned(ConsumerProtocolSubscription, subscription, 0));
}

function commits(bench: GroupBench, memberId = "", generation = -1): void {
  const command: CommitOffsetsCommand = {
    type: "commitOffsets",
    groupId: TEST_GROUP,
    memberId,
    instanceId: null,
    generation,
    retentionMs: -1n,
    version: 9,
    offsets: ["t", "t", "u"].map((topic, partition) => ({
      topic,
      topicId: testUuid(7),
      partition,
      offset: 5n,
      leaderEpoch: -1,
      metadata: "",
    })),
  };
  assert.is(bench.answer(command)?.error, "NONE");
}

type Given = (bench: GroupBench) => void;

const simple: Given = (bench) => commits(bench);
const consumers: Given = (bench) => {
  const [a = ""] = bench.stable({ protocols: { range: reads("t") } });
  commits(bench, a, 1);
};
const strangers: Given = (bench) => {
  const [a = ""] = bench.stable({ protocols: { range: "?" } });
  commits(bench, a, 1);
};
const workers: Given = (bench) => void bench.stable({ protocolType: "connect" });
const left: Given = (bench) => {
  const [a = ""] = bench.stable({ protocols: { range: reads("t") } });
  commits(bench, a, 1);
  bench.ask(bench.leaveCommand({ memberId: a }));
};

const asked: DeleteOffsetsCommand = {
  type: "deleteOffsets",
  groupId: TEST_GROUP,
  topics: [
    { topic: "t", partitions: [0, 1, 9] },
    { topic: "u", partitions: [2] },
  ],
};

/** Given; the answer for the group, or for its topics; what is left. */
const offsets: readonly [string, Given, ErrorName | readonly ErrorName[], readonly string[]][] = [
  ["no group", () => undefined, "GROUP_ID_NOT_FOUND", []],
  ["a simple group", simple, ["NONE", "NONE"], []],
  ["nobody reads any more", left, ["NONE", "NONE"], []],
  ["a topic that is read", consumers, ["GROUP_SUBSCRIBED_TO_TOPIC", "NONE"], ["t 0", "t 1"]],
  ["consumers who cannot be understood", strangers,
    ["GROUP_SUBSCRIBED_TO_TOPIC", "GROUP_SUBSCRIBED_TO_TOPIC"], ["t 0", "t 1", "u 2"]],
  ["members of another kind", workers, "NON_EMPTY_GROUP", []],
];

for (const [name, given, expected, rest] of offsets) {
  test(`decideDeleteOffsets: ${name}`, () => {
    const bench = new GroupBench();
    given(bench);
    const answer = bench.answer(asked);
    const body = answer?.body as GroupReplies["deleteOffsets"] | undefined;
    assert.equal(body?.errors ?? answer?.error, expected);
    assert.equal(bench.committed, rest);
  });
}

test("decideDeleteOffsets writes tombstones for what is there", () => {
  const bench = new GroupBench();
  simple(bench);
  bench.ask(asked);
  assert.equal(bench.log.slice(3).map(({ key, value }) => [key, value]), [
    [{ group: TEST_GROUP, topic: "t", partition: 0 }, null],
    [{ group: TEST_GROUP, topic: "t", partition: 1 }, null],
    [{ group: TEST_GROUP, topic: "u", partition: 2 }, null],
  ]);
});

const groups: readonly [string, Given, ErrorName][] = [
  ["no group", () => undefined, "GROUP_ID_NOT_FOUND"],
  ["members", consumers, "NON_EMPTY_GROUP"],
  ["before the sync", (bench) => void bench.joined({}), "NON_EMPTY_GROUP"],
  ["while others are waited for", (bench) => void bench.join({}), "NON_EMPTY_GROUP"],
  ["a simple group", simple, "NONE"],
  ["nobody any more", left, "NONE"],
];

for (const [name, given, expected] of groups) {
  test(`decideDeleteGroup: ${name}`, () => {
    const bench = new GroupBench();
    given(bench);
    const had = bench.state.groups.has(TEST_GROUP);
    assert.is(bench.answer({ type: "deleteGroup", groupId: TEST_GROUP })?.error, expected);
    assert.is(bench.state.groups.has(TEST_GROUP), had && expected !== "NONE");
  });
}

test("decideDeleteGroup takes all offsets along, those of open transactions too", () => {
  const bench = new GroupBench();
  simple(bench);
  const draft = {
    topic: "v",
    topicId: testUuid(7),
    partition: 3,
    offset: 1n,
    leaderEpoch: -1,
    metadata: "",
    committedMs: 0,
    expiresMs: -1n,
  };
  const place = { offset: 9, producerId: 4 };
  bench.state = applyGroupRecord(bench.state, offsetRecord(TEST_GROUP, draft), place);
  bench.ask({ type: "deleteGroup", groupId: TEST_GROUP });
  const written = bench.log.slice(3);
  assert.ok(written.every(({ value }) => value === null));
  const topics = written.map(({ key }) => ("topic" in key ? `${key.topic} ${key.partition}` : "-"));
  assert.equal(topics.slice(0, -1).sort(), ["t 0", "t 1", "u 2", "v 3"]);
  assert.is(topics.at(-1), "-");
  assert.is(bench.state.offsets.size, 0);
});

test.run();
