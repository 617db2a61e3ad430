// Random lives of a quorum of one, with crashes anywhere, against what consensus promises. The
// checks look at the disk and at the effects, not into the core.

import { epoch, nodeId, offset, seededRandom, type Uuid } from "@odradek/base";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Effects } from "./effects.ts";
import { DEFAULT_RAFT_CONFIG } from "./config.ts";
import { NEW_QUORUM_STATE } from "./quorum_state.ts";
import type { RoleName } from "./roles/role.ts";
import { type Disk, SimulatedNode } from "./testing/simulated_node.ts";
import { VoterSet } from "./voters.ts";

const test = suite("raft properties");

type Action =
  | { readonly do: "elapse"; readonly ms: number }
  | { readonly do: "propose"; readonly count: number }
  | { readonly do: "sync"; readonly fraction: number }
  | { readonly do: "resign" }
  | { readonly do: "failAfter"; readonly effects: number }
  | { readonly do: "restart" }
  | { readonly do: "powerCycle"; readonly kept: number };

function weighted(weight: number, arbitrary: fc.Arbitrary<Action>): fc.WeightedArbitrary<Action> {
  return { weight, arbitrary };
}

const action = fc.oneof(
  weighted(4, fc.nat(1500).map((ms) => ({ do: "elapse", ms }))),
  weighted(6, fc.integer({ min: 1, max: 4 }).map((count) => ({ do: "propose", count }))),
  weighted(6, fc.nat(8).map((eighths) => ({ do: "sync", fraction: eighths / 8 }))),
  weighted(1, fc.constant({ do: "resign" })),
  weighted(1, fc.nat(5).map((effects) => ({ do: "failAfter", effects }))),
  weighted(1, fc.constant({ do: "restart" })),
  weighted(1, fc.nat(4).map((kept) => ({ do: "powerCycle", kept }))),
);

const ELECTION_TIMEOUT_MS = 1000;

/** Plays actions and checks every effect against what has happened so far. */
class Play {
  readonly #node: SimulatedNode;
  #now = 0;
  #role: RoleName = "unattached";
  #epochStartOffset = 0;
  #epochSeen = 0;
  readonly #ledEpochs: number[] = [];
  /** By offset: what was committed there. */
  readonly #committed: number[] = [];
  /** By `offset@epoch`: the record that had this place first. */
  readonly #places = new Map<string, number>();

  constructor(seed: number) {
    const disk: Disk = {
      quorumState: NEW_QUORUM_STATE,
      startOffset: offset(0),
      snapshotEpoch: undefined,
      records: [],
      syncedEndOffset: offset(0),
    };
    const self = { id: nodeId(1), directoryId: "AAAAAAAAAAAAAAAAAAAAAQ" as Uuid };
    const voter = { ...self, endpoints: [], kraftVersions: { min: 0, max: 1 } };
    this.#node = new SimulatedNode({
      nodeId: self.id,
      directoryId: self.directoryId,
      voters: new VoterSet([voter]),
      random: seededRandom(seed),
      config: { ...DEFAULT_RAFT_CONFIG, electionTimeoutMs: ELECTION_TIMEOUT_MS },
    }, disk);
  }

  play(action: Action): void {
    const node = this.#node;
    if (action.do === "restart") this.#begin(() => node.restart());
    else if (action.do === "powerCycle") this.#begin(() => node.powerCycle(action.kept));
    else if (!node.isAlive) this.#begin(() => node.powerCycle());
    else if (action.do === "failAfter") node.effectsLeft = action.effects;
    else this.#check(this.#step(action));
    this.#checkDisk();
  }

  /** Whatever was done to it, a node that then runs in peace leads and commits all that it has. */
  settle(): void {
    if (!this.#node.isAlive || this.#role === "resigned") this.#begin(() => this.#node.restart());
    this.#node.effectsLeft = Number.POSITIVE_INFINITY;
    this.play({ do: "elapse", ms: 0 });
    this.play({ do: "sync", fraction: 1 });
    assert.is(this.#role, "leader");
    assert.is(this.#node.committed, this.#node.endOffset);
  }

  #begin(restart: () => void): void {
    restart();
    this.#role = "unattached";
  }

  #step(action: Action): Effects {
    const node = this.#node;
    if (action.do === "propose") return node.propose(action.count, this.#now);
    if (action.do === "resign") return node.step({ type: "resign" }, this.#now);
    if (action.do === "sync") {
      const end = Math.ceil(node.endOffset * action.fraction);
      return end === 0 ? [] : node.sync(offset(end), this.#now);
    }
    this.#now += action.do === "elapse" ? action.ms : 0;
    return node.step({ type: "elapsed" }, this.#now);
  }

  #check(effects: Effects): void {
    for (const effect of effects) {
      if (effect.type === "became") this.#checkRole(effect.role, effect.epoch);
      if (effect.type === "append" && effect.kind === "leader change") {
        this.#epochStartOffset = effect.baseOffset;
      }
      if (effect.type === "commitTo") this.#checkCommit(effect.offset);
      if (effect.type === "refuse") assert.is.not(this.#role, "leader");
      if (effect.type === "wakeAt") this.#checkTimeout(effect.ms);
    }
  }

  #checkRole(role: RoleName, of: number): void {
    assert.ok(of >= this.#epochSeen, "the epoch never goes back");
    this.#role = role;
    this.#epochSeen = of;
    if (role !== "leader" || !this.#node.isAlive) return;
    assert.ok(of > (this.#ledEpochs.at(-1) ?? 0), "no epoch is led twice");
    this.#ledEpochs.push(of);
    assert.is(this.#node.disk.quorumState.epoch, of, "the epoch is on the disk");
    assert.is(this.#node.disk.quorumState.votedFor?.id, 1, "and so is the vote");
  }

  #checkCommit(end: number): void {
    const { disk } = this.#node;
    assert.is(this.#role, "leader", "only a leader commits");
    assert.ok(end <= disk.syncedEndOffset, "what is committed is durable");
    assert.ok(end > this.#epochStartOffset, "nothing before the leader's own record");
    assert.is(disk.records[this.#epochStartOffset]?.epoch, this.#ledEpochs.at(-1));
    for (const { value } of disk.records.slice(this.#committed.length, end)) {
      this.#committed.push(value);
    }
  }

  #checkTimeout(ms: number): void {
    const waitMs = ms - this.#now;
    assert.ok(waitMs >= ELECTION_TIMEOUT_MS && waitMs < 2 * ELECTION_TIMEOUT_MS);
  }

  #checkDisk(): void {
    const { records } = this.#node.disk;
    for (const [at, { epoch: of, value }] of records.entries()) {
      const place = `${at}@${of}`;
      const first = this.#places.get(place) ?? value;
      this.#places.set(place, first);
      assert.is(value, first, "an offset and an epoch name one record for ever");
    }
    const kept = records.slice(0, this.#committed.length).map((record) => record.value);
    assert.equal(kept, this.#committed, "what was committed is there and the same");
    assert.ok(epoch(records.at(-1)?.epoch ?? 0) <= this.#node.raft.state.epoch);
  }
}

test("Raft keeps its promises over any life of a quorum of one", () => {
  const actions = fc.array(action, { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(fc.nat(), actions, (seed, given) => {
      const play = new Play(seed);
      for (const each of given) play.play(each);
      play.settle();
    }),
    { numRuns: 400 },
  );
});

test.run();
