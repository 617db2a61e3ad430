// The value of SNAPSHOT_HEADER, the first record of a snapshot (KIP-630).

import { int16, int64, type MessageOf, schema } from "../../schema/mod.ts";

export const SnapshotHeaderRecord = schema({
  name: "SnapshotHeaderRecord",
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    /** As the version of the message. */
    version: int16,
    /** Of the last record that the snapshot stands for, ms. */
    lastContainedLogTimestamp: int64,
  },
});
export type SnapshotHeaderRecord = MessageOf<typeof SnapshotHeaderRecord>;
