// What the quorum's requests and answers have in common: the one partition of the metadata, the
// cluster that it belongs to, errors by name, and where the leader listens.

import { epoch, METADATA_TOPIC, type NodeId, nodeId } from "@odradek/base";
import { type ErrorName, errorName, errors } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import type { RaftError } from "@odradek/raft";

/** As the answers tell it, by the id of a node. */
export interface NodeEndpoint {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

/** What an answer is made with, beside the core's. */
export interface AnswerContext {
  /** The leader's, if it is known. */
  readonly nodeEndpoints: readonly NodeEndpoint[];
}

interface Partition {
  readonly partitionIndex: number;
}

/** The only one there may be. Refuses with INVALID_REQUEST. */
export function onlyPartition<P extends Partition>(
  topics: readonly { readonly topicName: string; readonly partitions: readonly P[] }[],
): P {
  const [topic, ...more] = topics;
  const [partition, ...others] = topic?.partitions ?? [];
  const isOther = topic?.topicName !== METADATA_TOPIC || partition?.partitionIndex !== 0;
  if (partition === undefined || isOther || more.length + others.length > 0) {
    throw new Refusal("INVALID_REQUEST", `Only ${METADATA_TOPIC}-0 is kept here`);
  }
  return partition;
}

export function oneTopic<P extends object>(partition: P) {
  return [{ topicName: METADATA_TOPIC, partitions: [{ partitionIndex: 0, ...partition }] }];
}

/** Refuses with INCONSISTENT_CLUSTER_ID a request of another cluster's replica. */
export function checkClusterId(given: string | null, own: string): void {
  if (given === null || given === own) return;
  throw new Refusal("INCONSISTENT_CLUSTER_ID", `It is of cluster ${given}, this is ${own}`);
}

const RAFT_ERRORS: readonly ErrorName[] = [
  "FENCED_LEADER_EPOCH",
  "UNKNOWN_LEADER_EPOCH",
  "NOT_LEADER_OR_FOLLOWER",
  "INVALID_VOTER_KEY",
  "INVALID_REQUEST",
  "SNAPSHOT_NOT_FOUND",
  "POSITION_OUT_OF_RANGE",
];

/** Undefined: none. Throws Refusal for one that says nothing of the quorum. */
export function raftError(code: number): RaftError | undefined {
  if (code === errors.NONE.code) return undefined;
  const name = errorName(code);
  if (RAFT_ERRORS.includes(name)) return name as RaftError;
  throw new Refusal(name);
}

export function errorCodeOf(refused: RaftError | undefined): number {
  return errors[refused ?? "NONE"].code;
}

/** Who leads which epoch, of an answer. */
export function leadershipOf(
  { leaderId, leaderEpoch }: { readonly leaderId: number; readonly leaderEpoch: number },
): { readonly leaderId: NodeId; readonly epoch: ReturnType<typeof epoch> } {
  return { leaderId: nodeId(leaderId), epoch: epoch(leaderEpoch) };
}
