// A command on the newest state makes a decision: the one door to everything in decide/.

import { unreachable } from "@odradek/base";
import type { Given } from "../coordinators/fold.ts";
import type { GroupCommand, GroupQuery } from "./commands.ts";
import { decideExpire, decideForgetTopics, decideResume } from "./decide/chores.ts";
import { decideCommitOffsets } from "./decide/commit_offsets.ts";
import { decideDeleteGroup } from "./decide/delete_group.ts";
import { decideDeleteOffsets } from "./decide/delete_offsets.ts";
import { describeGroup, listGroups } from "./decide/describe_group.ts";
import { fetchOffsets } from "./decide/fetch_offsets.ts";
import { decideHeartbeat } from "./decide/heartbeat.ts";
import { decideJoinGroup } from "./decide/join_group.ts";
import { decideLeaveGroup } from "./decide/leave_group.ts";
import { decideSyncGroup } from "./decide/sync_group.ts";
import {
  decideInitialJoinDue,
  decideJoinDue,
  decideSessionDue,
  decideSyncDue,
} from "./decide/timers.ts";
import type { GroupsState } from "./state.ts";
import { type GroupLimits, type GroupReply, Turn } from "./turn.ts";

/** Throws Refusal for the caller: then nothing has changed. */
export function decideGroups(
  state: GroupsState,
  command: GroupCommand,
  { limits, ...given }: Given & { readonly limits: GroupLimits },
): Turn {
  const turn = new Turn(state, limits, given);
  carryOut(turn, command);
  return turn;
}

function carryOut(turn: Turn, command: GroupCommand): void {
  switch (command.type) {
    case "joinGroup":
      return decideJoinGroup(turn, command);
    case "syncGroup":
      return decideSyncGroup(turn, command);
    case "heartbeat":
      return decideHeartbeat(turn, command);
    case "leaveGroup":
      return decideLeaveGroup(turn, command);
    case "commitOffsets":
      return decideCommitOffsets(turn, command);
    case "fetchOffsets":
      return turn.reply(turn.call, fetchOffsets(turn.state, command));
    case "deleteOffsets":
      return decideDeleteOffsets(turn, command);
    case "deleteGroup":
      return decideDeleteGroup(turn, command);
    case "sessionDue":
      return decideSessionDue(turn, command);
    case "initialJoinDue":
      return decideInitialJoinDue(turn, command);
    case "joinDue":
      return decideJoinDue(turn, command);
    case "syncDue":
      return decideSyncDue(turn, command);
    case "resume":
      return decideResume(turn, command);
    case "expire":
      return decideExpire(turn, command);
    case "forgetTopics":
      return decideForgetTopics(turn, command);
    default:
      return unreachable(command);
  }
}

/** Of the committed state. */
export function answerGroups(committed: GroupsState, query: GroupQuery): GroupReply {
  switch (query.type) {
    case "fetchOffsets":
      return fetchOffsets(committed, query);
    case "describeGroup":
      return describeGroup(committed, query);
    case "listGroups":
      return listGroups(committed, query);
    default:
      return unreachable(query);
  }
}
