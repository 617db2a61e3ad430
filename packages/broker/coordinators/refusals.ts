// What a caller hears when a coordinator cannot write or does not serve. Clients of groups and
// transactions know other errors than those of a log: coordinators §1.

import { Fault } from "@odradek/base";
import type { ErrorName } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";

const TOLD_AS: ReadonlyMap<ErrorName, ErrorName> = new Map<ErrorName, ErrorName>([
  ["UNKNOWN_TOPIC_OR_PARTITION", "COORDINATOR_NOT_AVAILABLE"],
  ["NOT_ENOUGH_REPLICAS", "COORDINATOR_NOT_AVAILABLE"],
  ["NOT_ENOUGH_REPLICAS_AFTER_APPEND", "COORDINATOR_NOT_AVAILABLE"],
  ["REQUEST_TIMED_OUT", "COORDINATOR_NOT_AVAILABLE"],
  ["NOT_LEADER_OR_FOLLOWER", "NOT_COORDINATOR"],
  ["FENCED_LEADER_EPOCH", "NOT_COORDINATOR"],
  ["UNKNOWN_LEADER_EPOCH", "NOT_COORDINATOR"],
  ["KAFKA_STORAGE_ERROR", "NOT_COORDINATOR"],
  ["MESSAGE_TOO_LARGE", "UNKNOWN_SERVER_ERROR"],
  ["RECORD_LIST_TOO_LARGE", "UNKNOWN_SERVER_ERROR"],
  ["INVALID_FETCH_SIZE", "UNKNOWN_SERVER_ERROR"],
]);

/** Of what an append threw. Bugs go on. */
export function appendRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) {
    return new Refusal(TOLD_AS.get(error.error) ?? error.error, error.detail);
  }
  // The disk has failed, or whatever else an append meets: another broker may do better.
  if (error instanceof Fault) return new Refusal("NOT_COORDINATOR", error.message);
  throw error;
}
