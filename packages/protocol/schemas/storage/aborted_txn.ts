// An entry of a `.txnindex` file: one aborted transaction of a segment, behind the version (int16).
// All entries have the same length, 34 bytes.

import { int64, type MessageOf, schema } from "../../schema/mod.ts";

export const AbortedTxn = schema({
  name: "AbortedTxn",
  versions: [0, 0],
  fields: {
    producerId: int64,
    firstOffset: int64,
    /** Of the marker. */
    lastOffset: int64,
    /** Of the log when the marker was written. */
    lastStableOffset: int64,
  },
});
export type AbortedTxn = MessageOf<typeof AbortedTxn>;
