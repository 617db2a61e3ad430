// A broker takes a block of producer ids.

import { int32, int64, type MessageOf } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const ProducerIdsRecord = metadataRecord({
  key: 15,
  name: "ProducerIdsRecord",
  versions: [0, 0],
  fields: {
    brokerId: int32,
    brokerEpoch: int64.default(-1n),
    /** First id after the block. */
    nextProducerId: int64,
  },
});
export type ProducerIdsRecord = MessageOf<typeof ProducerIdsRecord>;
