// The value of a record of the metadata log: uvarint frame version (1), uvarint key of the record's
// kind, uvarint version, then the message. The record's own key is null.

import { assert } from "@odradek/base";
import { Malformed } from "../../wire/malformed.ts";
import { Reader } from "../../wire/reader.ts";
import { Writer } from "../../wire/writer.ts";
import { hasVersion, unknownVersion } from "../versioned.ts";
import {
  type MetadataRecord,
  metadataRecordNamed,
  metadataRecords,
  type MetadataRecordDraft,
} from "./records.ts";

const FRAME_VERSION = 1;

/**
 * In the version that the cluster's metadata.version asks for. Throws Unsupported if the version
 * cannot carry a field. A record that was read may be passed as it is.
 */
export function encodeMetadataRecord(record: MetadataRecordDraft, version: number): Uint8Array {
  const schema = metadataRecordNamed(record.type);
  assert(hasVersion(schema, version), "A metadata record has the version", {
    type: record.type,
    version,
  });
  const writer = new Writer(128);
  writer.uvarint(FRAME_VERSION);
  writer.uvarint(schema.key);
  writer.uvarint(version);
  schema.codec(version).write(writer, record as never);
  return writer.finishWhole();
}

/** Malformed if the frame, the kind or the version is not known, or if bytes are left over. */
export function decodeMetadataRecord(bytes: Uint8Array): MetadataRecord {
  const reader = new Reader(bytes);
  const frame = reader.uvarint();
  if (frame !== FRAME_VERSION) throw new Malformed(`Cannot read metadata record: frame ${frame}`);
  const key = reader.uvarint();
  const schema = metadataRecords.get(key);
  if (schema === undefined) throw new Malformed(`Cannot read metadata record: no kind ${key}`);
  const version = reader.uvarint();
  if (!hasVersion(schema, version)) throw unknownVersion(schema, version);
  const message = schema.read(reader, version);
  if (reader.remaining > 0) {
    throw new Malformed(`Cannot read ${schema.name}: ${reader.remaining} bytes left over`);
  }
  return { type: schema.name, version, ...(message as object) } as MetadataRecord;
}
