// The parts of the roles that a quorum of one cannot show: with three voters one grant is not
// enough, and the high watermark follows the majority.

import { epoch, NO_NODE, nodeId, offset } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { LogView } from "../log_view.ts";
import type { State } from "../state.ts";
import { voter, votersOf } from "../testing/voter.ts";
import { Turn } from "../turn.ts";
import { enterCandidate } from "./candidate.ts";
import { enterLeader, leaderWritten } from "./leader.ts";
import { enterProspective } from "./prospective.ts";
import type { Candidate, Leader } from "./role.ts";
import { enterUnattached, unattachedElapsed } from "./unattached.ts";

const test = suite("raft roles");

/** One of three voters, in epoch 3, with ten records of which eight are durable. */
const before: State = {
  epoch: epoch(3),
  votedFor: voter(2),
  leaderId: nodeId(2),
  role: { name: "unattached" },
  voters: votersOf(1, 2, 3),
  log: new LogView({
    startOffset: offset(0),
    endOffset: offset(10),
    epochs: [{ epoch: epoch(3), startOffset: offset(0) }],
  }),
  durableEndOffset: offset(8),
  highWatermark: offset(5),
};

function turn(part: Partial<State> = {}, random = 0): Turn {
  const ports = { below: () => random, bytes: (length: number) => new Uint8Array(length) };
  const config = { electionTimeoutMs: 1000 };
  return new Turn({ self: voter(1), random: ports, config }, { ...before, ...part }, 500);
}

test("enterUnattached forgets the leader and keeps the vote", () => {
  const unattached = turn();
  assert.is(enterUnattached(unattached), undefined);
  assert.equal(unattached.state, { ...before, leaderId: NO_NODE });
  assert.equal(unattached.effects, [{ type: "became", role: "unattached", epoch: 3 }]);
});

test("unattachedElapsed does not campaign at once where others vote", () => {
  assert.is(unattachedElapsed(turn()), undefined);
  assert.is(unattachedElapsed(turn({ voters: votersOf(2) })), undefined);
  assert.equal(unattachedElapsed(turn({ voters: votersOf(1) })), { to: "prospective" });
});

test("enterProspective changes nothing but the role, and waits for a majority", () => {
  const prospective = turn();
  assert.is(enterProspective(prospective), undefined);
  const role = { name: "prospective", granted: new Set([nodeId(1)]) };
  assert.equal(prospective.state, { ...before, role });
});

test("enterCandidate votes for itself in the next epoch, and waits for a majority", () => {
  const candidate = turn();
  assert.is(enterCandidate(candidate), undefined);
  const role = { name: "candidate", granted: new Set([nodeId(1)]) };
  const election = { epoch: epoch(4), votedFor: voter(1), leaderId: NO_NODE };
  assert.equal(candidate.state, { ...before, ...election, role });
});

test("enterLeader names its voters and those who granted, and starts from what is durable", () => {
  const role: Candidate = { name: "candidate", granted: new Set([nodeId(1), nodeId(3)]) };
  const leader = turn({ epoch: epoch(4), votedFor: voter(1), leaderId: NO_NODE, role });
  assert.is(enterLeader(leader), undefined);
  const [one, two, three] = [1, 2, 3].map((id) => {
    const { directoryId } = voter(id);
    return { id: nodeId(id), directoryId };
  });
  assert.equal(leader.effects[0], {
    type: "append",
    kind: "leader change",
    baseOffset: 10,
    epoch: 4,
    leaderId: 1,
    voters: [one, two, three],
    grantingVoters: [one, three],
  });
  const reached = new Map([[1, 8]]);
  assert.equal(leader.state.role, { name: "leader", epochStartOffset: 10, reached });
  assert.is(leader.state.log.endOffset, 11);
});

test("enterLeader is for candidates", () => {
  assert.throws(() => enterLeader(turn()), /Only a candidate is elected/);
});

test("leaderWritten commits what a majority has, once it is of the leader's own epoch", () => {
  type Reached = [one: number, two: number, three: number];
  const table: [reached: Reached, written: number, committed: number][] = [
    [[8, 0, 0], 15, 5],
    [[8, 15, 0], 10, 5],
    [[8, 15, 0], 11, 11],
    [[8, 15, 0], 13, 13],
    [[8, 15, 0], 20, 15],
    [[8, 10, 0], 20, 5],
    [[8, 12, 18], 15, 15],
  ];
  for (const [reached, written, committed] of table) {
    const role: Leader = {
      name: "leader",
      epochStartOffset: offset(10),
      reached: new Map(reached.map((each, i) => [nodeId(i + 1), offset(each)])),
    };
    const leader = turn({ role });
    leaderWritten(leader, role, offset(written));
    assert.is(leader.state.highWatermark, committed, `${reached} written ${written}`);
    assert.is(leader.effects.length, committed === before.highWatermark ? 0 : 1);
  }
});

test("leaderWritten says nothing where the high watermark stays", () => {
  const reached = new Map([[nodeId(1), offset(12)], [nodeId(2), offset(12)]]);
  const role: Leader = { name: "leader", epochStartOffset: offset(10), reached };
  const leader = turn({ role, highWatermark: offset(12) });
  leaderWritten(leader, role, offset(14));
  assert.equal(leader.effects, []);
});

test("Turn.electionAtMs is one to two election timeouts from now", () => {
  assert.is(turn({}, 0).electionAtMs(), 1500);
  assert.is(turn({}, 999).electionAtMs(), 2499);
});

test.run();
