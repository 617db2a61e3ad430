// What is done for groups without being asked: sessions after loading, expiry, deleted topics.

import { ConsumerProtocolSubscription } from "@odradek/protocol/schemas/group/mod";
import { encodeVersioned } from "@odradek/protocol/schemas/versioned";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { GroupBench, type Joining, LIMITS, TEST_GROUP, textOf } from "../../testing/group_bench.ts";
import { testUuid } from "../../testing/images.ts";
import { applyGroupRecord } from "../apply.ts";
import type { GroupChore } from "../commands.ts";
import { offsetRecord } from "../records.ts";

const test = suite("decideResume, decideExpire, decideForgetTopics");

const EXPIRE: GroupChore = { type: "expire", groupId: TEST_GROUP };

interface Commit {
  readonly topic?: string;
  readonly memberId?: string;
  readonly generation?: number;
  readonly retentionMs?: bigint;
}

function commit(bench: GroupBench, { topic = "t", memberId = "", ...rest }: Commit = {}): void {
  const answer = bench.answer({
    type: "commitOffsets",
    groupId: TEST_GROUP,
    memberId,
    instanceId: null,
    generation: rest.generation ?? -1,
    retentionMs: rest.retentionMs ?? -1n,
    version: 4,
    offsets: [{
      topic,
      topicId: testUuid(7),
      partition: 0,
      offset: 5n,
      leaderEpoch: -1,
      metadata: "",
    }],
  });
  assert.is(answer?.error, "NONE");
}

function reading(topic: string): Joining {
  const draft = { topics: [topic], userData: new Uint8Array(0) };
  const range = textOf(encodeVersioned(ConsumerProtocolSubscription, draft, 0));
  return { protocols: { range }, sessionMs: 1_000_000 };
}

type Given = (bench: GroupBench) => void;

const old = LIMITS.retentionMs;

/** Retention is 1000 ms. What is left after expiry: keys of offsets, and whether the group is. */
const table: readonly [string, Given, readonly string[], boolean][] = [
  ["nothing", () => undefined, [], false],
  ["simple, young", (bench) => (commit(bench), bench.pass(old - 1)), ["t 0"], true],
  ["simple, old", (bench) => (commit(bench), bench.pass(old)), [], false],
  ["simple, one of two", (bench) => {
    commit(bench);
    bench.pass(old);
    commit(bench, { topic: "u" });
  }, ["u 0"], true],
  ["as its client has said, old", (bench) => {
    commit(bench, { retentionMs: 10n });
    bench.pass(10);
  }, [], false],
  ["as its client has said, young", (bench) => {
    commit(bench, { retentionMs: 5000n });
    bench.pass(4999);
  }, ["t 0"], true],
  ["Empty: since the last member left", (bench) => {
    const [a = ""] = bench.stable({ sessionMs: 1_000_000 });
    commit(bench, { memberId: a, generation: 1 });
    bench.pass(5000);
    bench.ask(bench.leaveCommand({ memberId: a }));
    bench.pass(old - 1);
  }, ["t 0"], true],
  ["Empty for long", (bench) => {
    const [a = ""] = bench.stable({});
    commit(bench, { memberId: a, generation: 1 });
    bench.ask(bench.leaveCommand({ memberId: a }));
    bench.pass(old);
  }, [], false],
  ["Empty without offsets", (bench) => {
    const [a = ""] = bench.stable({});
    bench.ask(bench.leaveCommand({ memberId: a }));
  }, [], false],
  ["Empty, but an id was given out", (bench) => void bench.ask(bench.joinCommand({})), [], true],
  ["Stable: what nobody reads", (bench) => {
    const [a = ""] = bench.stable(reading("t"));
    commit(bench, { memberId: a, generation: 1 });
    commit(bench, { memberId: a, generation: 1, topic: "u" });
    bench.pass(old);
  }, ["t 0"], true],
  ["Stable, not understood", (bench) => {
    const [a = ""] = bench.stable({ sessionMs: 1_000_000 });
    commit(bench, { memberId: a, generation: 1 });
    bench.pass(old);
  }, ["t 0"], true],
  ["Stable, of another kind", (bench) => {
    const [a = ""] = bench.stable({ protocolType: "connect", sessionMs: 1_000_000 });
    commit(bench, { memberId: a, generation: 1 });
    bench.pass(old);
  }, ["t 0"], true],
  ["rebalancing", (bench) => {
    const [a = ""] = bench.stable(reading("t"));
    commit(bench, { memberId: a, generation: 1, topic: "u" });
    bench.pass(old);
    bench.join(reading("t"));
  }, ["u 0"], true],
];

