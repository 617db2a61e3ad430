// What a controller does about its own vote, by the voters that it knows.

import { nodeId, type Uuid, ZERO_UUID } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { type Logger, RareLines } from "@odradek/network";
import { Refusal } from "@odradek/protocol/refusal";
import { type Voter, VoterSet } from "@odradek/raft";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { keepOwnVote, ownVoteStep } from "./own_vote.ts";

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

test("keepOwnVote tells once in a while why it does not vote, until it does", async () => {
  const clock = new SimulatedClock();
  const told: string[] = [];
  const write = (level: string) => (_: object, text: string): void =>
    void told.push(`${level} ${text}`);
  const logger = { info: write("info"), warn: write("warn") } as unknown as Logger;
  const stopping = new AbortController();
  let why: Error | undefined = new Refusal("REQUEST_TIMED_OUT", "it is lagging behind");
  let voters = new VoterSet([voter(1)]);
  const kept = keepOwnVote({
    self: SELF,
    joins: true,
    voters: () => voters,
    take: () => {
      if (why !== undefined) return Promise.reject(why);
      voters = new VoterSet([voter(1), SELF]);
      return Promise.resolve();
    },
    clock,
    lines: new RareLines(clock, logger),
    signal: stopping.signal,
  });
  const undone = "This controller is not among the voters yet, it tries again every 1 s: ";
  await clock.runUntil(10_500);
  why = new Refusal("INVALID_REQUEST", "no such endpoint");
  await clock.runUntil(12_500);
  assert.equal(told, [
    `info ${undone}it is lagging behind`,
    `info ${undone}it is lagging behind (and 9 more since the last such line)`,
    `warn ${undone}no such endpoint`,
  ]);
  why = undefined;
  await clock.runUntil(60_000);
  assert.is(told.length, 3);
  assert.ok(voters.has(SELF));
  stopping.abort();
  await kept;
});

test.run();
