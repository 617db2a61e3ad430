// A broker is unfenced, as old controllers wrote it; newer ones write
// BrokerRegistrationChangeRecord.

import { int32, int64, type MessageOf } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const UnfenceBrokerRecord = metadataRecord({
  key: 8,
  name: "UnfenceBrokerRecord",
  versions: [0, 0],
  fields: { id: int32, epoch: int64 },
});
export type UnfenceBrokerRecord = MessageOf<typeof UnfenceBrokerRecord>;
