// The key of a control record, behind its version (int16 0).

import { int16, type MessageOf, schema } from "../../schema/mod.ts";

export const ControlRecordType = schema({
  name: "ControlRecordTypeSchema",
  versions: [0, 0],
  fields: {
    /** See records.ts. */
    type: int16,
  },
});
export type ControlRecordType = MessageOf<typeof ControlRecordType>;
