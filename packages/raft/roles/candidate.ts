// Asks for votes in a new epoch (Raft §5.2). Its epoch is above every one that it has seen, in
// `quorum-state` and in its log, and its own vote is on the disk before anything else happens.
//
// | event   | when                        | what                                        |
// |---------|-----------------------------|---------------------------------------------|
// | enter   |                             | epoch + 1, votes for itself                 |
// |         | a majority has voted for it | → leader                                    |

import { epoch, NO_NODE } from "@odradek/base";
import { isElected } from "../quorum.ts";
import type { Turn } from "../turn.ts";
import type { Transition } from "./role.ts";

export function enterCandidate(turn: Turn): Transition | undefined {
  const granted = new Set([turn.self.id]);
  turn.change({ epoch: epoch(turn.state.epoch + 1), votedFor: turn.self, leaderId: NO_NODE });
  turn.become({ name: "candidate", granted });
  return isElected(turn.state.voters, granted) ? { to: "leader" } : undefined;
}
