// What a replica of the quorum tells of itself, in memory that the main thread reads for metrics
// and for the question whether the node is ready. Written now and then, never waited for.

import type { NodeId, Uuid } from "@odradek/base";
import type { ClusterImage } from "@odradek/metadata";
import type { State } from "@odradek/raft";
import { partitionCounts } from "./partition_counts.ts";

const GAUGES = [
  "state",
  "leaderId",
  "votedId",
  "epoch",
  "highWatermark",
  "endOffset",
  "lastEpoch",
  "voters",
  "observers",
  "appliedEndOffset",
  /** 1: it knew a leader once, and had everything that was committed. */
  "wasCaughtUp",
  /** 1: it is the active controller. */
  "isActive",
  "brokers",
  "fencedBrokers",
  "topics",
  "partitions",
  "offlinePartitions",
  /** Led by another than the first of their replicas. */
  "notPreferredPartitions",
] as const;

export type QuorumGauge = (typeof GAUGES)[number];

/** As Kafka's metrics name them; 0: nothing has been told yet. */
export const QUORUM_STATES = [
  "none",
  "leader",
  "candidate",
  "prospective",
  "voted",
  "follower",
  "unattached",
  "observer",
  "resigned",
] as const;
export type QuorumStateName = (typeof QUORUM_STATES)[number];

export interface ToldOfQuorum {
  readonly self: { readonly id: NodeId; readonly directoryId: Uuid };
  readonly state: State;
  /** As far as this node has applied it. */
  readonly image: ClusterImage;
  readonly endOffset: number;
  readonly isActive: boolean;
}

const NOBODY = -1;

export class QuorumGauges {
  readonly memory: SharedArrayBuffer;
  readonly #cells: Float64Array;

  constructor(
    memory = new SharedArrayBuffer(GAUGES.length * Float64Array.BYTES_PER_ELEMENT),
  ) {
    this.memory = memory;
    this.#cells = new Float64Array(memory);
  }

  value(gauge: QuorumGauge): number {
    return this.#cells[GAUGES.indexOf(gauge)] ?? 0;
  }

  get state(): QuorumStateName {
    return QUORUM_STATES[this.value("state")] ?? "none";
  }

  tell({ self, state, image, endOffset, isActive }: ToldOfQuorum): void {
    const { leaderId, votedFor, epoch, highWatermark, voters, log, role } = state;
    const hasCaughtUp = leaderId !== NOBODY && highWatermark > 0 &&
      image.endOffset >= highWatermark;
    const observers = role.name === "leader"
      ? [...role.progress.values()].filter(({ replica }) => !voters.has(replica)).length
      : 0;
    const brokers = [...image.brokers.values()];
    const { partitions, offline, notPreferred } = partitionCounts(image);
    const values: Readonly<Record<QuorumGauge, number>> = {
      state: QUORUM_STATES.indexOf(stateName(state, voters.has(self))),
      leaderId,
      votedId: votedFor?.id ?? NOBODY,
      epoch,
      highWatermark,
      endOffset,
      lastEpoch: log.lastEpoch,
      voters: voters.size,
      observers,
      appliedEndOffset: image.endOffset,
      wasCaughtUp: hasCaughtUp ? 1 : this.value("wasCaughtUp"),
      isActive: isActive ? 1 : 0,
      brokers: brokers.filter(({ isFenced }) => !isFenced).length,
      fencedBrokers: brokers.filter(({ isFenced }) => isFenced).length,
      topics: image.topics.size,
      partitions,
      offlinePartitions: offline,
      notPreferredPartitions: notPreferred,
    };
    for (const [i, gauge] of GAUGES.entries()) this.#cells[i] = values[gauge];
  }
}

function stateName({ role, votedFor }: State, isVoter: boolean): QuorumStateName {
  if (role.name === "follower" && !isVoter) return "observer";
  if (role.name === "unattached" && votedFor !== undefined) return "voted";
  return role.name;
}
