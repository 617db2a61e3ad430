// Heartbeat: a member of a classic group is alive, and hears whether it is to join again.

import { errors } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import { memberOfGeneration } from "../classic/membership.ts";
import { renewSession } from "../classic/sessions.ts";
import type { HeartbeatCommand } from "../commands.ts";
import type { Turn } from "../turn.ts";

/** Refuses with the errors of Heartbeat. */
export function decideHeartbeat(turn: Turn, { request }: HeartbeatCommand): void {
  const group = turn.group(request.groupId);
  if (group === undefined) throw new Refusal("UNKNOWN_MEMBER_ID");
  const member = memberOfGeneration(group, request);
  renewSession(turn, group.id, member);
  const isRebalancing = group.state === "PreparingRebalance";
  const { code } = errors[isRebalancing ? "REBALANCE_IN_PROGRESS" : "NONE"];
  turn.reply(turn.call, { errorCode: code });
}
