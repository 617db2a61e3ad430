// Which role takes which event. Whatever is heard from another replica may tell of a newer epoch,
// or who leads this one: that is taken in first, whoever it was that spoke.

import { assert, NO_NODE } from "@odradek/base";
import type { Answered, Event, Proposed, Unanswered, Written } from "../events.ts";
import type { Turn } from "../turn.ts";
import { asked } from "./asked.ts";
import { candidateAnswered, candidateElapsed, candidateUnanswered } from "../roles/candidate.ts";
import { askForSlice, installed, sliceAnswered } from "../roles/catch_up.ts";
import { enter } from "./enter.ts";
import { forgetObservers } from "../roles/fetches.ts";
import {
  fetchOn,
  followerAnswered,
  followerElapsed,
  followerUnanswered,
} from "../roles/follower.ts";
import {
  commit,
  leaderAnswered,
  leaderElapsed,
  leaderProposed,
  leaderUnanswered,
  successors,
} from "../roles/leader.ts";
import {
  prospectiveAnswered,
  prospectiveElapsed,
  prospectiveUnanswered,
} from "../roles/prospective.ts";
import { resignedAnswered, resignedElapsed, resignedUnanswered } from "../roles/resigned.ts";
import type { Follower, Transition } from "../roles/role.ts";
import { unattachedAnswered, unattachedElapsed } from "../roles/unattached.ts";
import { voterChanged } from "../roles/voter_changes.ts";

export function handle(turn: Turn, event: Event): Transition | undefined {
  switch (event.type) {
    case "elapsed":
      return elapsed(turn);
    case "proposed":
      return proposed(turn, event);
    case "written":
      return written(turn, event);
    case "asked":
      return asked(turn, event);
    case "answered":
      return answered(turn, event);
    case "unanswered":
      return unanswered(turn, event);
    case "snapshotInstalled":
      if (turn.state.role.name === "follower") snapshotInstalled(turn, turn.state.role, event);
      return undefined;
    case "snapshotTaken": {
      const { snapshot, logStartOffset } = event;
      return void turn.change({ snapshot, log: turn.state.log.advanceStart(logStartOffset) });
    }
    case "voterChange":
      return voterChanged(turn, event);
    case "resign":
      return resign(turn);
  }
}

function elapsed(turn: Turn): Transition | undefined {
  const { role } = turn.state;
  switch (role.name) {
    case "unattached":
      return unattachedElapsed(turn);
    case "prospective":
      return prospectiveElapsed(turn, role);
    case "candidate":
      return candidateElapsed(turn, role);
    case "follower":
      return followerElapsedOrStalled(turn, role);
    case "leader":
      return leaderElapsed(turn, forgetObservers(turn, role));
    case "resigned":
      return resignedElapsed(turn, role);
  }
}

/** What is asked for again may be a slice of a snapshot. */
function followerElapsedOrStalled(turn: Turn, role: Follower): Transition | undefined {
  const { download, fetch, campaignAtMs } = role;
  const isDue = fetch !== undefined && turn.now >= fetch.dueAtMs && turn.now < campaignAtMs;
  if (download === undefined || !isDue) return followerElapsed(turn, role);
  return void askForSlice(turn, role, download);
}

function proposed(turn: Turn, event: Proposed): undefined {
  if (turn.state.role.name === "leader") leaderProposed(turn, event);
  else turn.emit({ type: "refuse", refused: "NOT_CONTROLLER" });
}

function written(turn: Turn, { endOffset, epoch }: Written): Transition | undefined {
  const { log, durableEndOffset, role } = turn.state;
  if (endOffset <= durableEndOffset) return undefined;
  if (!log.holds({ endOffset, epoch })) {
    const state = { endOffset, epoch, end: log.endOffset, lastEpoch: log.lastEpoch };
    // What was cut off since the sync began is not there; what was never there is a bug.
    assert(turn.state.truncatedFrom >= endOffset, "Only what is in the log can be durable", state);
    return undefined;
  }
  turn.change({ durableEndOffset: endOffset });
  if (role.name === "leader") return commit(turn, role);
  if (role.name === "follower") fetchOn(turn, role);
  return undefined;
}

function answered(turn: Turn, event: Answered): Transition | undefined {
  const news = newsOf(turn, event);
  if (news !== undefined) enter(turn, news);
  const { role } = turn.state;
  switch (role.name) {
    case "unattached":
      return unattachedAnswered(turn, role, event);
    case "prospective":
      return prospectiveAnswered(turn, role, event);
    case "candidate":
      return candidateAnswered(turn, role, event);
    case "follower":
      return followerHeard(turn, role, event);
    case "leader":
      return leaderAnswered(turn, role, event);
    case "resigned":
      return resignedAnswered(turn, role, event);
  }
}

/** Of a higher epoch, or of the leader of this one that was not known. */
function newsOf({ self, state }: Turn, { response }: Answered): Transition | undefined {
  const { epoch, leaderId } = response;
  if (epoch < state.epoch) return undefined;
  const isNewer = epoch > state.epoch;
  if (leaderId === NO_NODE || leaderId === self.id) {
    return isNewer ? { to: "unattached", epoch } : undefined;
  }
  if (isNewer || (state.leaderId === NO_NODE && isOpen(state.role.name))) {
    return { to: "follower", epoch, leaderId };
  }
  return undefined;
}

/** Roles in which a leader may turn up in their own epoch. */
function isOpen(role: string): boolean {
  return role === "unattached" || role === "prospective" || role === "candidate";
}

function followerHeard(turn: Turn, role: Follower, event: Answered): undefined {
  if (sliceAnswered(turn, role, event)) return followerAnswered(turn, role, event);
  giveUpDownload(turn, role);
}

function giveUpDownload(turn: Turn, role: Follower): void {
  fetchOn(turn, { ...role, download: undefined, fetch: undefined });
}

function snapshotInstalled(
  turn: Turn,
  role: Follower,
  event: Event & { type: "snapshotInstalled" },
): void {
  if (!role.download?.isInstalling) return;
  installed(turn, event);
  giveUpDownload(turn, role);
}

function unanswered(turn: Turn, event: Unanswered): undefined {
  const { role } = turn.state;
  switch (role.name) {
    case "unattached":
      return unattachedAnswered(turn, role, event);
    case "prospective":
      return prospectiveUnanswered(turn, role, event);
    case "candidate":
      return candidateUnanswered(turn, role, event);
    case "follower":
      return followerUnanswered(turn, role, event);
    case "leader":
      return leaderUnanswered(turn, role, event);
    case "resigned":
      return resignedUnanswered(turn, role, event);
  }
}

function resign(turn: Turn): Transition | undefined {
  const { role } = turn.state;
  if (role.name !== "leader") return undefined;
  return { to: "resigned", successors: successors(turn, role.progress) };
}
