// SyncGroup on groups in every state.

import type { ErrorName } from "@odradek/protocol/errors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { GroupBench, TEST_GROUP, textOf, utf8 } from "../../testing/group_bench.ts";
import type { GroupReplies } from "../commands.ts";

const test = suite("decideSyncGroup");

type Given = (bench: GroupBench) => readonly string[];
type Sync = Parameters<GroupBench["syncCommand"]>[0];

const stable: Given = (bench) => bench.stable({}, {});
const completing: Given = (bench) => bench.joined({}, {});
const preparing: Given = (bench) => {
  const ids = bench.stable({}, {});
  bench.join({});
  return ids;
};
const empty: Given = (bench) => {
  const ids = bench.stable({});
  bench.ask(bench.leaveCommand({ memberId: ids[0] ?? "" }));
  return ids;
};

/** Both members joined twice: the generation is 2. */
const table: readonly [string, Given, (ids: readonly string[]) => Sync, ErrorName | "waits"][] = [
  ["no group", () => [], () => ({ memberId: "x", generationId: 1 }), "UNKNOWN_MEMBER_ID"],
  ["an empty group", empty, ([a = ""]) => ({ memberId: a, generationId: 2 }), "UNKNOWN_MEMBER_ID"],
  ["a stranger", stable, () => ({ memberId: "x", generationId: 2 }), "UNKNOWN_MEMBER_ID"],
  ["another generation", stable, ([a = ""]) => ({ memberId: a, generationId: 1 }),
    "ILLEGAL_GENERATION"],
  ["an instance that is none", stable,
    ([a = ""]) => ({ memberId: a, generationId: 2, groupInstanceId: "i" }), "UNKNOWN_MEMBER_ID"],
  ["another type", completing,
    ([a = ""]) => ({ memberId: a, generationId: 2, protocolType: "connect" }),
    "INCONSISTENT_GROUP_PROTOCOL"],
  ["another protocol", completing,
    ([a = ""]) => ({ memberId: a, generationId: 2, protocolName: "sticky" }),
    "INCONSISTENT_GROUP_PROTOCOL"],
  ["during a rebalance", preparing, ([a = ""]) => ({ memberId: a, generationId: 2 }),
    "REBALANCE_IN_PROGRESS"],
  ["a follower waits", completing, ([, b = ""]) => ({ memberId: b, generationId: 2 }), "waits"],
  ["the leader does not", completing, ([a = ""]) => ({ memberId: a, generationId: 2 }), "NONE"],
  ["anybody once more", stable, ([, b = ""]) => ({ memberId: b, generationId: 2 }), "NONE"],
];

for (const [name, given, sync, expected] of table) {
  test(`decideSyncGroup: ${name}`, () => {
    const bench = new GroupBench();
    const answer = bench.answer(bench.syncCommand(sync(given(bench))));
    assert.is(answer?.error ?? "waits", expected);
  });
}

function assignmentOf(bench: GroupBench, call: number): string {
  const body = bench.answers.get(call)?.body as GroupReplies["syncGroup"];
  return textOf(body.assignment);
}

test("decideSyncGroup hands everybody what the leader says, those whom it forgets nothing", () => {
  const bench = new GroupBench();
  const [a = "", b = "", c = ""] = bench.joined({}, {}, {});
  const { generation: generationId } = bench.group;
  const calls = [b, c].map((memberId) => bench.ask(bench.syncCommand({ memberId, generationId })));
  const assignments = [
    { memberId: a, assignment: utf8("to a") },
    { memberId: b, assignment: utf8("to b") },
    { memberId: "gone", assignment: utf8("to nobody") },
  ];
  const leader = bench.ask(bench.syncCommand({ memberId: a, generationId, assignments }));
  assert.equal([leader, ...calls].map((call) => assignmentOf(bench, call)), ["to a", "to b", ""]);
  assert.is(bench.group.state, "Stable");
});

test("decideSyncGroup writes the group down when it is stable, and only then", () => {
  const bench = new GroupBench();
  const [a = "", b = ""] = bench.joined({ rebalanceMs: 7000 }, { sessionMs: 8000 });
  assert.is(bench.log.length, 1);
  bench.nowMs += 5;
  bench.syncAll([b, a]);
  const record = bench.log[1];
  assert.is(bench.log.length, 2);
  assert.is(record?.version, 3);
  const member = {
    groupInstanceId: null,
    clientId: "client",
    clientHost: "/1.2.3.4",
    rebalanceTimeout: 5000,
    sessionTimeout: 10_000,
    subscription: utf8("r"),
  };
  assert.equal(record?.value, {
    protocolType: "consumer",
    generation: 2,
    protocol: "range",
    leader: a,
    currentStateTimestamp: BigInt(bench.nowMs),
    members: [
      { ...member, memberId: a, rebalanceTimeout: 7000, assignment: utf8(a) },
      { ...member, memberId: b, sessionTimeout: 8000, assignment: utf8(b) },
    ],
  });
});

test("decideSyncGroup answers the same again, whatever a leader says later", () => {
  const bench = new GroupBench();
  const [a = ""] = bench.stable({}, {});
  const assignments = [{ memberId: a, assignment: utf8("other") }];
  const call = bench.ask(bench.syncCommand({ memberId: a, generationId: 2, assignments }));
  assert.is(assignmentOf(bench, call), a);
});

test("decideSyncGroup drops members that do not come in time, and begins again", () => {
  const bench = new GroupBench();
  const [a = "", b = ""] = bench.joined({ sessionMs: 60_000 }, { sessionMs: 60_000 });
  bench.ask(bench.syncCommand({ memberId: a, generationId: 2 }));
  bench.pass(5000);
  assert.is(bench.state.groups.get(TEST_GROUP)?.state, "PreparingRebalance");
  assert.is(bench.answer(bench.heartbeatCommand(b, 2))?.error, "UNKNOWN_MEMBER_ID");
  assert.is(bench.answer(bench.heartbeatCommand(a, 2))?.error, "REBALANCE_IN_PROGRESS");
});

test("decideSyncGroup lets the waiting go if the leader does not come in time", () => {
  const bench = new GroupBench();
  const [, b = ""] = bench.joined({ sessionMs: 60_000 }, { sessionMs: 60_000 });
  const call = bench.ask(bench.syncCommand({ memberId: b, generationId: 2 }));
  bench.pass(5000);
  assert.is(bench.answers.get(call)?.error, "REBALANCE_IN_PROGRESS");
  assert.equal([...bench.group.members.keys()], [b]);
});

test("decideSyncGroup does not end the session of who waits for it", () => {
  const bench = new GroupBench();
  const [, b = ""] = bench.joined({ sessionMs: 60_000, rebalanceMs: 60_000 }, { sessionMs: 1000 });
  const call = bench.ask(bench.syncCommand({ memberId: b, generationId: 2 }));
  bench.pass(10_000);
  assert.is(bench.answers.get(call), undefined);
  assert.ok(bench.group.members.has(b));
});

test.run();
