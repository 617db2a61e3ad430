// Snapshots and bootstrap files of the metadata log: Kafka's `.checkpoint` files. Batches that
// begin with a SNAPSHOT_HEADER and end with a SNAPSHOT_FOOTER; between them control records of the
// quorum and metadata records.

import { Fault, type Files, reason, safeInteger } from "@odradek/base";
import { readBatches } from "@odradek/protocol/records/batch";
import { buildBatch, type RecordDraft } from "@odradek/protocol/records/builder";
import { readRecords } from "@odradek/protocol/records/record";
import {
  type ControlRecord,
  type ControlRecordDraft,
  decodeControlRecord,
  encodeControlRecord,
} from "@odradek/protocol/schemas/control/mod";
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  type MetadataRecord,
  type MetadataRecordDraft,
} from "@odradek/protocol/schemas/metadata/mod";
import { Malformed } from "@odradek/protocol/wire/malformed";
import { type ClusterImage, EMPTY_IMAGE, recordVersion } from "@odradek/metadata";

/** Beside the metadata log: what the cluster was formatted with. */
export const BOOTSTRAP_FILE = "bootstrap.checkpoint";
/** In the metadata log's directory: the first voters (KIP-853). */
export const FIRST_SNAPSHOT_FILE = "00000000000000000000-0000000000.checkpoint";

export interface CheckpointContent {
  readonly control: readonly ControlRecord[];
  readonly records: readonly MetadataRecord[];
}

export interface CheckpointDraft {
  readonly control: readonly ControlRecordDraft[];
  readonly records: Iterable<MetadataRecordDraft>;
  /** Wall clock ms. */
  readonly now: number;
  /** Whose metadata.version says how records are written; that of a fresh cluster if absent. */
  readonly image?: ClusterImage;
  /** Of the last record of the log that is in it, ms. */
  readonly lastContainedTimestamp?: number;
}

/** A batch of this many records takes little of the thread that makes it. */
const BATCH_RECORDS = 500;

export function encodeCheckpoint(draft: CheckpointDraft): Uint8Array {
  return joined([...checkpointBatches(draft)]);
}

/** The file's batches, in order: each is made when it is taken. */
export function* checkpointBatches(draft: CheckpointDraft): Generator<Uint8Array> {
  const { control, now: timestamp, image = EMPTY_IMAGE } = draft;
  const { epoch: leaderEpoch } = image;
  let baseOffset = 0;
  const batch = (drafts: readonly RecordDraft[], isControl: boolean): Uint8Array => {
    const bytes = buildBatch(drafts, { baseOffset, leaderEpoch, timestamp, isControl });
    baseOffset += drafts.length;
    return bytes;
  };
  const header: ControlRecordDraft = {
    type: "SNAPSHOT_HEADER",
    version: 0,
    lastContainedLogTimestamp: BigInt(draft.lastContainedTimestamp ?? 0),
  };
  yield batch([header, ...control].map(encodeControlRecord), true);
  let values: RecordDraft[] = [];
  for (const record of draft.records) {
    values.push({ value: encodeMetadataRecord(record, recordVersion(record.type, image)) });
    if (values.length < BATCH_RECORDS) continue;
    yield batch(values, false);
    values = [];
  }
  if (values.length > 0) yield batch(values, false);
  yield batch([encodeControlRecord({ type: "SNAPSHOT_FOOTER", version: 0 })], true);
}

/** Malformed if the bytes are no checkpoint, or not all of one. */
export function decodeCheckpoint(bytes: Uint8Array): CheckpointContent {
  const control: ControlRecord[] = [];
  const records: MetadataRecord[] = [];
  for (const batch of readBatches(bytes)) {
    if (!batch.isCrcValid()) {
      throw new Malformed(`the batch at offset ${batch.baseOffset} has a wrong CRC`);
    }
    for (const { key, value } of readRecords(batch)) {
      if (batch.isControl) control.push(decodeControlRecord({ key: key ?? NOTHING, value }));
      else records.push(decodeMetadataRecord(value ?? NOTHING));
    }
  }
  if (control[0]?.type !== "SNAPSHOT_HEADER") throw new Malformed("there is no snapshot header");
  if (control.at(-1)?.type !== "SNAPSHOT_FOOTER") {
    throw new Malformed("there is no snapshot footer: the file is cut off");
  }
  return { control, records };
}

/** Undefined if there is no such file. Fault "corrupt" if it is no checkpoint. */
export async function readCheckpoint(
  files: Files,
  path: string,
): Promise<CheckpointContent | undefined> {
  const bytes = await files.readWhole(path);
  if (bytes === undefined) return undefined;
  try {
    return decodeCheckpoint(bytes);
  } catch (error) {
    throw new Fault("corrupt", `Cannot read "${path}": ${reason(error)}`, { cause: error });
  }
}

/** Up to the end of the header's record, and more than that. */
const HEAD_BYTES = 512;

/**
 * When the last record was written that a checkpoint holds, wall clock ms; 0 if it does not say.
 * Reads no more than the beginning of the file.
 */
export async function readCheckpointTimestamp(files: Files, path: string): Promise<number> {
  const file = await files.open(path);
  try {
    const bytes = await file.read(0, Math.min(file.size, HEAD_BYTES));
    const [batch] = readBatches(bytes);
    const [record] = batch === undefined ? [] : readRecords(batch);
    if (record?.key == null) return 0;
    const header = decodeControlRecord({ key: record.key, value: record.value });
    return header.type === "SNAPSHOT_HEADER" ? safeInteger(header.lastContainedLogTimestamp) : 0;
  } finally {
    await file.close();
  }
}

const NOTHING = new Uint8Array(0);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
