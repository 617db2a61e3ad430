// Nothing changes; the controller writes it now and then so that the offset moves (KIP-835).

import type { MessageOf } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const NoOpRecord = metadataRecord({
  key: 20,
  name: "NoOpRecord",
  versions: [0, 0],
  fields: {},
});
export type NoOpRecord = MessageOf<typeof NoOpRecord>;
