// A broker process has registered; the controller writes it, fenced at first. Replaces what was
// known of the id.

import {
  array,
  boolean,
  int16,
  int32,
  int64,
  type MessageOf,
  string,
  uint16,
  uuid,
} from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const RegisterBrokerRecord = metadataRecord({
  key: 0,
  name: "RegisterBrokerRecord",
  versions: [0, 4],
  fields: {
    brokerId: int32,
    /** Always false: ZooKeeper is gone. */
    isMigratingZkBroker: boolean.since(2).default(false),
    /** Of the process. */
    incarnationId: uuid,
    /** The offset of this record, as a rule. */
    brokerEpoch: int64,
    endPoints: array({
      name: string,
      host: string,
      port: uint16,
      /** 0: PLAINTEXT, 1: SSL, 2: SASL_PLAINTEXT, 3: SASL_SSL. */
      securityProtocol: int16,
    }),
    /** Levels that the process supports. */
    features: array({ name: string, minSupportedVersion: int16, maxSupportedVersion: int16 }),
    rack: string.nullable(),
    fenced: boolean.default(true),
    inControlledShutdown: boolean.since(1).default(false),
    /** Ids of those that are online; empty: not told. */
    logDirs: array(uuid).since(3).tag(0),
    /** Ids of those that take no new replicas; null: not told yet. */
    cordonedLogDirs: array(uuid).since(4).nullable().default(null).tag(1),
  },
});
export type RegisterBrokerRecord = MessageOf<typeof RegisterBrokerRecord>;
