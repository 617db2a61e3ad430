// Led this epoch and gave up. It stays known as the epoch's leader, keeps its vote, takes nothing
// in and commits nothing, so that a successor finds everything that was ever answered for.
//
// | event   | when                        | what                                        |
// |---------|-----------------------------|---------------------------------------------|
// | elapsed | election timeout            | → unattached, in the same epoch             |
//
// A driver that stops its node steps no more after `resign`; the timeout is for one that goes on.

import type { Turn } from "../turn.ts";
import type { Resigned, Transition } from "./role.ts";

export function enterResigned(turn: Turn): Transition | undefined {
  turn.become({ name: "resigned", electionAtMs: turn.electionAtMs() });
  return undefined;
}

export function resignedElapsed({ now }: Turn, role: Resigned): Transition | undefined {
  return now >= role.electionAtMs ? { to: "unattached" } : undefined;
}
