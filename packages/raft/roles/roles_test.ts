// The parts of the roles that a transcript shows badly: tables of what a majority is.

import { epoch, NO_NODE, nodeId, offset } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DEFAULT_RAFT_CONFIG } from "../config.ts";
import { LogView } from "../log_view.ts";
import type { State } from "../state.ts";
import { among, voter, votersOf } from "../testing/voter.ts";
import { Turn } from "../turn.ts";
import { replicaText } from "../voters.ts";
import { enterCandidate } from "./candidate.ts";
import { commit, enterLeader } from "./leader.ts";
import { enterProspective } from "./prospective.ts";
import type { Candidate, Leader, Progress } from "./role.ts";
import { enterUnattached, unattachedElapsed } from "./unattached.ts";

const test = suite("raft roles");

/** One of three voters, in epoch 3, with ten records of which eight are durable. */
const before: State = {
  epoch: epoch(3),
  votedFor: voter(2),
  leaderId: nodeId(2),
  role: { name: "unattached", electionAtMs: 5000, asks: new Map() },
  ...among(votersOf(1, 2, 3)),
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
  const config = DEFAULT_RAFT_CONFIG;
  return new Turn({ self: voter(1), random: ports, config }, { ...before, ...part }, 500);
}

test("enterUnattached forgets the leader, keeps the vote of its epoch, and asks who leads", () => {
  const unattached = turn();
  assert.is(enterUnattached(unattached, epoch(3)), undefined);
  const { leaderId, votedFor, role } = unattached.state;
  assert.equal([leaderId, votedFor], [NO_NODE, voter(2)]);
  assert.equal(role.name === "unattached" && role.electionAtMs, 5000, "its time goes on");
  assert.equal(unattached.effects.map(({ type }) => type), ["became", "send"]);
  const newer = turn();
  enterUnattached(newer, epoch(4));
  assert.is(newer.state.votedFor, undefined, "a vote is of one epoch");
});

test("unattachedElapsed campaigns at once only where nobody else votes", () => {
  const alone = { leaderId: NO_NODE };
  assert.is(unattachedElapsed(turn(alone)), undefined);
  assert.is(unattachedElapsed(turn({ ...alone, ...among(votersOf(2)) })), undefined);
  assert.equal(unattachedElapsed(turn({ ...alone, ...among(votersOf(1)) })), { to: "prospective" });
});

test("enterProspective changes nothing but the role, and asks the others", () => {
  const prospective = turn();
  assert.is(enterProspective(prospective), undefined);
  const { role, epoch: of, votedFor, leaderId } = prospective.state;
  assert.equal([of, votedFor, leaderId], [before.epoch, before.votedFor, before.leaderId]);
  assert.equal(role.name === "prospective" && [...role.granted], [1]);
  assert.equal(prospective.effects.map(({ type }) => type), ["send", "send", "became"]);
});

test("enterCandidate votes for itself in the next epoch, and asks the others", () => {
  const candidate = turn();
  assert.is(enterCandidate(candidate), undefined);
  const { role, epoch: of, votedFor, leaderId } = candidate.state;
  assert.equal([of, votedFor?.id, leaderId], [4, 1, NO_NODE]);
  assert.equal(role.name === "candidate" && [...role.granted], [1]);
});

function voterKey(id: number) {
  const { directoryId } = voter(id);
  return { id: nodeId(id), directoryId };
}

const elected: Candidate = {
  name: "candidate",
  granted: new Set([nodeId(1), nodeId(3)]),
  rejected: new Set(),
  asks: new Map(),
  electionAtMs: 2000,
  backoffUntilMs: undefined,
};

test("enterLeader names its voters and those who granted, and begins with a record", () => {
  const votes = { epoch: epoch(4), votedFor: voter(1), leaderId: NO_NODE, role: elected };
  const leader = turn(votes);
  assert.is(enterLeader(leader), undefined);
  const [one, two, three] = [1, 2, 3].map(voterKey);
  assert.equal(leader.effects[0], {
    type: "append",
    kind: "leader change",
    baseOffset: 10,
    epoch: 4,
    leaderId: 1,
    voters: [one, two, three],
    grantingVoters: [one, three],
  });
  const { role } = leader.state;
  assert.is(role.name === "leader" && role.epochStartOffset, 10);
  assert.is(leader.state.log.endOffset, 11);
});

test("enterLeader is for candidates", () => {
  assert.throws(() => enterLeader(turn()), /Only a candidate is elected/);
});

test("commit takes what a majority has, once it is of the leader's own epoch", () => {
  type Reached = [two: number, three: number];
  const table: [reached: Reached, durable: number, committed: number][] = [
    [[0, 0], 15, 5],
    [[15, 0], 10, 5],
    [[15, 0], 11, 11],
    [[15, 0], 13, 13],
    [[15, 0], 20, 15],
    [[10, 0], 20, 5],
    [[12, 18], 15, 15],
    [[18, 18], 9, 5],
    [[18, 18], 14, 14],
  ];
  for (const [reached, durable, committed] of table) {
    const role = leaderOf(...reached);
    const log = before.log.append({ epoch: epoch(4), endOffset: offset(20) });
    const leader = turn({ role, log, durableEndOffset: offset(durable) });
    commit(leader, role);
    assert.is(leader.state.highWatermark, committed, `${reached} durable ${durable}`);
    assert.is(leader.effects.length, committed === before.highWatermark ? 0 : 1);
  }
});

function leaderOf(two: number, three: number): Leader {
  const progress = [two, three].map((end, i): [string, Progress] => {
    const replica = voterKey(i + 2);
    const times = { fetchedAtMs: 0, caughtUpAtMs: 0, leaderEndOffset: offset(0) };
    return [replicaText(replica), { replica, endOffset: offset(end), ...times }];
  });
  return {
    name: "leader",
    sinceMs: 0,
    epochStartOffset: offset(10),
    progress: new Map(progress),
    waiting: [],
    asks: new Map(),
  };
}

test("Turn.electionAtMs is one to two election timeouts from now", () => {
  assert.is(turn({}, 0).electionAtMs(), 1500);
  assert.is(turn({}, 999).electionAtMs(), 2499);
});

test.run();
