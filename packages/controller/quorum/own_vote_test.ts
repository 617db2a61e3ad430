// What a controller does about its own vote, by the voters that it knows.

import { nodeId, type Uuid, ZERO_UUID } from "@odradek/base";
import { type Voter, VoterSet } from "@odradek/raft";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ownVoteStep } from "./own_vote.ts";

const test = suite("own_vote");
const [HERE, BEFORE] = ["AAAAAAAAQACAAAAAAAAACA" as Uuid, "AAAAAAAAQACAAAAAAAAADA" as Uuid];

function voter(id: number, more: Partial<Voter> = {}): Voter {
  return {
    id: nodeId(id),
    directoryId: HERE,
    endpoints: [{ name: "CONTROLLER", host: "127.0.0.1", port: 9000 + id }],
    kraftVersions: { min: 0, max: 1 },
    ...more,
  };
}

const SELF = voter(2);
const ELSEWHERE = voter(2, { endpoints: [{ name: "CONTROLLER", host: "other", port: 1 }] });
const CASES: [string, readonly Voter[], boolean, string][] = [
  ["who votes as it is", [voter(1), SELF], true, "nothing"],
  ["who listens elsewhere", [voter(1), ELSEWHERE], false, "update"],
  ["who speaks more", [voter(2, { kraftVersions: { min: 0, max: 0 } })], false, "update"],
  ["who does not vote", [voter(1)], false, "nothing"],
  ["who does not vote, and is to", [voter(1)], true, "join"],
  ["who has another directory", [voter(1), voter(2, { directoryId: BEFORE })], false, "nothing"],
  ["who has another directory, and is to vote", [voter(2, { directoryId: BEFORE })], true, "leave"],
  ["who knows no voters", [], true, "nothing"],
  ["who is one of a list", [voter(2, { directoryId: ZERO_UUID, endpoints: [] })], true, "nothing"],
];

for (const [name, voters, joins, expected] of CASES) {
  test(`ownVoteStep for one ${name}: ${expected}`, () => {
    const step = ownVoteStep(new VoterSet(voters), { self: SELF, joins });
    assert.is(step.is, expected);
    if (step.is === "leave") assert.is(step.voter.directoryId, BEFORE);
    else if (step.is !== "nothing") assert.is(step.voter, SELF);
  });
}

test.run();
