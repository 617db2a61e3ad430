// An ACL is deleted.

import { type MessageOf, uuid } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const RemoveAccessControlEntryRecord = metadataRecord({
  key: 19,
  name: "RemoveAccessControlEntryRecord",
  versions: [0, 0],
  fields: { id: uuid },
});
export type RemoveAccessControlEntryRecord = MessageOf<typeof RemoveAccessControlEntryRecord>;
