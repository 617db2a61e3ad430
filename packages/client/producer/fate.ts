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
/** The records may be in the log all the same. */
const MAYBE_WRITTEN: readonly ErrorName[] = [
  "REQUEST_TIMED_OUT",
  "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
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
  return !(error instanceof BrokerRefused) || MAYBE_WRITTEN.includes(error.error);
}