for (const [name, given, rest, isLeft] of table) {
  test(`decideExpire: ${name}`, () => {
    const bench = new GroupBench();
    given(bench);
    bench.ask(EXPIRE);
    assert.equal(bench.committed, rest);
    assert.is(bench.state.groups.has(TEST_GROUP), isLeft);
  });
}

test("decideExpire spares what a transaction is about to change, and its group", () => {
  const bench = new GroupBench();
  commit(bench);
  const draft = {
    topic: "t",
    topicId: testUuid(7),
    partition: 0,
    offset: 1n,
    leaderEpoch: -1,
    metadata: "",
    committedMs: 0,
    expiresMs: -1n,
  };
  const place = { offset: 9, producerId: 4 };
  bench.state = applyGroupRecord(bench.state, offsetRecord(TEST_GROUP, draft), place);
  bench.pass(old);
  bench.ask(EXPIRE);
  assert.ok(bench.state.offsets.get(TEST_GROUP)?.committed.has({ topic: "t", partition: 0 }));
  assert.ok(bench.state.groups.has(TEST_GROUP));
});

test("decideExpire ends with a tombstone of the group", () => {
  const bench = new GroupBench();
  commit(bench);
  bench.pass(old);
  bench.ask(EXPIRE);
  assert.equal(bench.log.slice(1).map(({ type, value }) => [type, value]), [
    ["OffsetCommit", null],
    ["GroupMetadata", null],
  ]);
});

test("decideForgetTopics deletes the offsets of these topics, and no others", () => {
  const bench = new GroupBench();
  commit(bench);
  commit(bench, { topic: "u" });
  const topics = [{ id: testUuid(7), name: "t" }];
  bench.ask({ type: "forgetTopics", groupId: TEST_GROUP, topics });
  assert.equal(bench.committed, ["u 0"]);
  assert.is(bench.log.at(-1)?.value, null);
});

test("decideForgetTopics spares offsets of a new topic of that name", () => {
  const bench = new GroupBench();
  commit(bench);
  const topics = [{ id: testUuid(8), name: "t" }];
  bench.ask({ type: "forgetTopics", groupId: TEST_GROUP, topics });
  assert.ok(bench.state.offsets.get(TEST_GROUP)?.committed.has({ topic: "t", partition: 0 }));
});

test("decideResume gives every member a whole session", () => {
  const bench = new GroupBench();
  const [a = "", b = ""] = bench.stable({ sessionMs: 1000 }, { sessionMs: 5000 });
  const again = new GroupBench({}, bench.replayed());
  again.ask({ type: "resume", groupId: TEST_GROUP });
  again.pass(999);
  assert.is(again.group.state, "Stable");
  assert.is(again.answer(again.heartbeatCommand(b, 2))?.error, "NONE");
  again.pass(1);
  assert.equal([...again.group.members.keys()], [b]);
  assert.is(again.answer(again.heartbeatCommand(a, 2))?.error, "UNKNOWN_MEMBER_ID");
});

test("decideResume lets a generation go on where it was", () => {
  const bench = new GroupBench();
  const [a = "", b = ""] = bench.stable({}, {});
  const again = new GroupBench({}, bench.replayed());
  again.ask({ type: "resume", groupId: TEST_GROUP });
  const sync = again.answer(again.syncCommand({ memberId: b, generationId: 2 }));
  assert.is(textOf((sync?.body as { assignment: Uint8Array }).assignment), b);
  assert.is(again.answer(again.heartbeatCommand(a, 2))?.error, "NONE");
  const followers = again.join({ memberId: b });
  assert.is(again.answers.get(followers.call)?.error, "NONE");
});

test.run();
