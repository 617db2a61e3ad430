// A set of voters never changes; each change makes another set or none.

import { nodeId, type Uuid, ZERO_UUID } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isSameReplica, replicaText, type Voter, VoterSet } from "./voters.ts";

const test = suite("voters");

const diskA = "AAAAAAAAAAAAAAAAAAAAAQ" as Uuid;
const diskB = "AAAAAAAAAAAAAAAAAAAAAg" as Uuid;

function voter(id: number, directoryId: Uuid = diskA, port = 9093): Voter {
  return {
    id: nodeId(id),
    directoryId,
    endpoints: [{ name: "CONTROLLER", host: "localhost", port }],
    kraftVersions: { min: 0, max: 1 },
  };
}

test("VoterSet is in the order of ids", () => {
  const voters = new VoterSet([voter(30), voter(4), voter(1)]);
  assert.equal([...voters], [voter(1), voter(4), voter(30)]);
  assert.is(`${voters}`, "1, 4, 30");
  assert.is(voters.size, 3);
  assert.throws(() => new VoterSet([voter(1, diskA), voter(1, diskB)]), /its own id/);
});

test("VoterSet.get finds by id", () => {
  const voters = new VoterSet([voter(1), voter(4)]);
  assert.equal(voters.get(nodeId(4)), voter(4));
  assert.is(voters.get(nodeId(2)), undefined);
});

test("VoterSet.has compares the directory where the voter's is known", () => {
  const table: [known: Uuid, asked: Uuid, expected: boolean][] = [
    [diskA, diskA, true],
    [diskA, diskB, false],
    [diskA, ZERO_UUID, false],
    [ZERO_UUID, diskA, true],
    [ZERO_UUID, ZERO_UUID, true],
  ];
  for (const [known, asked, expected] of table) {
    assert.is(new VoterSet([voter(1, known)]).has(voter(1, asked)), expected, `${known} ${asked}`);
  }
  assert.not(new VoterSet([voter(1)]).has(voter(2)));
});

test("VoterSet.isOnlyVoter needs a quorum of one", () => {
  assert.ok(new VoterSet([voter(1)]).isOnlyVoter(voter(1)));
  assert.not(new VoterSet([voter(1)]).isOnlyVoter(voter(1, diskB)));
  assert.not(new VoterSet([voter(1), voter(2)]).isOnlyVoter(voter(1)));
  assert.not(new VoterSet([]).isOnlyVoter(voter(1)));
});

test("VoterSet.add makes a new set, unless the id votes already", () => {
  const voters = new VoterSet([voter(2)]);
  assert.equal([...voters.add(voter(1)) ?? []], [voter(1), voter(2)]);
  assert.is(voters.add(voter(2)), undefined);
  assert.is(voters.add(voter(2, diskB)), undefined);
  assert.equal([...voters], [voter(2)], "the set itself stays");
});

test("VoterSet.remove needs id and directory, and leaves at least one", () => {
  const voters = new VoterSet([voter(1), voter(2)]);
  assert.equal([...voters.remove(voter(2)) ?? []], [voter(1)]);
  assert.is(voters.remove(voter(2, diskB)), undefined);
  assert.is(voters.remove(voter(3)), undefined);
  assert.is(new VoterSet([voter(1)]).remove(voter(1)), undefined);
  assert.equal([...voters], [voter(1), voter(2)], "the set itself stays");
});

test("VoterSet.update replaces a voter, and gives a directory to one without", () => {
  const voters = new VoterSet([voter(1), voter(2, ZERO_UUID)]);
  assert.equal([...voters.update(voter(1, diskA, 1)) ?? []][0], voter(1, diskA, 1));
  assert.equal([...voters.update(voter(2, diskB)) ?? []][1], voter(2, diskB));
  assert.is(voters.update(voter(1, diskB)), undefined);
  assert.is(voters.update(voter(3)), undefined);
  assert.equal([...voters], [voter(1), voter(2, ZERO_UUID)], "the set itself stays");
});

test("isSameReplica compares id and directory", () => {
  assert.ok(isSameReplica(voter(1), voter(1, diskA, 1)));
  assert.not(isSameReplica(voter(1), voter(2)));
  assert.not(isSameReplica(voter(1), voter(1, diskB)));
});

test("replicaText leaves out a directory that is not known", () => {
  assert.is(replicaText(voter(1)), `1/${diskA}`);
  assert.is(replicaText(voter(1, ZERO_UUID)), "1");
});

test.run();
