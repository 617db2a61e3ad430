// How far a migration from ZooKeeper has come; read only, from logs that older clusters wrote.

import { int8, type MessageOf } from "../../schema/mod.ts";
import { metadataRecord } from "./record.ts";

export const ZkMigrationStateRecord = metadataRecord({
  key: 21,
  name: "ZkMigrationStateRecord",
  versions: [0, 0],
  fields: {
    /** 0: none, 1: under way, 2: about to begin, 3: over (from Kafka 3.5 on). */
    zkMigrationState: int8,
  },
});
export type ZkMigrationStateRecord = MessageOf<typeof ZkMigrationStateRecord>;
