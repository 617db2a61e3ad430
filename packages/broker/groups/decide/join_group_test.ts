// JoinGroup on groups in every state: tables of what is answered, and what becomes of the group.

import type { ErrorName } from "@odradek/protocol/errors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { GroupBench, type Joining, TEST_GROUP, textOf } from "../../testing/group_bench.ts";
import type { ClassicState } from "../classic/group.ts";
import type { GroupReplies } from "../commands.ts";

const test = suite("decideJoinGroup");

type Joined = GroupReplies["joinGroup"];

function bodyOf(bench: GroupBench, call: number): Joined {
  return bench.answers.get(call)?.body as Joined;
}

type Given = (bench: GroupBench) => readonly string[];

const nobody: Given = () => [];
const empty: Given = (bench) => {
  const ids = bench.stable({});
  bench.ask(bench.leaveCommand({ memberId: ids[0] ?? "" }));
  return ids;
};
const stable: Given = (bench) => bench.stable({}, {});
const completing: Given = (bench) => bench.joined({}, {});
const preparing: Given = (bench) => {
  const ids = bench.stable({}, {});
  bench.join({});
  return ids;
};

/** Given; who joins; what is answered ("waits": nothing yet); the state of the group afterwards. */
const table: readonly [
  string,
  Given,
  (ids: readonly string[]) => Joining,
  ErrorName | "waits",
  ClassicState | "none",
][] = [
  ["a newcomer gets an id first", nobody, () => ({}), "MEMBER_ID_REQUIRED", "Empty"],
  ["an old newcomer joins", nobody, () => ({ version: 3 }), "waits", "PreparingRebalance"],
  ["a static one joins", nobody, () => ({ instanceId: "i" }), "waits", "PreparingRebalance"],
  ["nobody has this id", nobody, () => ({ memberId: "x" }), "UNKNOWN_MEMBER_ID", "none"],
  ["no protocols", nobody, () => ({ protocols: {} }), "INCONSISTENT_GROUP_PROTOCOL", "Empty"],
  ["no type", nobody, () => ({ protocolType: "" }), "INCONSISTENT_GROUP_PROTOCOL", "Empty"],
  ["any type may join an empty group", empty, () => ({ protocolType: "connect", version: 3 }),
    "waits", "PreparingRebalance"],
  ["a member that has left", empty, ([a = ""]) => ({ memberId: a }), "UNKNOWN_MEMBER_ID", "Empty"],
  ["another type", stable, () => ({ protocolType: "connect" }), "INCONSISTENT_GROUP_PROTOCOL",
    "Stable"],
  ["no protocol in common", stable, () => ({ protocols: { other: "" } }),
    "INCONSISTENT_GROUP_PROTOCOL", "Stable"],
  ["a newcomer in a stable group", stable, () => ({ version: 3 }), "waits", "PreparingRebalance"],
  ["an id alone changes nothing", stable, () => ({}), "MEMBER_ID_REQUIRED", "Stable"],
  ["a follower that says the same", stable, ([, b = ""]) => ({ memberId: b }), "NONE", "Stable"],
  ["a follower that says something else", stable,
    ([, b = ""]) => ({ memberId: b, protocols: { range: "new" } }), "waits", "PreparingRebalance"],
  ["the leader", stable, ([a = ""]) => ({ memberId: a }), "waits", "PreparingRebalance"],
  ["a stranger", stable, () => ({ memberId: "x" }), "UNKNOWN_MEMBER_ID", "Stable"],
  ["an instance that is none", stable, ([a = ""]) => ({ memberId: a, instanceId: "i" }),
    "UNKNOWN_MEMBER_ID", "Stable"],
  ["the same before the sync", completing, ([, b = ""]) => ({ memberId: b }), "NONE",
    "CompletingRebalance"],
  ["something else before the sync", completing,
    ([, b = ""]) => ({ memberId: b, protocols: { range: "new" } }), "waits", "PreparingRebalance"],
  ["a newcomer before the sync", completing, () => ({ version: 3 }), "waits",
    "PreparingRebalance"],
  ["one of those who are waited for", preparing, ([a = ""]) => ({ memberId: a }), "waits",
    "PreparingRebalance"],
];

