// What came since BeginTransactionRecord never was (KIP-868).

import { type MessageOf, string } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const AbortTransactionRecord = metadataRecord({
  key: 25,
  name: "AbortTransactionRecord",
  versions: [0, 0],
  fields: {
    /** For readers of the log; null: none. */
    reason: string.nullable().default(null).tag(0),
  },
});
export type AbortTransactionRecord = MessageOf<typeof AbortTransactionRecord>;
