// Heartbeat on groups in every state, and the sessions that it prolongs.

import type { ErrorName } from "@odradek/protocol/errors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { GroupBench, TEST_GROUP } from "../../testing/group_bench.ts";

const test = suite("decideHeartbeat");

type Given = (bench: GroupBench) => readonly string[];
type Beat = readonly [memberId: string, generation: number, instanceId?: string];

const stable: Given = (bench) => bench.stable({}, { instanceId: "i" });
const completing: Given = (bench) => bench.joined({}, {});
const preparing: Given = (bench) => {
  const ids = bench.stable({}, {});
  bench.join({});
  return ids;
};

const table: readonly [string, Given, (ids: readonly string[]) => Beat, ErrorName][] = [
  ["no group", () => [], () => ["x", 1], "UNKNOWN_MEMBER_ID"],
  ["a stranger", stable, () => ["x", 2], "UNKNOWN_MEMBER_ID"],
  ["nobody", stable, () => ["", 2], "UNKNOWN_MEMBER_ID"],
  ["another generation", stable, ([a = ""]) => [a, 1], "ILLEGAL_GENERATION"],
  ["an unknown instance", stable, ([, b = ""]) => [b, 2, "j"], "UNKNOWN_MEMBER_ID"],
  ["the instance of another", stable, ([a = ""]) => [a, 2, "i"], "FENCED_INSTANCE_ID"],
  ["its own instance", stable, ([, b = ""]) => [b, 2, "i"], "NONE"],
  ["stable", stable, ([a = ""]) => [a, 2], "NONE"],
  ["before the sync", completing, ([a = ""]) => [a, 2], "NONE"],
  ["to join again", preparing, ([a = ""]) => [a, 2], "REBALANCE_IN_PROGRESS"],
];

for (const [name, given, beat, expected] of table) {
  test(`decideHeartbeat: ${name}`, () => {
    const bench = new GroupBench();
    const answer = bench.answer(bench.heartbeatCommand(...beat(given(bench))));
    assert.is(answer?.error, expected);
  });
}

test("decideHeartbeat: an id that was given out is no member yet", () => {
  const bench = new GroupBench();
  const promised = bench.answer(bench.joinCommand({}))?.body as { readonly memberId: string };
  const answer = bench.answer(bench.heartbeatCommand(promised.memberId, -1));
  assert.is(answer?.error, "UNKNOWN_MEMBER_ID");
});

test("decideHeartbeat keeps a session alive, also while others are waited for", () => {
  const bench = new GroupBench();
  const [a = ""] = bench.stable({ sessionMs: 1000, rebalanceMs: 60_000 }, { sessionMs: 60_000 });
  for (let i = 0; i < 5; i++) {
    bench.pass(900);
    assert.is(bench.answer(bench.heartbeatCommand(a, 2))?.error, "NONE");
  }
  bench.join({});
  for (let i = 0; i < 5; i++) {
    bench.pass(900);
    assert.is(bench.answer(bench.heartbeatCommand(a, 2))?.error, "REBALANCE_IN_PROGRESS");
  }
});

test("decideHeartbeat: silence ends the session, and the others begin again", () => {
  const bench = new GroupBench();
  const [a = "", b = ""] = bench.stable({ sessionMs: 1000 }, { sessionMs: 60_000 });
  bench.pass(999);
  assert.ok(bench.group.members.has(a));
  bench.pass(1);
  assert.equal([...bench.group.members.keys()], [b]);
  assert.is(bench.group.state, "PreparingRebalance");
});

test("decideHeartbeat: a group whose last member is silent is empty, and written down so", () => {
  const bench = new GroupBench();
  bench.stable({ sessionMs: 1000 });
  bench.pass(1000);
  assert.is(bench.state.groups.get(TEST_GROUP)?.state, "Empty");
  const { type, value } = bench.log.at(-1) ?? {};
  assert.is(type, "GroupMetadata");
  assert.equal(value, {
    protocolType: "consumer",
    generation: 2,
    protocol: null,
    leader: null,
    currentStateTimestamp: BigInt(bench.nowMs),
    members: [],
  });
});

test.run();
