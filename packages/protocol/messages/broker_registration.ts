// Tells the active controller that a broker process has started; brokers send it until it is
// accepted.

import {
  api,
  array,
  boolean,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
  string,
  uint16,
  uuid,
} from "../schema/mod.ts";

export const BrokerRegistration = api({
  key: 62,
  name: "BrokerRegistration",
  versions: [0, 4],
  flexibleSince: 0,
  request: {
    brokerId: int32,
    clusterId: string,
    /** New for each process. */
    incarnationId: uuid,
    listeners: array({
      name: string,
      host: string,
      port: uint16,
      /** 0: PLAINTEXT, 1: SSL, 2: SASL_PLAINTEXT, 3: SASL_SSL. */
      securityProtocol: int16,
    }),
    /** Supported levels. Below version 4 without features whose minimum is 0. */
    features: array({ name: string, minSupportedVersion: int16, maxSupportedVersion: int16 }),
    rack: string.nullable(),
    /** Always false: ZooKeeper is gone. */
    isMigratingZkBroker: boolean.since(1).default(false),
    /** Ids of those that are online (KIP-858). */
    logDirs: array(uuid).since(2).ignorable(),
    /** From the file of a clean shutdown; -1: it was none (KIP-966). */
    previousBrokerEpoch: int64.since(3).default(-1n).ignorable(),
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    /** To be named in all further requests to the controller; -1 on an error. */
    brokerEpoch: int64.default(-1n),
  },
});
export type BrokerRegistrationRequest = Request<typeof BrokerRegistration>;
export type BrokerRegistrationResponse = ResponseDraft<typeof BrokerRegistration>;
