// Led this epoch and gave up. It stays known as the epoch's leader, keeps its vote, takes nothing
// in and commits nothing, so that a successor finds everything that was ever answered for.
//
// | event      | when                      | what                                         |
// |------------|---------------------------|----------------------------------------------|
// | enter      |                           | tells the voters (EndQuorumEpoch)            |
// | unanswered |                           | tells it again                               |
// | elapsed    | election timeout          | → unattached, in the same epoch              |
//
// A driver that stops its node steps no more after `resign`; the timeout is for one that goes on.

import { askAgain, askAll, isUnderWay, unanswered, without } from "../asks.ts";
import type { Answered, Unanswered } from "../events.ts";
import type { EndQuorumEpochRequest } from "../messages.ts";
import type { Turn } from "../turn.ts";
import type { ReplicaKey } from "../voters.ts";
import type { Resigned, Transition } from "./role.ts";

export function enterResigned(turn: Turn, successors: readonly ReplicaKey[]): undefined {
  const asks = askAll(turn, () => endRequest(turn, successors));
  turn.become({ name: "resigned", electionAtMs: turn.electionAtMs(), successors, asks });
}

function endRequest(
  { self, state: { epoch } }: Turn,
  successors: readonly ReplicaKey[],
): EndQuorumEpochRequest {
  return { type: "endQuorumEpoch", epoch, leaderId: self.id, successors };
}

export function resignedAnswered(turn: Turn, role: Resigned, event: Answered): undefined {
  if (!isUnderWay(role.asks, event.from, event.correlation)) return;
  turn.change({ role: { ...role, asks: without(role.asks, event.from) } });
}

export function resignedUnanswered(turn: Turn, role: Resigned, event: Unanswered): undefined {
  if (!isUnderWay(role.asks, event.from, event.correlation)) return;
  turn.change({ role: { ...role, asks: unanswered(turn, role.asks, event.from) } });
}

export function resignedElapsed(turn: Turn, role: Resigned): Transition | undefined {
  if (turn.now >= role.electionAtMs) return { to: "unattached", epoch: turn.state.epoch };
  const asks = askAgain(turn, role.asks, () => endRequest(turn, role.successors));
  turn.change({ role: { ...role, asks } });
  return undefined;
}
