// Follows nobody: it has just started, or has given up its epoch. It keeps the vote that it gave in
// this epoch.
//
// | event   | when                        | what                                        |
// |---------|-----------------------------|---------------------------------------------|
// | enter   |                             | forgets the leader                          |
// |         | it is the only voter        | → prospective: nobody is there to wait for  |
// | elapsed | it is the only voter        | → prospective                               |

import { NO_NODE } from "@odradek/base";
import type { Turn } from "../turn.ts";
import type { Transition } from "./role.ts";

export function enterUnattached(turn: Turn): Transition | undefined {
  turn.change({ leaderId: NO_NODE });
  turn.become({ name: "unattached" });
  return unattachedElapsed(turn);
}

export function unattachedElapsed({ self, state }: Turn): Transition | undefined {
  return state.voters.isOnlyVoter(self) ? { to: "prospective" } : undefined;
}
