// The answer of a fetch, from what was read.

import type { ClusterImage } from "@odradek/metadata";
import { errors } from "@odradek/protocol/errors";
import type { FetchResponse } from "@odradek/protocol/messages/fetch";
import { codeOf, isRefused, type Refused } from "../partitions/refused.ts";
import type { FetchAnswer } from "../partitions/service.ts";
import type { Told } from "../sessions/fetch_sessions.ts";
import type { FetchPart } from "./fetch.ts";

type TopicAnswer = FetchResponse["responses"][number];
type PartitionAnswer = TopicAnswer["partitions"][number];

export interface FetchAnswerTerms {
  readonly sessionId: number;
  readonly usesIds: boolean;
  readonly isReadCommitted: boolean;
  readonly image: ClusterImage;
}

/** What a session remembers of what is answered for a partition. */
export function toldOf({ outcome }: FetchPart): Told {
  if (isRefused(outcome)) {
    const none = { highWatermark: -1, logStartOffset: -1 };
    return { hasRecords: false, hasError: true, isUrgent: false, ...none };
  }
  const { highWatermark, logStartOffset, sizeBytes, diverging } = outcome;
  return {
    hasRecords: sizeBytes > 0,
    hasError: false,
    isUrgent: diverging !== undefined,
    highWatermark,
    logStartOffset,
  };
}

export function fetchAnswer(parts: readonly FetchPart[], terms: FetchAnswerTerms): FetchResponse {
  const topics: (TopicAnswer & { partitions: PartitionAnswer[] })[] = [];
  for (const part of parts) {
    const { topic, topicId } = part.asked;
    // Only neighbours are joined: the order of the partitions means something.
    let last = topics.at(-1);
    const isSame = terms.usesIds ? last?.topicId === topicId : last?.topic === topic;
    if (last === undefined || !isSame) {
      last = { topic, topicId, partitions: [] };
      topics.push(last);
    }
    last.partitions.push(partitionAnswer(part, terms));
  }
  return { errorCode: errors.NONE.code, sessionId: terms.sessionId, responses: topics };
}

function partitionAnswer({ asked, outcome }: FetchPart, terms: FetchAnswerTerms): PartitionAnswer {
  if (isRefused(outcome)) return refusedPartition(asked.partition, outcome);
  return {
    partitionIndex: asked.partition,
    errorCode: errors.NONE.code,
    highWatermark: BigInt(outcome.highWatermark),
    lastStableOffset: BigInt(outcome.lastStableOffset),
    logStartOffset: BigInt(outcome.logStartOffset),
    ...divergence(outcome),
    abortedTransactions: terms.isReadCommitted ? [] : null,
    records: outcome.lease?.bytes ?? NO_RECORDS,
  };
}

const NO_RECORDS = new Uint8Array(0);

function divergence({ diverging }: FetchAnswer): Pick<PartitionAnswer, "divergingEpoch"> {
  if (diverging === undefined) return {};
  return { divergingEpoch: { epoch: diverging.epoch, endOffset: BigInt(diverging.endOffset) } };
}

/** Offsets are -1, and records empty instead of null, for old clients. */
function refusedPartition(partitionIndex: number, refused: Refused): PartitionAnswer {
  const isUnknown = refused.refused === "UNKNOWN_TOPIC_OR_PARTITION" ||
    refused.refused === "UNKNOWN_TOPIC_ID";
  return {
    partitionIndex,
    errorCode: codeOf(refused),
    highWatermark: -1n,
    abortedTransactions: isUnknown ? [] : null,
    records: NO_RECORDS,
  };
}
