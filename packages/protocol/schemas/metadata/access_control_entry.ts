// An ACL exists from here on. The numbers are those of CreateAcls.

import { int8, type MessageOf, string, uuid } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const AccessControlEntryRecord = metadataRecord({
  key: 18,
  name: "AccessControlEntryRecord",
  versions: [0, 0],
  fields: {
    id: uuid,
    resourceType: int8,
    resourceName: string,
    /** 3: literal, 4: prefixed. */
    patternType: int8,
    /** `User:name`. */
    principal: string,
    host: string,
    operation: int8,
    /** 2: deny, 3: allow. */
    permissionType: int8,
  },
});
export type AccessControlEntryRecord = MessageOf<typeof AccessControlEntryRecord>;
