// Effects as lines of a transcript or a trace.

import { NO_NODE, type NodeId, unreachable } from "@odradek/base";
import type { Append, Effect, Effects, VotersChanged } from "../effects.ts";
import type { LogPrefix } from "../log_view.ts";
import type { FetchResult, RaftRequest, RaftResponse } from "../messages.ts";
import { type ReplicaKey, replicaText } from "../voters.ts";

export function effectsText(effects: Effects): string {
  return effects.map(effectText).join("\n");
}

export function effectText(effect: Effect): string {
  switch (effect.type) {
    case "persist": {
      const voted = effect.votedFor === undefined ? "none" : replicaText(effect.votedFor);
      return `persist epoch=${effect.epoch} voted=${voted} leader=${nodeText(effect.leaderId)}`;
    }
    case "append":
      return appendText(effect);
    case "truncateTo":
      return `truncate to=${effect.endOffset}`;
    case "storeSlice":
      return `store slice of ${prefixText(effect.snapshot)} at=${effect.position}`;
    case "installSnapshot":
      return `install snapshot ${prefixText(effect.snapshot)}`;
    case "resetTo":
      return `reset to ${prefixText(effect.snapshot)}`;
    case "send":
      return `send to=${nodeText(effect.to)} #${effect.correlation} ${requestText(effect.request)}`;
    case "reply":
      return `reply #${effect.token} ${responseText(effect.response)}`;
    case "votersChanged":
      return `voters changed #${effect.token} ${outcomeText(effect)}`;
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

function appendText(effect: Append): string {
  switch (effect.kind) {
    case "leader change": {
      const { kind, baseOffset, epoch, leaderId, voters, grantingVoters, firstVoters } = effect;
      const first = firstVoters === undefined ? "" : ` first=${list([...firstVoters])}`;
      const election = `voters=${list(voters)} granted=${list(grantingVoters)}${first}`;
      return `append ${kind} offset=${baseOffset} epoch=${epoch} leader=${leaderId} ${election}`;
    }
    case "voters": {
      const { baseOffset, epoch, voters } = effect;
      return `append voters offset=${baseOffset} epoch=${epoch} voters=${list([...voters])}`;
    }
    case "fetched":
      return `append fetched to=${effect.endOffset}`;
  }
}

function outcomeText({ outcome }: VotersChanged): string {
  return "refused" in outcome ? outcome.refused : `when committed=${outcome.endOffset}`;
}

export function requestText(request: RaftRequest): string {
  const epoch = `epoch=${request.epoch}`;
  switch (request.type) {
    case "vote": {
      const { isPreVote, candidate, log } = request;
      const name = isPreVote ? "pre-vote" : "vote";
      return `${name} ${epoch} for=${replicaText(candidate)} log=${prefixText(log)}`;
    }
    case "beginQuorumEpoch":
      return `begin ${epoch} leader=${request.leaderId}`;
    case "endQuorumEpoch":
      return `end ${epoch} leader=${request.leaderId} successors=${list(request.successors)}`;
    case "fetch": {
      const { fetchOffset, lastFetchedEpoch, highWatermark } = request;
      return `fetch ${epoch} from=${fetchOffset}@${lastFetchedEpoch} committed=${highWatermark}`;
    }
    case "fetchSnapshot":
      return `fetch snapshot ${epoch} ${prefixText(request.snapshot)} at=${request.position}`;
  }
}

export function responseText(response: RaftResponse): string {
  const known = `${response.type} epoch=${response.epoch} leader=${nodeText(response.leaderId)}`;
  if (response.refused !== undefined) return `${known} ${response.refused}`;
  if (response.type === "vote") return `${known} ${response.granted ? "granted" : "rejected"}`;
  if (response.type !== "fetch" || response.result === undefined) return known;
  return `${known} committed=${response.highWatermark} ${resultText(response.result)}`;
}

function resultText(result: FetchResult): string {
  switch (result.is) {
    case "available":
      return `records from=${result.from} to=${result.upTo}`;
    case "diverging":
      return `diverging at=${prefixText(result.prefix)}`;
    case "snapshot":
      return `snapshot ${prefixText(result.snapshot)}`;
    case "records":
      return `records ${result.prefixes.map(prefixText).join(",")}`;
  }
}

function prefixText({ endOffset, epoch }: LogPrefix): string {
  return `${endOffset}@${epoch}`;
}

function nodeText(id: NodeId): string {
  return id === NO_NODE ? "none" : `${id}`;
}

function list(replicas: readonly ReplicaKey[]): string {
  return replicas.map(replicaText).join(",");
}
