// From one role into the next, until one stays.

import { assert } from "@odradek/base";
import type { Turn } from "../turn.ts";
import { enterCandidate } from "../roles/candidate.ts";
import { refuseWaiting } from "../roles/fetches.ts";
import { enterFollower } from "../roles/follower.ts";
import { enterLeader } from "../roles/leader.ts";
import { enterProspective } from "../roles/prospective.ts";
import { enterResigned } from "../roles/resigned.ts";
import type { Transition } from "../roles/role.ts";
import { enterUnattached } from "../roles/unattached.ts";

export function enter(turn: Turn, first: Transition | undefined): void {
  let transition = first;
  while (transition !== undefined) {
    const left = turn.state.role;
    transition = enterOne(turn, transition);
    if (left.name === "leader" && turn.state.role.name !== "leader") refuseWaiting(turn, left);
  }
}

function enterOne(turn: Turn, transition: Transition): Transition | undefined {
  switch (transition.to) {
    case "unattached":
      return enterUnattached(turn, transition.epoch);
    case "prospective":
      return enterProspective(turn);
    case "candidate":
      return enterCandidate(turn);
    case "leader":
      return enterLeader(turn);
    case "follower":
      return enterFollower(turn, transition);
    case "resigned":
      assert(turn.state.role.name === "leader", "Only a leader gives up");
      return enterResigned(turn, transition.successors);
  }
}
