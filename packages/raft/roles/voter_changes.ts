// One voter comes or goes at a time, by a record of the log (KIP-853): so any majority before and
// any majority after have somebody in common. The next may only be asked for when the one before is
// committed, and when this leader has committed something of its own epoch.

import { offset } from "@odradek/base";
import type { VoterChangeError } from "../effects.ts";
import type { VoterChange } from "../events.ts";
import type { Turn } from "../turn.ts";
import type { State } from "../state.ts";
import type { VoterSet } from "../voters.ts";
import { commit, progressOf } from "./leader.ts";
import type { Leader, Transition } from "./role.ts";

export function voterChanged(turn: Turn, event: VoterChange): Transition | undefined {
  const { role } = turn.state;
  if (role.name !== "leader") return refuse(turn, event, "NOT_LEADER_OR_FOLLOWER");
  if (isVoterChangeUnderWay(turn.state)) return refuse(turn, event, "REQUEST_TIMED_OUT");
  const voters = changed(turn, event);
  if (voters === undefined) return refuse(turn, event, reasonOf(event));
  const { change } = event;
  if (change.kind === "add" && !isCaughtUp(turn, role, event)) {
    return refuse(turn, event, "REQUEST_TIMED_OUT");
  }
  return append(turn, event, voters);
}

/** Of a leader: the voters of now are not settled yet. */
export function isVoterChangeUnderWay({ role, highWatermark, voterHistory }: State): boolean {
  if (role.name !== "leader") return false;
  const { epochStartOffset } = role;
  return highWatermark <= epochStartOffset || (voterHistory.latestOffset ?? -1) >= highWatermark;
}

function changed({ state: { voters } }: Turn, { change }: VoterChange): VoterSet | undefined {
  switch (change.kind) {
    case "add":
      return voters.add(change.voter);
    case "update":
      return voters.update(change.voter);
    case "remove":
      return voters.remove(change.voter);
  }
}

function reasonOf({ change: { kind } }: VoterChange): VoterChangeError {
  return kind === "add" ? "DUPLICATE_VOTER" : "VOTER_NOT_FOUND";
}

/** A voter that is far behind would hold the high watermark back, as one that is away. */
function isCaughtUp({ now, config }: Turn, role: Leader, { change }: VoterChange): boolean {
  const caughtUpAtMs = progressOf(change.voter, role.progress)?.caughtUpAtMs;
  return caughtUpAtMs !== undefined && now - caughtUpAtMs <= config.fetchTimeoutMs;
}

function append(turn: Turn, { token }: VoterChange, voters: VoterSet): Transition | undefined {
  const { epoch, log, voterHistory } = turn.state;
  const baseOffset = log.endOffset;
  const endOffset = offset(baseOffset + 1);
  turn.change({ log: log.append({ epoch, endOffset }) });
  turn.changeVoters(voterHistory.append({ offset: baseOffset, voters }));
  turn.emit({ type: "append", kind: "voters", baseOffset, epoch, voters });
  turn.emit({ type: "votersChanged", token, outcome: { endOffset } });
  const { role } = turn.state;
  if (role.name !== "leader") return undefined;
  const asks = new Map(turn.others.map(({ id }) => {
    const known = role.asks.get(id);
    return [id, known ?? { correlation: undefined, dueAtMs: turn.now }];
  }));
  const next: Leader = { ...role, asks };
  turn.change({ role: next });
  return commit(turn, next);
}

function refuse(turn: Turn, { token }: VoterChange, refused: VoterChangeError): undefined {
  turn.emit({ type: "votersChanged", token, outcome: { refused } });
}
