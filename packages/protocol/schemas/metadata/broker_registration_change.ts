// Some of a broker's registration changes; what the record leaves out stays.

import { array, int32, int64, int8, type MessageOf, uuid } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const BrokerRegistrationChangeRecord = metadataRecord({
  key: 17,
  name: "BrokerRegistrationChangeRecord",
  versions: [0, 3],
  fields: {
    brokerId: int32,
    brokerEpoch: int64,
    /** 1: fenced from here on; -1: unfenced; 0: stays. */
    fenced: int8.tag(0),
    /** 1: from here on; 0: stays. */
    inControlledShutdown: int8.since(1).tag(1),
    /** Ids of those that are online; empty: stays. */
    logDirs: array(uuid).since(2).tag(2),
    /** null: stays. */
    cordonedLogDirs: array(uuid).since(3).nullable().default(null).tag(3),
  },
});
export type BrokerRegistrationChangeRecord = MessageOf<typeof BrokerRegistrationChangeRecord>;