for (const [name, given, joining, expected, state] of table) {
  test(`decideJoinGroup: ${name}`, () => {
    const bench = new GroupBench();
    const command = bench.joinCommand(joining(given(bench)));
    const answer = bench.answer(command);
    assert.is(answer?.error ?? "waits", expected);
    assert.is(bench.state.groups.get(TEST_GROUP)?.state ?? "none", state);
  });
}

test("decideJoinGroup names members by client or instance, and a uuid", () => {
  const bench = new GroupBench();
  assert.is(bench.join({}).memberId, "client-1");
  assert.is(bench.join({ instanceId: "i" }).memberId, "i-3");
});

test("decideJoinGroup writes down a new group before anybody is in it", () => {
  const bench = new GroupBench();
  bench.ask(bench.joinCommand({}));
  const [record] = bench.log;
  assert.is(bench.log.length, 1);
  assert.is(record?.type, "GroupMetadata");
  assert.equal(record?.value, {
    protocolType: "",
    generation: 0,
    protocol: null,
    leader: null,
    currentStateTimestamp: BigInt(bench.nowMs),
    members: [],
  });
});

test("decideJoinGroup answers all at once, and tells the leader alone who they are", () => {
  const bench = new GroupBench();
  const first = bench.join({ protocols: { range: "1" } });
  const second = bench.join({ protocols: { range: "2" } });
  assert.is(bodyOf(bench, second.call), undefined);
  bench.pass(0);
  const [leader, follower] = [bodyOf(bench, first.call), bodyOf(bench, second.call)];
  const common = {
    errorCode: 0,
    generationId: 1,
    protocolType: "consumer",
    protocolName: "range",
    leader: first.memberId,
  };
  assert.equal({ ...follower }, { ...common, memberId: second.memberId, members: [] });
  assert.equal(leader?.members.map(({ memberId, metadata }) => [memberId, textOf(metadata)]), [
    [first.memberId, "1"],
    [second.memberId, "2"],
  ]);
});

test("decideJoinGroup waits for newcomers as long as they come, at most a rebalance's time", () => {
  const bench = new GroupBench({ initialRebalanceDelayMs: 1000 });
  const { call } = bench.join({ rebalanceMs: 2500 });
  bench.pass(900);
  bench.join({ rebalanceMs: 2500 });
  bench.pass(200);
  assert.is(bodyOf(bench, call), undefined);
  bench.pass(800);
  bench.join({ rebalanceMs: 2500 });
  bench.pass(200);
  assert.is(bodyOf(bench, call), undefined);
  bench.join({ rebalanceMs: 2500 });
  bench.pass(400);
  assert.is(bodyOf(bench, call)?.generationId, 1);
  assert.is(bench.group.members.size, 4);
});

test("decideJoinGroup does not wait longer than the delay if nobody else comes", () => {
  const bench = new GroupBench({ initialRebalanceDelayMs: 1000 });
  const { call } = bench.join({});
  bench.pass(999);
  assert.is(bodyOf(bench, call), undefined);
  bench.pass(1);
  assert.is(bodyOf(bench, call)?.generationId, 1);
});

test("decideJoinGroup waits for ids that were given out", () => {
  const bench = new GroupBench();
  const [a = ""] = bench.stable({});
  const id = (bench.answer(bench.joinCommand({}))?.body as Joined).memberId;
  const { call } = bench.join({ memberId: a });
  assert.is(bodyOf(bench, call), undefined);
  bench.join({ memberId: id });
  assert.is(bodyOf(bench, call)?.generationId, 2);
});

test("decideJoinGroup lets ids go that do not come back within the session", () => {
  const bench = new GroupBench();
  const [a = ""] = bench.stable({ sessionMs: 20_000 });
  bench.ask(bench.joinCommand({ sessionMs: 1000 }));
  const { call } = bench.join({ memberId: a });
  bench.pass(1000);
  assert.is(bodyOf(bench, call)?.generationId, 2);
  assert.is(bench.group.members.size, 1);
});

