// Which changes of quorum-state must reach the disk.

import { epoch, NO_NODE, nodeId, type Uuid, ZERO_UUID } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { mustPersist, NEW_QUORUM_STATE, type QuorumState } from "./quorum_state.ts";

const test = suite("quorum state");

const one = { id: nodeId(1), directoryId: ZERO_UUID };
const two = { id: nodeId(2), directoryId: ZERO_UUID };
const elsewhere = { id: nodeId(1), directoryId: "AAAAAAAAAAAAAAAAAAAAAQ" as Uuid };

const led: QuorumState = { epoch: epoch(5), votedFor: one, leaderId: one.id };

test("mustPersist lets only the leader be forgotten", () => {
  const table: [what: string, before: QuorumState, after: QuorumState, expected: boolean][] = [
    ["nothing changed", led, { ...led, votedFor: { ...one } }, false],
    ["nothing changed, no vote", NEW_QUORUM_STATE, { ...NEW_QUORUM_STATE }, false],
    ["a new epoch", led, { ...led, epoch: epoch(6) }, true],
    ["a first vote", { ...led, votedFor: undefined }, led, true],
    ["a vote for another node", led, { ...led, votedFor: two }, true],
    ["a vote for another directory", led, { ...led, votedFor: elsewhere }, true],
    ["a vote of an epoch before", led, { ...led, votedFor: undefined }, true],
    ["a leader learned", { ...led, leaderId: NO_NODE }, led, true],
    ["another leader", { ...led, leaderId: two.id }, led, true],
    ["a leader forgotten", led, { ...led, leaderId: NO_NODE }, false],
  ];
  for (const [what, before, after, expected] of table) {
    assert.is(mustPersist(before, after), expected, what);
  }
});

test.run();
