// The records of `__share_group_state`, by type: a share partition is its last snapshot and the
// updates that came after it.

import { coordinatorDecoder, type CoordinatorRecordOf } from "../coordinator.ts";
import { coordinatorPrinter, type CoordinatorRecordJson } from "../coordinator_json.ts";
import type { KeyValue } from "../key_value.ts";
import { ShareSnapshot } from "./share_snapshot.ts";
import { ShareUpdate } from "./share_update.ts";

export const shareRecords = [ShareSnapshot, ShareUpdate] as const;

/** A record of a share coordinator's log; `switch` on its `type`. */
export type ShareRecord = CoordinatorRecordOf<(typeof shareRecords)[number]>;

/** Undefined: a type that is not known. Throws Malformed. */
export const decodeShareRecord: (record: KeyValue) => ShareRecord | undefined = coordinatorDecoder(
  shareRecords,
);

/** As kafka-dump-log prints it; for `toJsonText`. */
export const shareRecordToJson: (record: ShareRecord) => CoordinatorRecordJson = coordinatorPrinter(
  shareRecords,
);
