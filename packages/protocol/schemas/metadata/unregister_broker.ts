// A broker is forgotten, as somebody asked by UnregisterBroker.

import { int32, int64, type MessageOf } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const UnregisterBrokerRecord = metadataRecord({
  key: 1,
  name: "UnregisterBrokerRecord",
  versions: [0, 0],
  fields: { brokerId: int32, brokerEpoch: int64 },
});
export type UnregisterBrokerRecord = MessageOf<typeof UnregisterBrokerRecord>;
