// What voters owe each other, checked from outside where they speak: on disks and on messages, not
// on what the cores think. What the whole cluster owes its users stands in cluster_promises.ts.

import type { NodeId, Offset } from "@odradek/base";
import type { RaftConfig } from "../config.ts";
import type { Append, Effect, Reply } from "../effects.ts";
import type { RaftRequest, RaftResponse, VoteRequest } from "../messages.ts";
import { majority } from "../quorum.ts";
import type { VoterSet } from "../voters.ts";
import { promised } from "./broken_promise.ts";
import type { SimulatedNode } from "./simulated_node.ts";

/** What is looked at. */
export interface Quorum {
  readonly config: RaftConfig;
  /** Of the first start. */
  readonly voters: VoterSet;
  readonly node: (id: NodeId) => SimulatedNode;
  readonly now: () => number;
}

export class QuorumPromises {
  readonly #quorum: Quorum;
  /** By `node@epoch`: for whom it has said to vote. */
  readonly #told = new Map<string, NodeId>();
  /** By `leader@epoch<replica`: when it last fetched. */
  readonly #fetchedAtMs = new Map<string, number>();
  readonly #leadsSinceMs = new Map<NodeId, number>();
  /** Followers whose leader has answered, and nothing else has been heard of it since. */
  readonly #hearing = new Set<NodeId>();

  constructor(quorum: Quorum) {
    this.#quorum = quorum;
  }

  /** What was promised in an earlier life holds (Raft §5.2). */
  starts(id: NodeId): void {
    this.forget(id);
    const { raft: { state }, disk: { quorumState: { epoch, votedFor } } } = this.#quorum.node(id);
    const isKept = state.epoch > epoch || votedFor === undefined ||
      (state.epoch === epoch && state.votedFor?.id === votedFor.id);
    promised(isKept, "A vote outlives the process that gave it", { id, epoch, for: votedFor?.id });
  }

  check(id: NodeId, effect: Effect): void {
    if (effect.type === "became") {
      this.#hearing.delete(id);
      if (effect.role === "leader") this.#leadsSinceMs.set(id, this.#quorum.now());
    }
    if (effect.type === "append") this.#checkOneChange(id, effect);
    if (effect.type === "commitTo") this.#checkMajority(id, effect.offset);
  }

  /** Before the step. */
  asked(id: NodeId, request: RaftRequest): void {
    if (request.type === "beginQuorumEpoch" || request.type === "endQuorumEpoch") this.forget(id);
    if (request.type !== "fetch" && request.type !== "fetchSnapshot") return;
    const asking = `${id}@${request.epoch}<${request.replica.id}`;
    this.#fetchedAtMs.set(asking, this.#quorum.now());
  }

  /** Before the step. */
  answered(id: NodeId, correlation: number, response: RaftResponse): void {
    const { role, epoch, leaderId } = this.#quorum.node(id).raft.state;
    if (role.name !== "follower" || role.fetch?.correlation !== correlation) return;
    const isHeard = response.type === "fetch" && response.result !== undefined &&
      response.epoch === epoch && response.leaderId === leaderId;
    if (isHeard) this.#hearing.add(id);
    else this.forget(id);
  }

  /** Something was heard that may mean that its leader is gone. */
  forget(id: NodeId): void {
    this.#hearing.delete(id);
  }

  /** A vote is kept before it is told, and told to one only (Raft figure 2; KIP-996). */
  checkReply(id: NodeId, { response }: Reply, request: RaftRequest): void {
    if (request.type !== "vote" || response.type !== "vote" || !response.granted) return;
    if (request.isPreVote) {
      promised(!this.#hearing.has(id), "Who hears its leader helps nobody to replace it", { id });
    } else this.#checkVote(id, request);
  }

  #checkVote(id: NodeId, { candidate, epoch }: VoteRequest): void {
    const { quorumState } = this.#quorum.node(id).disk;
    const isKept = quorumState.epoch === epoch && quorumState.votedFor?.id === candidate.id;
    promised(isKept, "A vote is on the disk before it is told", { id, epoch, for: candidate.id });
    const place = `${id}@${epoch}`;
    const first = this.#told.get(place) ?? candidate.id;
    promised(first === candidate.id, "One vote per epoch", { id, epoch, first });
    this.#told.set(place, first);
  }

  /** The disks of a majority have what a leader says to be committed (Raft §5.3). */
  #checkMajority(id: NodeId, end: Offset): void {
    const node = this.#quorum.node(id);
    if (node.raft.state.role.name === "follower") return;
    const last = epochBelow(node, end);
    const voters = this.#votersOf(node);
    const having = [...voters].filter((voter) => {
      const { disk } = this.#quorum.node(voter.id);
      const epoch = epochBelow(this.#quorum.node(voter.id), end);
      return disk.syncedEndOffset >= end && (epoch === undefined || epoch === last);
    });
    const enough = having.length >= majority(voters.size);
    const values = { id, end, voters, having: having.map((voter) => voter.id) };
    promised(enough, "What is committed is on the disks of a majority", values);
  }

  /** By the newest record in its log, committed or not (KIP-853). */
  #votersOf({ disk }: SimulatedNode): VoterSet {
    const record = disk.records.findLast(({ voters }) => voters !== undefined);
    return record?.voters ?? disk.snapshot?.voters ?? this.#quorum.voters;
  }

  #checkOneChange(id: NodeId, effect: Append): void {
    if (effect.kind !== "voters") return;
    const { disk, committed } = this.#quorum.node(id);
    const open = disk.records.findIndex(({ voters }, i) => {
      const at = disk.startOffset + i;
      return voters !== undefined && at >= committed && at !== effect.baseOffset;
    });
    promised(open === -1, "Voters change one at a time", { id, at: effect.baseOffset, committed });
  }

  /** Nobody leads on whom a majority has not asked for too long (KIP-595, check quorum). */
  checkLeader(id: NodeId): void {
    const { role, epoch, voters } = this.#quorum.node(id).raft.state;
    if (role.name !== "leader") return;
    const { config, now } = this.#quorum;
    const after = now() - 1.5 * config.fetchTimeoutMs - 1;
    const since = this.#leadsSinceMs.get(id) ?? 0;
    const here = [...voters].filter((voter) => {
      const fetched = this.#fetchedAtMs.get(`${id}@${epoch}<${voter.id}`) ?? 0;
      return voter.id === id || Math.max(since, fetched) >= after;
    });
    const enough = here.length >= majority(voters.size);
    promised(enough, "A leader that a majority does not ask gives up", { id, epoch, now: now() });
  }
}

/** Undefined: below its log's start, or not there. */
function epochBelow({ disk }: SimulatedNode, end: Offset): number | undefined {
  return disk.records[end - 1 - disk.startOffset]?.epoch;
}
