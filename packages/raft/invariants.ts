// What holds before and after every step, whatever the event was. A violation is a bug of the core
// or of its driver, and the process stops before an effect of that step is carried out.

import { assert } from "@odradek/base";
import type { Effects } from "./effects.ts";
import { type State, stateText } from "./state.ts";
import { isSameReplica, type ReplicaKey } from "./voters.ts";

export function checkInvariants(before: State, after: State, effects: Effects): void {
  const hold = (condition: boolean, message: string): void => {
    // Spelled out only when it is needed: this runs with every step.
    const state = condition ? {} : { before: stateText(before), after: stateText(after) };
    assert(condition, message, state);
  };
  checkBounds(after, hold);
  checkEpoch(before, after, hold);
  checkRole(after, hold);
  checkProgress(before, after, hold);
  hold(effects.every(({ type }, i) => type !== "persist" || i === 0), "Persist is first");
}

type Hold = (condition: boolean, message: string) => void;

function checkBounds({ log, highWatermark, durableEndOffset, epoch }: State, hold: Hold): void {
  hold(log.startOffset <= highWatermark, "What is below the log's start is committed");
  hold(highWatermark <= durableEndOffset, "What is committed is durable");
  hold(durableEndOffset <= log.endOffset, "What is durable is in the log");
  hold(log.lastEpoch <= epoch, "No record is of an epoch not yet seen");
}

function checkEpoch(before: State, after: State, hold: Hold): void {
  hold(after.epoch >= before.epoch, "The epoch never goes back");
  if (after.epoch > before.epoch) return;
  hold(keeps(before.votedFor, after.votedFor), "One vote per epoch");
  const isSameLeader = after.leaderId === before.leaderId;
  hold(isSameLeader || before.leaderId < 0 || after.leaderId < 0, "One leader per epoch");
}

function keeps(before: ReplicaKey | undefined, after: ReplicaKey | undefined): boolean {
  if (before === undefined) return true;
  return after !== undefined && isSameReplica(before, after);
}

function checkRole({ role, log, epoch, leaderId, votedFor }: State, hold: Hold): void {
  if (role.name === "unattached" || role.name === "prospective") return;
  if (role.name === "follower") return hold(leaderId >= 0, "A follower has a leader");
  hold(votedFor !== undefined, "Who campaigns or leads has voted for itself");
  if (role.name === "candidate") return;
  hold(leaderId === votedFor?.id, "Who leads or led an epoch is known as its leader");
  hold(log.lastEpoch === epoch, "A leader begins its epoch with a record");
}

function checkProgress(before: State, after: State, hold: Hold): void {
  const isCutBack = after.truncatedFrom > before.truncatedFrom ||
    after.log.endOffset < before.log.endOffset;
  const isDurable = isCutBack || after.durableEndOffset >= before.durableEndOffset;
  hold(isDurable, "What is durable stays so");
  hold(after.highWatermark >= before.highWatermark, "The high watermark never goes back");
  if (after.highWatermark === before.highWatermark) return;
  const { role } = after;
  const hears = role.name === "leader" || role.name === "resigned" || role.name === "follower";
  hold(hears, "Only a leader commits, or who hears of it from the leader");
  if (role.name !== "leader") return;
  hold(after.highWatermark > role.epochStartOffset, "A leader commits a record of its own first");
}
