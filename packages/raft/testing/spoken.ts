// Requests and answers of a transcript's commands. What a command leaves out is as the node itself
// has it: its epoch, its log, its key.

import { epoch, type NodeId, NO_NODE, nodeId, type Offset, offset } from "@odradek/base";
import type { LogPrefix } from "../log_view.ts";
import type { FetchResult, RaftError, RaftRequest, RaftResponse } from "../messages.ts";
import type { State } from "../state.ts";
import type { ReplicaKey, VoterSet } from "../voters.ts";
import { number, prefix, records, replica, replicas, text, voterSet } from "./command_values.ts";
import type { Payload, SimulatedRecord } from "./simulated_node.ts";
import type { Command } from "./transcript.ts";

/** Who is spoken to. */
export interface Hearer {
  readonly self: ReplicaKey;
  readonly state: State;
}

/** `vote from=2 epoch=4 log=7@3`, for example; the first word says what. */
export function requestOf(command: Command, { self, state }: Hearer): RaftRequest {
  const from = replica(text(command, "from") ?? "2");
  const of = { epoch: epoch(number(command, "epoch", state.epoch)) };
  const end = { endOffset: state.log.endOffset, epoch: state.log.lastEpoch };
  const voter = replica(text(command, "voter") ?? `${self.id}/${self.directoryId}`);
  switch (text(command, "")) {
    case "vote":
    case "pre-vote": {
      const isPreVote = text(command, "") === "pre-vote";
      const log = prefix(command, "log", end);
      return { type: "vote", isPreVote, ...of, candidate: from, voter, log };
    }
    case "begin":
      return { type: "beginQuorumEpoch", ...of, leaderId: from.id, voter };
    case "end": {
      const successors = replicas(text(command, "successors") ?? "");
      return { type: "endQuorumEpoch", ...of, leaderId: from.id, successors };
    }
    case "fetch":
      return { ...fetchOf(command, prefix(command, "log", end)), ...of, replica: from };
    case "fetch-snapshot": {
      const snapshot = prefix(command, "of", end);
      const position = number(command, "position", 0);
      return { type: "fetchSnapshot", ...of, replica: from, snapshot, position };
    }
    default:
      throw new Error(`Nobody asks for "${text(command, "")}"`);
  }
}

function fetchOf(command: Command, log: LogPrefix) {
  const committed = text(command, "committed");
  return {
    type: "fetch" as const,
    fetchOffset: log.endOffset,
    lastFetchedEpoch: log.epoch,
    highWatermark: committed === undefined ? undefined : offset(Number(committed)),
    maxWaitMs: number(command, "wait", 500),
  };
}

export interface Spoken {
  readonly response: RaftResponse;
  readonly payload: Payload | undefined;
}

/** `granted`, `rejected`, `done`, `records`, `diverging`, `snapshot`, `slice`, or an error. */
export function responseOf(command: Command, request: RaftRequest, hearer: Hearer): Spoken {
  const { state } = hearer;
  const word = text(command, "") ?? "";
  const isFetch = request.type === "fetch" || request.type === "fetchSnapshot";
  const answer = {
    epoch: epoch(number(command, "epoch", state.epoch)),
    leaderId: leaderOf(text(command, "leader"), isFetch ? state.leaderId : NO_NODE),
    ...(/^[A-Z_]+$/.test(word) ? { refused: word as RaftError } : {}),
  };
  switch (request.type) {
    case "vote": {
      const granted = word === "granted";
      return { response: { type: "vote", ...answer, granted }, payload: undefined };
    }
    case "beginQuorumEpoch":
    case "endQuorumEpoch":
      return { response: { type: request.type, ...answer }, payload: undefined };
    case "fetch": {
      const [result, payload] = resultOf(command, request.fetchOffset);
      const highWatermark = offset(number(command, "committed", 0));
      return { response: { type: "fetch", ...answer, highWatermark, result }, payload };
    }
    case "fetchSnapshot": {
      const [size, length] = [number(command, "size", 0), number(command, "length", 0)];
      const voters = voterSet(text(command, "voters") ?? "1,2,3");
      const payload = { prefix: request.snapshot, records: [], voters };
      return { response: { type: "fetchSnapshot", ...answer, size, length }, payload };
    }
  }
}

function leaderOf(given: string | undefined, otherwise: NodeId): NodeId {
  if (given === undefined) return otherwise;
  return given === "none" ? NO_NODE : nodeId(Number(given));
}

type Result = readonly [FetchResult | undefined, Payload | undefined];

function resultOf(command: Command, from: Offset): Result {
  switch (text(command, "")) {
    case "records":
      return recordsOf(command, from);
    case "diverging":
      return [{ is: "diverging", prefix: prefix(command, "diverges", NOTHING) }, undefined];
    case "snapshot":
      return [{ is: "snapshot", snapshot: prefix(command, "of", NOTHING) }, undefined];
    default:
      return [undefined, undefined];
  }
}

const NOTHING: LogPrefix = { endOffset: offset(0), epoch: epoch(0) };

/** `of=1x3 voters=1,2`: the last of them says who votes. */
function recordsOf(command: Command, from: Offset): Result {
  const plain = records(text(command, "of") ?? "");
  const given = text(command, "voters");
  const set = given === undefined ? undefined : voterSet(given);
  const all = plain.map((record, i): SimulatedRecord =>
    i === plain.length - 1 ? { ...record, voters: set } : record
  );
  const prefixes = all.map((record, i) => ({ ...record, endOffset: offset(from + i + 1) }))
    .filter(({ epoch }, i) => all[i + 1]?.epoch !== epoch)
    .map(({ epoch, endOffset }) => ({ epoch, endOffset }));
  return [{ is: "records", prefixes, voters: votersAt(set, from + all.length - 1) }, all];
}

function votersAt(voters: VoterSet | undefined, at: number) {
  return voters === undefined ? [] : [{ offset: offset(at), voters }];
}
