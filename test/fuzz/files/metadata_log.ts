// The log of the cluster's metadata, damaged below its CRCs: what a broker folds of it.

import type { Random } from "@odradek/base";
import {
  applyBatch,
  EMPTY_IMAGE,
  EMPTY_STATE,
  metadataBatches,
  recordVersion,
} from "@odradek/metadata";
import { brokerRecord, topicRecords } from "@odradek/metadata/testing/image_of";
import { buildBatch } from "@odradek/protocol/records/builder";
import { encodeMetadataRecord } from "@odradek/protocol/schemas/metadata/mod";
import type { Target } from "../target.ts";
import { damaged } from "./damage.ts";

export const metadataLogTargets: readonly Target[] = [
  { name: "metadata log", weight: 10, run: fold },
];

const LOG = Buffer.concat(
  [
    [brokerRecord({ id: 1 }), brokerRecord({ id: 2 })],
    topicRecords("greetings", 7, [{ replicas: [1, 2] }, { replicas: [2] }]),
    topicRecords("letters", 8, [{ replicas: [1] }]),
  ].map((drafts, i) => {
    const records = drafts.map((draft) => ({
      value: encodeMetadataRecord(draft, recordVersion(draft.type, EMPTY_IMAGE)),
    }));
    return buildBatch(records, { baseOffset: i * 3, leaderEpoch: 1, timestamp: 900 });
  }),
);

function fold(random: Random): void {
  let state = EMPTY_STATE;
  const bytes = damaged(random, "00000000000000000000.log", LOG);
  for (const batch of metadataBatches(bytes)) state = applyBatch(state, batch);
}
