// The value of a record of `__remote_log_metadata` (KIP-405): uvarint key of the record's kind,
// uvarint version, then the message. There is no tiered storage yet: only tools use this.

import type { Draft, Message, Schema } from "../../schema/mod.ts";
import { Malformed } from "../../wire/malformed.ts";
import { Reader } from "../../wire/reader.ts";
import { Writer } from "../../wire/writer.ts";
import { hasVersion, unknownVersion } from "../versioned.ts";
import { RemotePartitionDeleteMetadataRecord } from "./partition_delete_metadata.ts";
import { RemoteLogSegmentMetadataRecord } from "./segment_metadata.ts";
import { RemoteLogSegmentMetadataSnapshotRecord } from "./segment_metadata_snapshot.ts";
import { RemoteLogSegmentMetadataUpdateRecord } from "./segment_metadata_update.ts";

/** By kind: the position in this list is the key. */
export const remoteLogRecords = [
  { type: "SEGMENT", schema: RemoteLogSegmentMetadataRecord },
  { type: "SEGMENT_UPDATE", schema: RemoteLogSegmentMetadataUpdateRecord },
  { type: "PARTITION_DELETE", schema: RemotePartitionDeleteMetadataRecord },
  { type: "SEGMENT_SNAPSHOT", schema: RemoteLogSegmentMetadataSnapshotRecord },
] as const;
type Known = (typeof remoteLogRecords)[number];

type RecordOf<R> = R extends { readonly type: infer Name; readonly schema: Schema<infer S> }
  ? { readonly type: Name } & Readonly<Message<S>>
  : never;
type DraftOfEach<R> = R extends { readonly type: infer Name; readonly schema: Schema<infer S> }
  ? { readonly type: Name } & Draft<S>
  : never;

/** A record of the remote log metadata; `switch` on its `type`. */
export type RemoteLogRecord = RecordOf<Known>;
/** One to write: fields with a default may be left out. */
export type RemoteLogRecordDraft = DraftOfEach<Known>;

export function encodeRemoteLogRecord(record: RemoteLogRecordDraft, version: number): Uint8Array {
  const key = remoteLogRecords.findIndex((one) => one.type === record.type);
  const { schema } = remoteLogRecords[key] as Known;
  const writer = new Writer(128);
  writer.uvarint(key);
  writer.uvarint(version);
  schema.codec(version).write(writer, record as never);
  return writer.finishWhole();
}

/** Malformed if the kind or the version is not known. What follows the message is ignored. */
export function decodeRemoteLogRecord(bytes: Uint8Array): RemoteLogRecord {
  const reader = new Reader(bytes);
  const key = reader.uvarint();
  const known = remoteLogRecords[key];
  if (known === undefined) throw new Malformed(`Cannot read remote log record: no kind ${key}`);
  const { type, schema } = known;
  const version = reader.uvarint();
  if (!hasVersion(schema, version)) throw unknownVersion(schema, version);
  return { type, ...(schema.read(reader, version) as object) } as RemoteLogRecord;
}
