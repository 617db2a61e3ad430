// What becomes of a batch that a broker has not taken. Pure.

import type { ErrorName } from "@odradek/protocol/errors";
import { BrokerRefused, mayRetry } from "../refused.ts";

export type Fate =
  /** It is in the log already. */
  | "delivered"
  /** It is sent once more, as it is. */
  | "again"
  /** It is sent once more, under another producer id. */
  | "renamed"
  | "given up";

/** The broker does not know the producer any more, or knows a newer one. */
const IDENTITY_LOST: readonly ErrorName[] = ["UNKNOWN_PRODUCER_ID", "INVALID_PRODUCER_EPOCH"];
/**
 * Said before anything is appended. Every other refusal leaves it open: a leader that loses its
 * place while a batch waits for the followers says NOT_LEADER_OR_FOLLOWER, and the next leader may
 * have the batch.
 */
const NEVER_WRITTEN: readonly ErrorName[] = [
  ...IDENTITY_LOST,
  "LEADER_NOT_AVAILABLE",
  "NOT_ENOUGH_REPLICAS",
  "OUT_OF_ORDER_SEQUENCE_NUMBER",
  "UNKNOWN_TOPIC_ID",
  "UNKNOWN_TOPIC_OR_PARTITION",
];

/** `isOneMissing`: a batch before it is not in the log, so that this one could not be taken. */
export function fateOf(error: Error, isOneMissing: boolean): Fate {
  if (error instanceof BrokerRefused) {
    if (error.error === "DUPLICATE_SEQUENCE_NUMBER") return "delivered";
    if (error.error === "OUT_OF_ORDER_SEQUENCE_NUMBER" && isOneMissing) return "again";
    if (IDENTITY_LOST.includes(error.error)) return "renamed";
  }
  return mayRetry(error) ? "again" : "given up";
}

/** Whether the records may be in the log although the broker has not said so. */
export function isUncertain(error: Error): boolean {
  return !(error instanceof BrokerRefused) || !NEVER_WRITTEN.includes(error.error);
}
