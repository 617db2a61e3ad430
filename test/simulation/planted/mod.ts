import { acknowledgedBeforeSync } from "./acknowledged_before_sync.ts";
import { batchNotCopied } from "./batch_not_copied.ts";
import { committedBeforeSync } from "./committed_before_sync.ts";
import { highWatermarkBeyondEnd } from "./high_watermark_beyond_end.ts";
import { lookupSkipsRecord } from "./lookup_skips_record.ts";
import { producersForgotten } from "./producers_forgotten.ts";
import { segmentDirectoryNotSynced } from "./segment_directory_not_synced.ts";
import { sequenceOffByOne } from "./sequence_off_by_one.ts";
import { timeLookupOffByOne } from "./time_lookup_off_by_one.ts";
import { tornTailKept } from "./torn_tail_kept.ts";
import type { PlantedBug } from "./planted_bug.ts";

export const NODE_BUGS: readonly PlantedBug[] = [
  acknowledgedBeforeSync,
  batchNotCopied,
  committedBeforeSync,
  highWatermarkBeyondEnd,
  lookupSkipsRecord,
  producersForgotten,
  segmentDirectoryNotSynced,
  sequenceOffByOne,
  timeLookupOffByOne,
  tornTailKept,
];

export { CLUSTER_BUGS, CLUSTER_TERMS } from "./cluster_bugs.ts";
export { CONTROLLER_BUGS } from "./controller_bugs.ts";
export { RAFT_BUGS } from "./raft_bugs.ts";
