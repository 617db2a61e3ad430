// A broker is fenced, as old controllers wrote it; newer ones write BrokerRegistrationChangeRecord.

import { int32, int64, type MessageOf } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const FenceBrokerRecord = metadataRecord({
  key: 7,
  name: "FenceBrokerRecord",
  versions: [0, 0],
  fields: { id: int32, epoch: int64 },
});
export type FenceBrokerRecord = MessageOf<typeof FenceBrokerRecord>;
