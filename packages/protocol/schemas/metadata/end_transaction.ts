// What came since BeginTransactionRecord takes effect (KIP-868).

import type { MessageOf } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const EndTransactionRecord = metadataRecord({
  key: 24,
  name: "EndTransactionRecord",
  versions: [0, 0],
  fields: {},
});
export type EndTransactionRecord = MessageOf<typeof EndTransactionRecord>;