test("decideJoinGroup drops dynamic members that do not come in time", () => {
  const bench = new GroupBench();
  const [a = "", b = ""] = bench.stable({ rebalanceMs: 3000 }, {});
  const { call } = bench.join({ memberId: b, protocols: { range: "new" } });
  bench.pass(5000);
  assert.is(bodyOf(bench, call)?.leader, b);
  assert.equal([...bench.group.members.keys()], [b]);
  assert.is(bench.answer(bench.heartbeatCommand(a, 2))?.error, "UNKNOWN_MEMBER_ID");
});

test("decideJoinGroup waits on if only static members are left and none has come", () => {
  const bench = new GroupBench();
  const [a = ""] = bench.stable({ instanceId: "one", sessionMs: 60_000 }, {
    instanceId: "two",
    sessionMs: 60_000,
  });
  bench.ask(bench.leaveCommand({ instanceId: "two" }));
  assert.is(bench.group.state, "PreparingRebalance");
  bench.pass(30_000);
  assert.is(bench.group.state, "PreparingRebalance");
  bench.join({ memberId: a, instanceId: "one" });
  assert.is(bench.group.state, "CompletingRebalance");
});

test("decideJoinGroup keeps static members that do not come in time", () => {
  const bench = new GroupBench();
  const ids = bench.stable({ instanceId: "one", sessionMs: 60_000 }, { sessionMs: 60_000 });
  bench.join({ memberId: ids[1] ?? "", protocols: { range: "new" } });
  bench.pass(5000);
  assert.equal([...bench.group.members.keys()].sort(), [...ids].sort());
  assert.is(bench.group.leader, ids[1]);
});

test("decideJoinGroup chooses the protocol with most votes among those that all support", () => {
  const votes: readonly [readonly Joining[], string][] = [
    [[{ protocols: { x: "", y: "" } }, { protocols: { z: "", y: "" } }], "y"],
    [[
      { protocols: { x: "", y: "" } },
      { protocols: { y: "", x: "" } },
      { protocols: { y: "", x: "" } },
    ], "y"],
    [[{ protocols: { x: "", y: "" } }, { protocols: { x: "", y: "" } }], "x"],
  ];
  for (const [members, chosen] of votes) {
    const bench = new GroupBench();
    bench.joined(...members);
    assert.is(bench.group.protocol, chosen);
  }
});

test("decideJoinGroup refuses more members than may be", () => {
  const bench = new GroupBench({ membersMax: 2 });
  const [a = ""] = bench.stable({}, {});
  const refused = bench.answer(bench.joinCommand({}));
  assert.is(refused?.error, "GROUP_MAX_SIZE_REACHED");
  assert.is((refused?.body as Joined).memberId, "");
  assert.is(bench.group.state, "Stable");
  // The leader's rebalance has no room for anybody else either.
  bench.join({ memberId: a });
  bench.join({ memberId: [...bench.group.members.keys()][1] ?? "" });
  assert.is(bench.group.state, "CompletingRebalance");
  assert.is(bench.answer(bench.joinCommand({ version: 3 }))?.error, "GROUP_MAX_SIZE_REACHED");
});

test("decideJoinGroup lets go of who comes last if a group has become too large", () => {
  const bench = new GroupBench();
  const ids = bench.stable({}, {}, {});
  const small = new GroupBench({ membersMax: 2 }, bench.state);
  small.ask({ type: "resume", groupId: TEST_GROUP });
  assert.is(small.group.state, "PreparingRebalance");
  small.join({ memberId: ids[0] ?? "" });
  small.join({ memberId: ids[1] ?? "" });
  const last = small.answer(small.joinCommand({ memberId: ids[2] ?? "" }));
  assert.is(last?.error, "GROUP_MAX_SIZE_REACHED");
  assert.is(small.group.members.size, 2);
});

test("decideJoinGroup lets go of the first call if a member asks again", () => {
  const bench = new GroupBench();
  const [, b = ""] = bench.stable({}, {});
  const first = bench.join({ memberId: b, protocols: { range: "new" } });
  const second = bench.join({ memberId: b, protocols: { range: "new" } });
  assert.is(bench.answers.get(first.call)?.error, "REBALANCE_IN_PROGRESS");
  assert.is(bench.answers.get(second.call), undefined);
});

