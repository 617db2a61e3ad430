// When a role has something to do though nothing happens, in monotonic ms.

import { earliest } from "../asks.ts";
import type { Turn } from "../turn.ts";
import { checkQuorumAtMs } from "../roles/leader.ts";

/** Infinity: never. */
export function wakeAtMs(turn: Turn): number {
  const { role } = turn.state;
  switch (role.name) {
    case "unattached":
      return Math.min(role.electionAtMs ?? Infinity, earliest(role.asks));
    case "prospective":
    case "resigned":
      return Math.min(role.electionAtMs, earliest(role.asks));
    case "candidate":
      return Math.min(role.backoffUntilMs ?? role.electionAtMs, earliest(role.asks));
    case "follower":
      return Math.min(role.campaignAtMs, role.fetch?.dueAtMs ?? Infinity);
    case "leader": {
      const waiting = role.waiting.map(({ untilMs }) => untilMs);
      return Math.min(checkQuorumAtMs(turn, role), earliest(role.asks), ...waiting);
    }
  }
}
