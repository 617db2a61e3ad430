// Record batches as producers send them and as fetches bring them, whole and damaged, with and
// without a CRC that fits: read, and judged as a leader does.

import type { Random } from "@odradek/base";
import {
  checkBatch,
  checkFromClient,
  checkRecords,
  onlyBatch,
} from "@odradek/broker/partitions/validate";
import { settingsOf } from "@odradek/broker/testing/world";
import { Batch, BATCH_HEADER_BYTES, readBatches } from "@odradek/protocol/records/batch";
import { buildBatch, type RecordDraft } from "@odradek/protocol/records/builder";
import { readRecords } from "@odradek/protocol/records/record";
import { mutated } from "../mutation.ts";
import { checkWeight, pick, type Target } from "../target.ts";

export const batchTargets: readonly Target[] = [
  { name: "fetched batches", weight: 8, run: readFetched },
  { name: "produced batch", weight: 8, run: judgeProduced },
];

const NONE = 0;
const CODECS = [NONE, 1, 2, 3, 4];
const PRODUCE_VERSION = 9;
const configs = [
  settingsOf(),
  settingsOf({ "cleanup.policy": "compact", "max.message.bytes": "2000" }),
  settingsOf({ "message.timestamp.type": "LogAppendTime" }),
];
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Made anew each time only as far as chance wants it: most of the work is in the decoders. */
function batch(random: Random): Uint8Array {
  const records = Array.from({ length: 1 + random.below(5) }, (_, i): RecordDraft => ({
    key: random.below(2) === 0 ? null : bytesOf(`key ${i}`),
    value: random.below(8) === 0 ? null : bytesOf("value ".repeat(random.below(40))),
    headers: random.below(4) === 0 ? [{ key: "h", value: bytesOf("v") }] : [],
  }));
  const options = { timestamp: 1_900_000_000_000, codec: pick(random, CODECS) };
  if (random.below(3) > 0) return buildBatch(records, options);
  const producer = { producerId: 7, producerEpoch: 0, baseSequence: random.below(9) };
  return buildBatch(records, { ...options, ...producer, isTransactional: random.below(2) === 0 });
}

/** Damage that a CRC would tell of is only seen where the CRC fits. */
function damagedBatch(random: Random): Uint8Array {
  const bytes = mutated(batch(random), random);
  if (random.below(2) === 0 && bytes.length >= BATCH_HEADER_BYTES) new Batch(bytes).updateCrc();
  return bytes;
}

function readFetched(random: Random): void {
  const bytes = Buffer.concat([batch(random), damagedBatch(random), batch(random)]);
  for (const one of readBatches(bytes)) {
    for (const record of readRecords(one)) checkWeight(record, bytes.length);
  }
}

function judgeProduced(random: Random): void {
  const produced = onlyBatch(damagedBatch(random), PRODUCE_VERSION);
  const config = pick(random, configs);
  checkBatch(produced, config);
  checkFromClient(produced);
  checkRecords(produced, config, 1_900_000_000_000);
}
