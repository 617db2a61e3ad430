// What this controller sees to itself of who votes (KIP-853, KIP-1186): a voter that listens
// elsewhere than the others believe says so, and one that is to join by itself asks to vote, in the
// place of whoever had its id before.

import { type Clock, sleep } from "@odradek/base";
import type { RareLines } from "@odradek/network";
import type { ErrorName } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import {
  type Endpoint,
  isDynamic,
  type ReplicaKey,
  type Voter,
  type VoterSet,
} from "@odradek/raft";

export type OwnVoteStep =
  | { readonly is: "nothing" }
  | { readonly is: "update" | "join"; readonly voter: Voter }
  /** It has another directory now: the old one is to vote no more. */
  | { readonly is: "leave"; readonly voter: ReplicaKey };

export interface OwnVote {
  readonly self: Voter;
  /** It joins without being asked to (`controller.quorum.auto.join.enable`). */
  readonly joins: boolean;
}

const NOTHING = { is: "nothing" } as const;

/** What should be done now, by the voters that this node knows. */
export function ownVoteStep(voters: VoterSet, { self, joins }: OwnVote): OwnVoteStep {
  const known = voters.get(self.id);
  // Static voters are what the configuration says; who knows no voters has to learn of them first.
  if (!isDynamic(voters)) return NOTHING;
  if (known === undefined) return joins ? { is: "join", voter: self } : NOTHING;
  if (known.directoryId !== self.directoryId) {
    const { id, directoryId } = known;
    return joins ? { is: "leave", voter: { id, directoryId } } : NOTHING;
  }
  return isSameVoter(known, self) ? NOTHING : { is: "update", voter: self };
}

function isSameVoter(one: Voter, other: Voter): boolean {
  const { min, max } = one.kraftVersions;
  return min === other.kraftVersions.min && max === other.kraftVersions.max &&
    textOf(one.endpoints) === textOf(other.endpoints);
}

function textOf(endpoints: readonly Endpoint[]): string {
  return endpoints.map(({ name, host, port }) => `${name}://${host}:${port}`).sort().join(",");
}

type ToTake = Exclude<OwnVoteStep, typeof NOTHING>;

export interface OwnVoteOptions extends OwnVote {
  readonly voters: () => VoterSet;
  /** Rejects where it cannot be done now. */
  readonly take: (step: ToTake) => Promise<unknown>;
  readonly clock: Clock;
  readonly lines: RareLines;
  readonly signal: AbortSignal;
}

/** Between two looks: voters change seldom, and whoever wants to join has to catch up first. */
const LOOK_MS = 1000;

/** By themselves they pass: nobody leads yet, or this node has to catch up first. */
const PASSING = new Set<ErrorName>(["NOT_LEADER_OR_FOLLOWER", "REQUEST_TIMED_OUT"]);

const UNDONE: Readonly<Record<ToTake["is"], string>> = {
  join: "This controller is not among the voters yet",
  leave: "The vote of this controller's former directory is not removed yet",
  update: "The voters do not know yet where this controller listens, and what it speaks",
};

/** Resolves when the signal aborts. */
export async function keepOwnVote(options: OwnVoteOptions): Promise<void> {
  const { voters, take, clock, lines, signal } = options;
  while (!signal.aborted) {
    const step = ownVoteStep(voters(), options);
    if (step.is !== "nothing") {
      await take(step).catch((error: unknown) => {
        if (!signal.aborted) tellUndone(lines, step, error);
      });
    }
    await sleep(clock, LOOK_MS, signal).catch(() => undefined);
  }
}

function tellUndone(lines: RareLines, { is: step }: ToTake, error: unknown): void {
  const name = error instanceof Refusal ? error.error : undefined;
  const why = error instanceof Error ? error.message : String(error);
  lines.write(`${step} ${name}`, {
    level: name !== undefined && PASSING.has(name) ? "info" : "warn",
    fields: { step, error: name },
    text: `${UNDONE[step]}, it tries again every ${LOOK_MS / 1000} s: ${why}`,
  });
}
