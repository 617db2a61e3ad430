// The cluster runs a feature at a level from here on; the one of metadata.version comes first in
// every log and snapshot, which is why its version stays 0.

import { int16, type MessageOf, string } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const FeatureLevelRecord = metadataRecord({
  key: 12,
  name: "FeatureLevelRecord",
  versions: [0, 0],
  fields: {
    name: string,
    /** 0: off. */
    featureLevel: int16,
  },
});
export type FeatureLevelRecord = MessageOf<typeof FeatureLevelRecord>;
