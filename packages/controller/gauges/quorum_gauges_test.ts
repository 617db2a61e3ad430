// What a replica of the quorum tells of itself, by way of the memory.

import { epoch, nodeId, offset, ZERO_UUID } from "@odradek/base";
import { EMPTY_IMAGE } from "@odradek/metadata";
import { initialState, LogView, type State, VoterSet } from "@odradek/raft";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { QuorumGauges } from "./quorum_gauges.ts";

const test = suite("quorum gauges");

const self = { id: nodeId(2), directoryId: ZERO_UUID };
const leaderId = nodeId(1);
const epochs = [{ epoch: epoch(3), startOffset: offset(0) }];
const initial = initialState({
  self,
  voters: new VoterSet([1, 2, 3].map((id) => ({
    id: nodeId(id),
    directoryId: ZERO_UUID,
    endpoints: [],
    kraftVersions: { min: 0, max: 1 },
  }))),
  snapshot: undefined,
  persisted: { epoch: epoch(4), votedFor: self, leaderId: nodeId(-1) },
  log: new LogView({ startOffset: offset(0), endOffset: offset(9), epochs }),
});

function follower(changes: Partial<State> = {}): State {
  return {
    ...initial,
    leaderId,
    role: {
      name: "follower",
      campaignAtMs: 0,
      isHeard: true,
      fetch: undefined,
      leaderHighWatermark: offset(7),
      download: undefined,
    },
    highWatermark: offset(7),
    ...changes,
  };
}

function told(state: State, appliedEndOffset = 7, gauges = new QuorumGauges()): QuorumGauges {
  const image = { ...EMPTY_IMAGE, endOffset: appliedEndOffset };
  gauges.tell({ self, state, image, endOffset: 9, isActive: false });
  return new QuorumGauges(gauges.memory);
}

test("QuorumGauges tell what the replica is", () => {
  assert.is(new QuorumGauges().state, "none");
  assert.is(told(initial).state, "voted");
  assert.is(told({ ...initial, votedFor: undefined }).state, "unattached");
  assert.is(told(follower()).state, "follower");
  assert.is(told(follower({ voters: new VoterSet([]) })).state, "observer");
});

test("QuorumGauges tell where it is", () => {
  const gauges = told(follower());
  const names = ["leaderId", "votedId", "epoch", "highWatermark", "endOffset"] as const;
  assert.equal(names.map((name) => gauges.value(name)), [1, 2, 4, 7, 9]);
  assert.is(gauges.value("lastEpoch"), 3);
  assert.equal([gauges.value("voters"), gauges.value("observers")], [3, 0]);
});

test("QuorumGauges count partitions that nobody leads, and that another leads", () => {
  const gauges = new QuorumGauges();
  const tell = (...leaders: number[]): readonly number[] => {
    const partitions = leaders.map((leader, partition) => ({
      partition,
      replicas: [leaderId, self.id],
      isr: [leaderId],
      adding: [],
      removing: [],
      leader: nodeId(leader),
      leaderEpoch: epoch(0),
      partitionEpoch: 0,
      isRecovering: false,
      directories: [],
      eligibleLeaderReplicas: [],
      lastKnownElr: [],
    }));
    const topic = { id: ZERO_UUID, name: "a", partitions };
    const image = { ...EMPTY_IMAGE, topics: EMPTY_IMAGE.topics.with(ZERO_UUID, topic) };
    gauges.tell({ self, state: follower(), image, endOffset: 9, isActive: true });
    const names = ["partitions", "offlinePartitions", "notPreferredPartitions"] as const;
    return names.map((name) => gauges.value(name));
  };
  assert.equal(tell(1, 1, 2, -1), [4, 1, 2]);
  assert.equal(tell(1, 1, 1, 1), [4, 0, 0]);
});

test("QuorumGauges remember that it was caught up once", () => {
  const gauges = told(follower(), 6);
  assert.is(gauges.value("wasCaughtUp"), 0);
  told(follower(), 7, gauges);
  assert.is(told(initial, 7, gauges).value("wasCaughtUp"), 1);
  assert.is(told(initial, 7).value("wasCaughtUp"), 0, "nobody leads");
});

test.run();
