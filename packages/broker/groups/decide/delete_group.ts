// DeleteGroups: a group without members goes, with all its offsets.

import { errors } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import type { DeleteGroupCommand } from "../commands.ts";
import { allOffsets } from "../offsets.ts";
import { groupTombstone, offsetTombstone } from "../records.ts";
import { offsetsOf } from "../state.ts";
import type { Turn } from "../turn.ts";

/** Refuses with GROUP_ID_NOT_FOUND or NON_EMPTY_GROUP. */
export function decideDeleteGroup(turn: Turn, { groupId }: DeleteGroupCommand): void {
  const group = turn.group(groupId);
  if (group === undefined) throw new Refusal("GROUP_ID_NOT_FOUND");
  if (group.state !== "Empty") throw new Refusal("NON_EMPTY_GROUP");
  for (const one of allOffsets(offsetsOf(turn.state, groupId))) {
    turn.write(offsetTombstone(groupId, one));
  }
  turn.write(groupTombstone(groupId));
  turn.reply(turn.call, { errorCode: errors.NONE.code });
}
