// What is answered to BeginQuorumEpoch and to EndQuorumEpoch, between the core and the wire: the
// same to both.

import type { RaftError } from "@odradek/raft";
import {
  type AnswerContext,
  errorCodeOf,
  leadershipOf,
  oneTopic,
  onlyPartition,
  raftError,
} from "./partition.ts";

type Leadership = ReturnType<typeof leadershipOf>;

export interface EpochAnswer extends Leadership {
  readonly refused?: RaftError | undefined;
}

interface WirePartition {
  readonly partitionIndex: number;
  readonly errorCode: number;
  readonly leaderId: number;
  readonly leaderEpoch: number;
}

interface WireAnswer {
  readonly errorCode: number;
  readonly topics: readonly {
    readonly topicName: string;
    readonly partitions: readonly WirePartition[];
  }[];
}

export function encodeEpochAnswer(
  { leaderId, epoch: leaderEpoch, refused }: EpochAnswer,
  { nodeEndpoints }: AnswerContext,
) {
  const topics = oneTopic({ errorCode: errorCodeOf(refused), leaderId, leaderEpoch });
  return { errorCode: 0, topics, nodeEndpoints };
}

/** Throws Refusal for an error that says nothing of the quorum. */
export function decodeEpochAnswer({ errorCode, topics }: WireAnswer): EpochAnswer {
  raftError(errorCode);
  const answer = onlyPartition(topics);
  return { ...leadershipOf(answer), refused: raftError(answer.errorCode) };
}
