// Keeps a broker's registration alive and asks for its state to change; brokers send it to the
// active controller.

import {
  api,
  array,
  boolean,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
  uuid,
} from "../schema/mod.ts";

export const BrokerHeartbeat = api({
  key: 63,
  name: "BrokerHeartbeat",
  versions: [0, 2],
  flexibleSince: 0,
  request: {
    brokerId: int32,
    /** From its registration. */
    brokerEpoch: int64.default(-1n),
    /** The last of the metadata log that it has applied. */
    currentMetadataOffset: int64,
    /** It cannot serve, and must not lead anything. */
    wantFence: boolean,
    /** Begins, and goes on with, a controlled shutdown. */
    wantShutDown: boolean,
    /** Ids of those that failed (KIP-858). */
    offlineLogDirs: array(uuid).since(1).tag(0),
    /** Ids of those that take no new replicas; null: not known yet. */
    cordonedLogDirs: array(uuid).since(2).nullable().default(null).tag(1),
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    /** Its metadata is recent enough to be unfenced. */
    isCaughtUp: boolean.default(false),
    isFenced: boolean.default(true),
    /** It leads nothing any more and may end. */
    shouldShutDown: boolean,
  },
});
export type BrokerHeartbeatRequest = Request<typeof BrokerHeartbeat>;
export type BrokerHeartbeatResponse = ResponseDraft<typeof BrokerHeartbeat>;
