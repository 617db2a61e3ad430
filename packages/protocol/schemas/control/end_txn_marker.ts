// The value of a transaction marker (ABORT, COMMIT), behind its version (int16 0); leaders write it
// when the transaction coordinator tells them how a transaction ended.

import { int32, type MessageOf, schema } from "../../schema/mod.ts";

export const EndTxnMarker = schema({
  name: "EndTxnMarker",
  versions: [0, 0],
  fields: {
    /** Fences coordinators that are no longer. */
    coordinatorEpoch: int32,
  },
});
export type EndTxnMarker = MessageOf<typeof EndTxnMarker>;