test("decideJoinGroup lets a newcomer's call end after five minutes", () => {
  const bench = new GroupBench();
  const ids = bench.stable({ sessionMs: 1_000_000, rebalanceMs: 1_000_000 });
  const { call } = bench.join({ sessionMs: 1000 });
  bench.pass(299_999);
  assert.is(bench.answers.get(call), undefined);
  bench.pass(1);
  assert.is(bench.answers.get(call)?.error, "UNKNOWN_MEMBER_ID");
  assert.equal([...bench.group.members.keys()], ids);
});

// Static members.

test("decideJoinGroup gives a static member that comes back its place, under another id", () => {
  const bench = new GroupBench();
  const [a = "", b = ""] = bench.stable({ instanceId: "one" }, { instanceId: "two" });
  const { memberId, call } = bench.join({ instanceId: "two", version: 5 });
  assert.is.not(memberId, b);
  const body = bodyOf(bench, call);
  assert.equal([body.errorCode, body.generationId, body.leader], [0, 2, a]);
  assert.is(bench.group.state, "Stable");
  assert.is(textOf(bench.group.members.get(memberId)?.assignment ?? new Uint8Array()), b);
  const old = bench.heartbeatCommand(b, 2, "two");
  assert.is(bench.answer(old)?.error, "FENCED_INSTANCE_ID");
  assert.is(bench.answer(bench.heartbeatCommand(memberId, 2, "two"))?.error, "NONE");
});

test("decideJoinGroup keeps a leader that comes back from assigning again", () => {
  const bench = new GroupBench();
  const [a = ""] = bench.stable({ instanceId: "one" }, { instanceId: "two" });
  const old = bodyOf(bench, bench.join({ instanceId: "one", version: 8 }).call);
  assert.equal([old.leader, old.members, old.skipAssignment], [a, [], undefined]);
  const { memberId, call } = bench.join({ instanceId: "one", version: 9 });
  const body = bodyOf(bench, call);
  assert.equal([body.leader, body.members.length, body.skipAssignment], [memberId, 2, true]);
  const follower = bodyOf(bench, bench.join({ instanceId: "two", version: 9 }).call);
  assert.equal([follower.leader, follower.skipAssignment], [memberId, false]);
});

test("decideJoinGroup rebalances if the one who comes back changes the choice", () => {
  const bench = new GroupBench();
  bench.stable({ instanceId: "one", protocols: { x: "", y: "" } }, {
    instanceId: "two",
    protocols: { x: "", y: "" },
  });
  bench.join({ instanceId: "two", protocols: { y: "" } });
  assert.is(bench.group.state, "PreparingRebalance");
});

test("decideJoinGroup rebalances if a static member comes back between join and sync", () => {
  const bench = new GroupBench();
  const [, b = ""] = bench.joined({ instanceId: "one" }, { instanceId: "two" });
  const { generation } = bench.group;
  const sync = bench.ask(bench.syncCommand({ memberId: b, generationId: generation }));
  bench.join({ instanceId: "one" });
  assert.is(bench.answers.get(sync)?.error, "REBALANCE_IN_PROGRESS");
  assert.is(bench.group.state, "PreparingRebalance");
});

test("decideJoinGroup fences whoever still waits under the old id", () => {
  const bench = new GroupBench();
  const [a = "", b = ""] = bench.joined({ instanceId: "one" }, { instanceId: "two" });
  const { generation } = bench.group;
  const sync = bench.ask(bench.syncCommand({ memberId: b, generationId: generation }));
  bench.join({ instanceId: "two" });
  assert.is(bench.answers.get(sync)?.error, "FENCED_INSTANCE_ID");
  const join = bench.ask(bench.joinCommand({ instanceId: "two", memberId: "" }));
  bench.join({ instanceId: "two" });
  assert.is(bench.answers.get(join)?.error, "FENCED_INSTANCE_ID");
  assert.is(bench.group.state, "PreparingRebalance");
  bench.join({ memberId: a, instanceId: "one" });
  assert.is(bench.group.state, "CompletingRebalance");
});

test.run();
