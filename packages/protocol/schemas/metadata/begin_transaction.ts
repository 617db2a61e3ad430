// The records up to EndTransactionRecord take effect all at once or, with AbortTransactionRecord,
// not at all (KIP-868).

import { type MessageOf, string } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const BeginTransactionRecord = metadataRecord({
  key: 23,
  name: "BeginTransactionRecord",
  versions: [0, 0],
  fields: {
    /** For readers of the log; null: none. */
    name: string.nullable().default(null).tag(0),
  },
});
export type BeginTransactionRecord = MessageOf<typeof BeginTransactionRecord>;
