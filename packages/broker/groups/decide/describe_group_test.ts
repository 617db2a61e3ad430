// DescribeGroups and ListGroups: groups in every state.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { GroupBench, TEST_GROUP, textOf } from "../../testing/group_bench.ts";
import { describeGroup, listGroups } from "./describe_group.ts";

const test = suite("describeGroup, listGroups");

type Given = (bench: GroupBench) => readonly string[];

const empty: Given = (bench) => {
  const ids = bench.stable({});
  bench.ask(bench.leaveCommand({ memberId: ids[0] ?? "" }));
  return [];
};
const preparing: Given = (bench) => {
  const ids = bench.stable({}, {});
  bench.join({ memberId: ids[0] ?? "" });
  return ids;
};

/** State, protocol type and protocol; of each member what it said, and its assignment. */
const table: readonly [string, Given, readonly string[], readonly (readonly string[])[]][] = [
  ["none", () => [], ["Dead", "", ""], []],
  ["empty", empty, ["Empty", "consumer", ""], []],
  ["waiting for its first", (bench) => [bench.join({}).memberId], [
    "PreparingRebalance",
    "consumer",
    "",
  ], [["", ""]]],
  ["joining", preparing, ["PreparingRebalance", "consumer", ""], [["", "client-1"], [
    "",
    "client-3",
  ]]],
  ["syncing", (bench) => bench.joined({}), ["CompletingRebalance", "consumer", ""], [["", ""]]],
  ["stable", (bench) => bench.stable({}), ["Stable", "consumer", "range"], [["r", "client-1"]]],
];

for (const [name, given, expected, members] of table) {
  test(`describeGroup: ${name}`, () => {
    const bench = new GroupBench();
    const ids = given(bench);
    const group = describeGroup(bench.state, { type: "describeGroup", groupId: TEST_GROUP });
    assert.equal([group.groupState, group.protocolType, group.protocolData], expected);
    assert.is(group.errorCode, 0);
    assert.equal(
      group.members.map((one) => [textOf(one.memberMetadata), textOf(one.memberAssignment)]),
      members,
    );
    for (const [i, { memberId, clientId, clientHost }] of group.members.entries()) {
      assert.equal([memberId, clientId, clientHost], [ids[i], "client", "/1.2.3.4"]);
    }
  });
}

const filters: readonly [readonly string[], readonly string[], boolean][] = [
  [[], [], true],
  [["stable"], [], true],
  [["empty"], [], false],
  [["empty", "stable"], ["classic"], true],
  [[], ["consumer"], false],
  [["nonsense"], [], false],
];

for (const [states, types, isListed] of filters) {
  test(`listGroups of [${states}] and [${types}]`, () => {
    const bench = new GroupBench();
    bench.stable({});
    const { groups } = listGroups(bench.state, { type: "listGroups", states, types });
    const group = {
      groupId: TEST_GROUP,
      protocolType: "consumer",
      groupState: "Stable",
      groupType: "classic",
    };
    assert.equal(groups, isListed ? [group] : []);
  });
}

test.run();
