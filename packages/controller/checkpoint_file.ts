// Snapshots and bootstrap files of the metadata log: Kafka's `.checkpoint` files. Batches that
// begin with a SNAPSHOT_HEADER and end with a SNAPSHOT_FOOTER; between them control records of the
// quorum and metadata records.

import { Fault, type Files, reason } from "@odradek/base";
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
import { EMPTY_IMAGE, recordVersion } from "@odradek/metadata";

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
  readonly records: readonly MetadataRecordDraft[];
  /** Wall clock ms. */
  readonly now: number;
}

export function encodeCheckpoint({ control, records, now }: CheckpointDraft): Uint8Array {
  const parts: Uint8Array[] = [];
  let baseOffset = 0;
  const add = (drafts: readonly RecordDraft[], isControl: boolean): void => {
    if (drafts.length === 0) return;
    parts.push(buildBatch(drafts, { baseOffset, leaderEpoch: 0, timestamp: now, isControl }));
    baseOffset += drafts.length;
  };
  const header: ControlRecordDraft = {
    type: "SNAPSHOT_HEADER",
    version: 0,
    lastContainedLogTimestamp: 0n,
  };
  add([header, ...control].map(encodeControlRecord), true);
  add(
    records.map((record) => ({
      value: encodeMetadataRecord(record, recordVersion(record.type, EMPTY_IMAGE)),
    })),
    false,
  );
  add([encodeControlRecord({ type: "SNAPSHOT_FOOTER", version: 0 })], true);
  return joined(parts);
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
