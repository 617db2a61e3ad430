// Asks for pre-votes in the epoch it is in, and changes nothing that would have to be persisted: a
// node that could not win must not make the others leave their leader (KIP-996).
//
// | event   | when                        | what                                        |
// |---------|-----------------------------|---------------------------------------------|
// | enter   |                             | grants itself its pre-vote                  |
// |         | a majority has granted      | → candidate                                 |

import { isElected } from "../quorum.ts";
import type { Turn } from "../turn.ts";
import type { Transition } from "./role.ts";

export function enterProspective(turn: Turn): Transition | undefined {
  const granted = new Set([turn.self.id]);
  turn.become({ name: "prospective", granted });
  return isElected(turn.state.voters, granted) ? { to: "candidate" } : undefined;
}
