// A controller is forgotten, as somebody asked by UnregisterController.

import { int32, type MessageOf } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const UnregisterControllerRecord = metadataRecord({
  key: 29,
  name: "UnregisterControllerRecord",
  versions: [0, 0],
  fields: { controllerId: int32 },
});
export type UnregisterControllerRecord = MessageOf<typeof UnregisterControllerRecord>;
