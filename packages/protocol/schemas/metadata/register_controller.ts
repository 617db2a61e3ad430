// A controller process has registered.

import {
  array,
  boolean,
  int16,
  int32,
  type MessageOf,
  string,
  uint16,
  uuid,
} from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const RegisterControllerRecord = metadataRecord({
  key: 27,
  name: "RegisterControllerRecord",
  versions: [0, 0],
  fields: {
    controllerId: int32,
    /** Of the process. */
    incarnationId: uuid,
    /** Always false: ZooKeeper is gone. */
    zkMigrationReady: boolean,
    endPoints: array({
      name: string,
      host: string,
      port: uint16,
      /** As in RegisterBrokerRecord. */
      securityProtocol: int16,
    }),
    /** Levels that the process supports. */
    features: array({ name: string, minSupportedVersion: int16, maxSupportedVersion: int16 }),
  },
});
export type RegisterControllerRecord = MessageOf<typeof RegisterControllerRecord>;
