// LeaveGroup on groups in every state.

import type { ErrorName } from "@odradek/protocol/errors";
import { errorName } from "@odradek/protocol/errors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { GroupBench, TEST_GROUP } from "../../testing/group_bench.ts";
import type { ClassicState } from "../classic/group.ts";
import type { GroupReplies } from "../commands.ts";

const test = suite("decideLeaveGroup");

type Given = (bench: GroupBench) => readonly string[];
type Leaving = readonly { readonly memberId?: string; readonly instanceId?: string }[];

const stable: Given = (bench) => bench.stable({}, { instanceId: "i" });
const completing: Given = (bench) => bench.joined({}, {});
const preparing: Given = (bench) => {
  const ids = bench.stable({}, {});
  bench.join({ memberId: ids[0] ?? "" });
  return ids;
};
const promised: Given = (bench) => {
  const answer = bench.answer(bench.joinCommand({}));
  return [(answer?.body as GroupReplies["joinGroup"]).memberId];
};

/** Given; who leaves; what each hears; the state of the group afterwards. */
const table: readonly [
  string,
  Given,
  (ids: readonly string[]) => Leaving,
  readonly ErrorName[],
  ClassicState | "none",
][] = [
  ["no group", () => [], () => [{ memberId: "x" }], ["UNKNOWN_MEMBER_ID"], "none"],
  ["nobody of no group", () => [], () => [], [], "none"],
  ["nobody", stable, () => [], [], "Stable"],
  ["a stranger", stable, () => [{ memberId: "x" }], ["UNKNOWN_MEMBER_ID"], "Stable"],
  ["no name", stable, () => [{}], ["UNKNOWN_MEMBER_ID"], "Stable"],
  ["an unknown instance", stable, () => [{ instanceId: "j" }], ["UNKNOWN_MEMBER_ID"], "Stable"],
  ["the instance of another", stable, ([a = ""]) => [{ memberId: a, instanceId: "i" }],
    ["FENCED_INSTANCE_ID"], "Stable"],
  ["by instance", stable, () => [{ instanceId: "i" }], ["NONE"], "PreparingRebalance"],
  ["by both", stable, ([, b = ""]) => [{ memberId: b, instanceId: "i" }], ["NONE"],
    "PreparingRebalance"],
  ["a member", stable, ([a = ""]) => [{ memberId: a }], ["NONE"], "PreparingRebalance"],
  ["one of two", stable, ([a = ""]) => [{ memberId: "x" }, { memberId: a }],
    ["UNKNOWN_MEMBER_ID", "NONE"], "PreparingRebalance"],
  ["the same twice", stable, ([a = ""]) => [{ memberId: a }, { memberId: a }],
    ["NONE", "UNKNOWN_MEMBER_ID"], "PreparingRebalance"],
  ["all", stable, ([a = "", b = ""]) => [{ memberId: a }, { memberId: b }], ["NONE", "NONE"],
    "Empty"],
  ["before the sync", completing, ([a = ""]) => [{ memberId: a }], ["NONE"], "PreparingRebalance"],
  ["the one who is waited for", preparing, ([, b = ""]) => [{ memberId: b }], ["NONE"],
    "CompletingRebalance"],
  ["an id that was given out", promised, ([a = ""]) => [{ memberId: a }], ["NONE"], "Empty"],
];

for (const [name, given, leaving, expected, state] of table) {
  test(`decideLeaveGroup: ${name}`, () => {
    const bench = new GroupBench();
    const answer = bench.answer(bench.leaveCommand(...leaving(given(bench))));
    const { members = [] } = answer?.body as GroupReplies["leaveGroup"];
    assert.is(answer?.error, "NONE");
    assert.equal(members.map(({ errorCode }) => errorName(errorCode)), expected);
    assert.is(bench.state.groups.get(TEST_GROUP)?.state ?? "none", state);
  });
}

test("decideLeaveGroup lets go of calls that the member left behind", () => {
  const bench = new GroupBench();
  const [, b = ""] = bench.joined({}, {});
  const sync = bench.ask(bench.syncCommand({ memberId: b, generationId: 2 }));
  bench.ask(bench.leaveCommand({ memberId: b }));
  assert.is(bench.answers.get(sync)?.error, "UNKNOWN_MEMBER_ID");
  const { memberId, call } = bench.join({});
  bench.ask(bench.leaveCommand({ memberId }));
  assert.is(bench.answers.get(call)?.error, "UNKNOWN_MEMBER_ID");
});

test("decideLeaveGroup ends sessions: who has left is not missed", () => {
  const bench = new GroupBench();
  const [a = "", b = ""] = bench.stable({ sessionMs: 1000 }, { sessionMs: 60_000 });
  bench.ask(bench.leaveCommand({ memberId: a }));
  bench.join({ memberId: b, sessionMs: 60_000 });
  bench.syncAll([b]);
  bench.pass(10_000);
  assert.is(bench.group.state, "Stable");
});

test("decideLeaveGroup gives the lead to somebody who stays", () => {
  const bench = new GroupBench();
  const [a = "", b = ""] = bench.stable({}, {});
  bench.ask(bench.leaveCommand({ memberId: a }));
  const { call } = bench.join({ memberId: b });
  const body = bench.answers.get(call)?.body as GroupReplies["joinGroup"];
  assert.equal([body.leader, body.generationId], [b, 3]);
});

test.run();
