// How far each replica of the quorum is, as its leader knows (KIP-595, KIP-836).

import type { Clock } from "@odradek/base";
import { progressOf, type Progress, type ReplicaKey, type State } from "@odradek/raft";
import type { LedQuorum, LedReplica } from "../requests/describe_quorum.ts";

export interface LedContext {
  readonly self: ReplicaKey;
  readonly clock: Clock;
}

/** Undefined: this node does not lead. */
export function ledQuorum(state: State, { self, clock }: LedContext): LedQuorum | undefined {
  const { role, leaderId, epoch, highWatermark, voters, log } = state;
  if (role.name !== "leader") return undefined;
  const [now, since] = [clock.now(), clock.monotonic()];
  const wall = (ms: number | undefined): number => ms === undefined ? -1 : now - (since - ms);
  const own = { ...self, endOffset: log.endOffset, fetchedAtMs: now, caughtUpAtMs: now };
  const replica = (key: ReplicaKey, progress: Progress | undefined): LedReplica => ({
    id: key.id,
    directoryId: key.directoryId,
    endOffset: progress?.endOffset ?? -1,
    fetchedAtMs: wall(progress?.fetchedAtMs),
    caughtUpAtMs: wall(progress?.caughtUpAtMs),
  });
  const observers = [...role.progress.values()].filter((one) => !voters.has(one.replica));
  return {
    leaderId,
    epoch,
    highWatermark,
    voters: [...voters].map((voter) =>
      voter.id === self.id ? own : replica(voter, progressOf(voter, role.progress))
    ),
    observers: observers.map((one) => replica(one.replica, one)),
  };
}
