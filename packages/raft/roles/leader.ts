// Leads its epoch: takes records in, and moves the high watermark.
//
// | event    | when                       | what                                         |
// |----------|----------------------------|----------------------------------------------|
// | enter    |                            | appends LEADER_CHANGE, its epoch's first     |
// | proposed | of this epoch              | the log is that much longer                  |
// |          | of another                 | refuse                                       |
// | written  | a majority has it, and it  | commitTo                                     |
// |          | is of this epoch           |                                              |
// | resign   |                            | → resigned                                   |
//
// Records of earlier epochs are committed only together with one of its own: a majority having
// them is not enough, for a later leader may still replace them (Raft §5.4.2, figure 8).

import { assert, type Offset, offset } from "@odradek/base";
import type { Proposed } from "../events.ts";
import { offsetOfMajority } from "../quorum.ts";
import type { Turn } from "../turn.ts";
import type { Leader, Transition } from "./role.ts";

export function enterLeader(turn: Turn): Transition | undefined {
  const { epoch, log, role, voters, durableEndOffset } = turn.state;
  assert(role.name === "candidate", "Only a candidate is elected", { role: role.name, epoch });
  const members = [...voters].map(({ id, directoryId }) => ({ id, directoryId }));
  const baseOffset = log.endOffset;
  turn.change({
    leaderId: turn.self.id,
    log: log.append({ epoch, endOffset: offset(baseOffset + 1) }),
  });
  turn.emit({
    type: "append",
    kind: "leader change",
    baseOffset,
    epoch,
    leaderId: turn.self.id,
    voters: members,
    grantingVoters: members.filter((voter) => role.granted.has(voter.id)),
  });
  const reached = new Map([[turn.self.id, durableEndOffset]]);
  turn.become({ name: "leader", epochStartOffset: baseOffset, reached });
  return undefined;
}

export function leaderProposed(turn: Turn, { endOffset, epoch }: Proposed): void {
  if (epoch !== turn.state.epoch) turn.emit({ type: "refuse", refused: "NOT_CONTROLLER" });
  else turn.change({ log: turn.state.log.append({ endOffset, epoch }) });
}

/** The leader's own log is durable up to here. */
export function leaderWritten(turn: Turn, role: Leader, endOffset: Offset): void {
  const reached = new Map(role.reached).set(turn.self.id, endOffset);
  turn.change({ role: { ...role, reached } });
  commit(turn, { ...role, reached });
}

function commit(turn: Turn, { epochStartOffset, reached }: Leader): void {
  const { voters, log, highWatermark } = turn.state;
  const offset = offsetOfMajority(
    [...voters].map((voter) => reached.get(voter.id) ?? log.startOffset),
  );
  if (offset <= epochStartOffset || offset <= highWatermark) return;
  turn.change({ highWatermark: offset });
  turn.emit({ type: "commitTo", offset });
}
