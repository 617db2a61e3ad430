// The rules of the in-sync replicas, as their leader keeps them (KIP-966). Pure.
//
// While a change is under way both sets may be the one that counts: the high watermark waits for
// all who are in either, the maximal set. What a change waits for: only one at a time is under way.

import type { NodeId } from "@odradek/base";
import { isLagging, type Progress } from "./progress.ts";

export interface Replicas {
  readonly self: NodeId;
  readonly replicas: readonly NodeId[];
  /** As the controller has it. */
  readonly isr: readonly NodeId[];
  /** As this leader has asked for it; undefined: nothing is under way. */
  readonly asked: readonly NodeId[] | undefined;
  /** Of each replica but the leader. */
  readonly followers: ReadonlyMap<NodeId, Progress>;
}

export interface Moment {
  readonly nowMs: number;
  readonly lagMsMax: number;
  /** Of the leader's log. */
  readonly endOffset: number;
  readonly highWatermark: number;
  /** Where the leader's epoch began. */
  readonly epochStartOffset: number;
  /** Whether the metadata lets a broker be in sync, in the incarnation that fetches. */
  readonly isEligible: (id: NodeId, brokerEpoch: number) => boolean;
}

/** Everybody who may be in the set that counts. */
export function maximalSet({ isr, asked }: Pick<Replicas, "isr" | "asked">): readonly NodeId[] {
  if (asked === undefined) return isr;
  return [...isr, ...asked.filter((id) => !isr.includes(id))];
}

/**
 * Below it everybody has everything: the maximal set, and those who are about to be let in, so
 * that nothing they lack is committed meanwhile.
 */
export function commonEnd(replicas: Replicas, moment: Moment): number {
  const { followers } = replicas;
  let end = moment.endOffset;
  if (followers.size === 0) return end;
  const maximal = maximalSet(replicas);
  for (const [id, progress] of followers) {
    if (!maximal.includes(id) && !isAboutToJoin(id, progress, moment)) continue;
    end = Math.min(end, progress.endOffset);
  }
  return end;
}

/**
 * Who was caught up a while ago is not about to: it has much to fetch, is throttled or has died,
 * and those who write must not wait for it.
 */
function isAboutToJoin(id: NodeId, progress: Progress, moment: Moment): boolean {
  const { endOffset, caughtUpMs, brokerEpoch } = progress;
  const behindMsMax = Math.min(moment.lagMsMax, ABOUT_TO_JOIN_MS_MAX);
  return endOffset >= 0 && moment.nowMs - caughtUpMs <= behindMsMax &&
    moment.isEligible(id, brokerEpoch);
}

const ABOUT_TO_JOIN_MS_MAX = 2000;

/** Whether what is committed waits for a follower. */
export function isWaitedFor(id: NodeId, state: Replicas, moment: Moment): boolean {
  const progress = state.followers.get(id);
  if (progress === undefined) return false;
  return maximalSet(state).includes(id) || isAboutToJoin(id, progress, moment);
}

/** Has everything that is committed, and all of the epochs before this one. */
export function mayJoin(id: NodeId, progress: Progress, moment: Moment): boolean {
  return progress.endOffset >= moment.highWatermark &&
    progress.endOffset >= moment.epochStartOffset &&
    moment.isEligible(id, progress.brokerEpoch);
}

/** The set as it should be, in the order of the replicas; the present one if that is right. */
export function wantedSet(state: Replicas, moment: Moment): readonly NodeId[] {
  const { self, replicas, isr, followers } = state;
  const { nowMs, lagMsMax, endOffset: leaderEndOffset } = moment;
  const wanted = replicas.filter((id) => {
    const progress = followers.get(id);
    if (id === self || progress === undefined) return id === self;
    if (!isr.includes(id)) return mayJoin(id, progress, moment);
    return !isLagging(progress, { nowMs, lagMsMax, leaderEndOffset });
  });
  const isSame = wanted.length === isr.length && wanted.every((id) => isr.includes(id));
  return isSame ? isr : wanted;
}
