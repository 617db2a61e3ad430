// Effects as lines of a transcript or a trace.

import { NO_NODE, unreachable } from "@odradek/base";
import type { Effect, Effects } from "../effects.ts";
import { type ReplicaKey, replicaText } from "../voters.ts";

export function effectsText(effects: Effects): string {
  return effects.map(effectText).join("\n");
}

export function effectText(effect: Effect): string {
  switch (effect.type) {
    case "persist": {
      const voted = effect.votedFor === undefined ? "none" : replicaText(effect.votedFor);
      const leader = effect.leaderId === NO_NODE ? "none" : effect.leaderId;
      return `persist epoch=${effect.epoch} voted=${voted} leader=${leader}`;
    }
    case "append": {
      const { kind, baseOffset, epoch, leaderId, voters, grantingVoters } = effect;
      const election = `voters=${list(voters)} granted=${list(grantingVoters)}`;
      return `append ${kind} offset=${baseOffset} epoch=${epoch} leader=${leaderId} ${election}`;
    }
    case "commitTo":
      return `commit to=${effect.offset}`;
    case "became":
      return `became ${effect.role} epoch=${effect.epoch}`;
    case "refuse":
      return `refuse ${effect.refused}`;
    case "wakeAt":
      return `wake at=${effect.ms}`;
    default:
      return unreachable(effect);
  }
}

function list(replicas: readonly ReplicaKey[]): string {
  return replicas.map(replicaText).join(",");
}
