// Finds the broker that coordinates a group or a transactional id; consumers, producers and admin
// clients send it to any broker.

import {
  api,
  array,
  int16,
  int32,
  int8,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

/** One key up to version 3, any number since version 4 (KIP-699). */
export const FindCoordinator = api({
  key: 10,
  name: "FindCoordinator",
  versions: [0, 6],
  flexibleSince: 3,
  request: {
    key: string.until(3),
    /** 0: group, 1: transactional id, 2: share partition as `group:topicId:partition`. */
    keyType: int8.since(1).default(0),
    coordinatorKeys: array(string).since(4),
  },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    errorCode: int16.until(3),
    errorMessage: string.since(1).until(3).nullable().ignorable(),
    /** -1, with an empty host and port -1: none, see the error. */
    nodeId: int32.until(3),
    host: string.until(3),
    port: int32.until(3),
    /** Of each key, in the order of the request. */
    coordinators: array({
      key: string,
      nodeId: int32,
      host: string,
      port: int32,
      errorCode: int16,
      errorMessage: string.nullable().ignorable(),
    }).since(4),
  },
});
export type FindCoordinatorRequest = Request<typeof FindCoordinator>;
export type FindCoordinatorResponse = ResponseDraft<typeof FindCoordinator>;
