// What the words of a transcript's commands mean: replicas, records, places in a log.

import { epoch, nodeId, offset, type Uuid, ZERO_UUID } from "@odradek/base";
import type { LogPrefix } from "../log_view.ts";
import { type ReplicaKey, type Voter, VoterSet } from "../voters.ts";
import type { SimulatedRecord } from "./simulated_node.ts";
import type { Command } from "./transcript.ts";

export function text(command: Command, name: string): string | undefined {
  return command.arguments.get(name);
}

export function number(command: Command, name: string, otherwise: number): number {
  return Number(text(command, name) ?? otherwise);
}

/** `7@2`: up to 7, of which the last record is of epoch 2. */
export function prefix(command: Command, name: string, otherwise: LogPrefix): LogPrefix {
  const given = text(command, name);
  if (given === undefined) return otherwise;
  const [end, of] = given.split("@");
  return { endOffset: offset(Number(end)), epoch: epoch(Number(of)) };
}

/** `1x3,2x1`: three records of epoch 1, then one of epoch 2. */
export function records(given: string): SimulatedRecord[] {
  return [...given.matchAll(/(\d+)x(\d+)/g)].flatMap(([, of, count]) =>
    Array.from({ length: Number(count) }, () => ({ epoch: epoch(Number(of)), value: -1 }))
  );
}

/** `1` or `1/dir`. */
export function replica(given: string): ReplicaKey {
  const [id, directoryId] = given.split("/");
  return { id: nodeId(Number(id)), directoryId: (directoryId ?? ZERO_UUID) as Uuid };
}

/** `1,2/dir`, or nothing. */
export function replicas(given: string): ReplicaKey[] {
  return given === "" ? [] : given.split(",").map(replica);
}

export function voter(given: string): Voter {
  return { ...replica(given), endpoints: [], kraftVersions: { min: 0, max: 1 } };
}

export function voterSet(given: string): VoterSet {
  return new VoterSet(given === "" ? [] : given.split(",").map(voter));
}
