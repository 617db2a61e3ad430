// What a quorum promises, checked from outside with every effect of every node: on what is on the
// disks, not on what the cores think.

import type { NodeId } from "@odradek/base";
import type { Effect } from "../effects.ts";
import { promised } from "./broken_promise.ts";
import type { SimulatedNode } from "./simulated_node.ts";

export class ClusterPromises {
  /** By offset: what was committed there. */
  readonly committed: number[] = [];
  readonly elections: { readonly epoch: number; readonly id: NodeId }[] = [];
  readonly #leaders = new Map<number, NodeId>();
  /** By `node@epoch`. */
  readonly #votes = new Map<string, string>();
  readonly #highWatermarks = new Map<NodeId, number>();
  /** By `offset@epoch`: the record that had this place first. */
  readonly #places = new Map<string, number>();

  starts(id: NodeId): void {
    this.#highWatermarks.set(id, 0);
  }

  check(id: NodeId, node: SimulatedNode, effect: Effect): void {
    switch (effect.type) {
      case "persist":
        return this.#checkVote(id, effect.epoch, effect.votedFor?.id);
      case "became":
        if (effect.role === "leader") this.#checkLeader(id, node, effect.epoch);
        return;
      case "append":
        return this.checkPlaces(node);
      case "commitTo":
        return this.#checkCommitted(id, node, effect.offset);
    }
  }

  /** Raft figure 3, election safety: at most one leader can be elected in an epoch. */
  #checkLeader(id: NodeId, node: SimulatedNode, epoch: number): void {
    const other = this.#leaders.get(epoch) ?? id;
    promised(other === id, "One leader per epoch", { epoch, id, other });
    const isKept = node.disk.quorumState.epoch === epoch;
    promised(isKept, "A leader's epoch is on the disk", { id, epoch });
    this.#leaders.set(epoch, id);
    this.elections.push({ epoch, id });
    // Leader completeness: what is committed is in the log of every later leader.
    const values = node.allRecords.map(({ value }) => value);
    for (const [offset, value] of this.committed.entries()) {
      const isThere = values[offset] === value;
      promised(isThere, "A leader has everything that is committed", { id, offset });
    }
  }

  #checkVote(id: NodeId, epoch: number, votedFor: NodeId | undefined): void {
    if (votedFor === undefined) return;
    const place = `${id}@${epoch}`;
    const first = this.#votes.get(place) ?? `${votedFor}`;
    promised(first === `${votedFor}`, "One vote per epoch", { id, epoch, first, votedFor });
    this.#votes.set(place, first);
  }

  /** Log matching: an offset and an epoch name one record for ever. */
  checkPlaces({ disk }: SimulatedNode): void {
    for (let i = disk.records.length - 1; i >= 0; i--) {
      const record = disk.records[i];
      if (record === undefined) return;
      const place = `${disk.startOffset + i}@${record.epoch}`;
      const first = this.#places.get(place);
      promised((first ?? record.value) === record.value, "One record per place", { place });
      this.#places.set(place, record.value);
      // Below, it was looked at before.
      if (first !== undefined) return;
    }
  }

  #checkCommitted(id: NodeId, node: SimulatedNode, end: number): void {
    const before = this.#highWatermarks.get(id) ?? 0;
    promised(end >= before, "A high watermark never goes back", { id, end, before });
    this.#highWatermarks.set(id, end);
    const { startOffset, records } = node.disk;
    for (let offset = Math.max(before, startOffset); offset < end; offset++) {
      const value = records[offset - startOffset]?.value;
      promised(value !== undefined, "What is committed is in the log", { id, offset });
      const known = this.committed[offset] ?? value;
      promised(known === value, "What is committed is the same everywhere", { id, offset });
      this.committed[offset] = known;
    }
  }
}
