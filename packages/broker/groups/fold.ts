// Groups as the coordinators' runtime knows them: a fold over a partition of `__consumer_offsets`.

import { decodeGroupRecord, type GroupRecord } from "@odradek/protocol/schemas/group/mod";
import type { Decision, Fold } from "../coordinators/fold.ts";
import { applyGroupRecord, applyTransactionEnd } from "./apply.ts";
import type { GroupChore, GroupCommand, GroupQuery } from "./commands.ts";
import { answerGroups, decideGroups } from "./decide.ts";
import { encodeGroupRecord } from "./records.ts";
import { type GroupsState, NO_GROUPS } from "./state.ts";
import type { GroupLimits, GroupReply } from "./turn.ts";

export interface GroupTypes {
  state: GroupsState;
  record: GroupRecord;
  command: GroupCommand;
  query: GroupQuery;
  reply: GroupReply;
}

export interface GroupSettings extends GroupLimits {
  /** Between two looks for expired offsets. */
  readonly expiryCheckMs: number;
}

/** Chores that only delete: what they write may stand in several batches. */
const SPLIT: ReadonlySet<GroupCommand["type"]> = new Set<GroupCommand["type"]>([
  "deleteGroup",
  "deleteOffsets",
  "expire",
  "forgetTopics",
]);

export function groupsFold(settings: GroupSettings): Fold<GroupTypes> {
  return {
    empty: NO_GROUPS,
    decide(state, command, given): Decision<GroupTypes> {
      const turn = decideGroups(state, command, { ...given, limits: settings });
      const { records, replies, timers } = turn;
      const mayBeSplit = SPLIT.has(command.type);
      return { state: turn.state, records, replies, timers, mayBeSplit };
    },
    // Who is told less than was committed reads again what is done with.
    mustBeCurrent: ({ type }) => type === "fetchOffsets",
    answer: answerGroups,
    encode: encodeGroupRecord,
    decode: decodeGroupRecord,
    apply: applyGroupRecord,
    applyEnd: applyTransactionEnd,
    *resume({ groups }): Generator<GroupChore> {
      for (const { id: groupId, members } of groups.values()) {
        if (members.size > 0) yield { type: "resume", groupId };
      }
    },
    *chores({ groups }): Generator<GroupChore> {
      for (const { id: groupId } of groups.values()) yield { type: "expire", groupId };
    },
    choresMs: settings.expiryCheckMs,
    *forget({ offsets }, topics): Generator<GroupChore> {
      for (const [groupId] of offsets) yield { type: "forgetTopics", groupId, topics };
    },
  };
}
