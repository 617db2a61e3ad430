// OffsetCommit: how far a group has read. Rules: coordinators §3.

import type { ErrorName } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import { memberOfGeneration } from "../classic/membership.ts";
import { renewSession } from "../classic/sessions.ts";
import type { CommitOffsetsCommand } from "../commands.ts";
import { offsetRecord } from "../records.ts";
import type { Turn } from "../turn.ts";

/** From here on an unknown group is called that. */
const NOT_FOUND_SINCE = 9;
const NO_RETENTION = -1n;

/** Refuses with the errors that concern the whole group. */
export function decideCommitOffsets(turn: Turn, command: CommitOffsetsCommand): void {
  checkCommitter(turn, command);
  const { groupId, retentionMs, offsets } = command;
  const expiresMs = retentionMs === NO_RETENTION ? -1n : BigInt(turn.now) + retentionMs;
  const errors = offsets.map((one): ErrorName => {
    if (one.metadata.length > turn.limits.metadataLengthMax) return "OFFSET_METADATA_TOO_LARGE";
    turn.write(offsetRecord(groupId, { ...one, committedMs: turn.now, expiresMs }));
    return "NONE";
  });
  turn.reply(turn.call, { errors });
}

/** Who commits offsets is a member of the present generation, or the group has no members. */
function checkCommitter(turn: Turn, command: CommitOffsetsCommand): void {
  const { groupId, memberId, instanceId, generation, version } = command;
  const group = turn.group(groupId);
  if (group === undefined) {
    // Somebody who keeps offsets here without being a member: the first makes the group.
    if (generation < 0) return;
    throw new Refusal(version < NOT_FOUND_SINCE ? "ILLEGAL_GENERATION" : "GROUP_ID_NOT_FOUND");
  }
  if (generation < 0 && group.state === "Empty") return;
  if (generation < 0 && memberId === "" && instanceId === null) {
    throw new Refusal("UNKNOWN_MEMBER_ID");
  }
  const named = { memberId, groupInstanceId: instanceId, generationId: generation };
  const member = memberOfGeneration(group, named);
  if (group.state === "CompletingRebalance") throw new Refusal("REBALANCE_IN_PROGRESS");
  renewSession(turn, groupId, member);
}
