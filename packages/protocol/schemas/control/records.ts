// Control records: what brokers and the quorum write into logs for themselves. Key: int16 version
// (0), int16 type. The value of a transaction marker stands behind its version; the other messages
// have their version as their first field, and stand alone.

import type { Draft, Message, Schema } from "../../schema/mod.ts";
import { Reader } from "../../wire/reader.ts";
import type { KeyValue } from "../key_value.ts";
import {
  decodeVersionedOrNewer,
  encodeVersioned,
  hasVersion,
  unknownVersion,
} from "../versioned.ts";
import { ControlRecordType } from "./control_record_type.ts";
import { EndTxnMarker } from "./end_txn_marker.ts";
import { KRaftVersionRecord } from "./kraft_version.ts";
import { LeaderChangeMessage } from "./leader_change.ts";
import { SnapshotFooterRecord } from "./snapshot_footer.ts";
import { SnapshotHeaderRecord } from "./snapshot_header.ts";
import { VotersRecord } from "./voters.ts";

/** By type: the position in this list is the number in the key. */
const types = [
  { type: "ABORT", schema: EndTxnMarker },
  { type: "COMMIT", schema: EndTxnMarker },
  { type: "LEADER_CHANGE", schema: LeaderChangeMessage },
  { type: "SNAPSHOT_HEADER", schema: SnapshotHeaderRecord },
  { type: "SNAPSHOT_FOOTER", schema: SnapshotFooterRecord },
  { type: "KRAFT_VERSION", schema: KRaftVersionRecord },
  { type: "KRAFT_VOTERS", schema: VotersRecord },
] as const;
type Known = (typeof types)[number];

/** A type that a newer Kafka wrote. Readers pass over it. */
export interface UnknownControlRecord {
  readonly type: "UNKNOWN";
  readonly number: number;
}

type RecordOf<R> = R extends { readonly type: infer Name; readonly schema: Schema<infer S> }
  ? { readonly type: Name } & Readonly<Message<S>>
  : never;
type DraftOfEach<R> = R extends { readonly type: infer Name; readonly schema: Schema<infer S> }
  ? { readonly type: Name } & Draft<S>
  : never;

/** A control record; `switch` on its `type`. */
export type ControlRecord = RecordOf<Known> | UnknownControlRecord;
/** One to write. Those with a field `version` are written in that version. */
export type ControlRecordDraft = DraftOfEach<Known>;

export function encodeControlRecord(record: ControlRecordDraft): KeyValue & { value: Uint8Array } {
  const number = types.findIndex((one) => one.type === record.type);
  const key = encodeVersioned(ControlRecordType, { type: number }, 0);
  const { schema } = types[number] as Known;
  return { key, value: encodeValue(schema, record) };
}

/**
 * Malformed if the bytes are broken, or if the value of a known type has no known version. Markers
 * and keys of newer versions read as those that are known: their first fields stay.
 */
export function decodeControlRecord({ key, value }: KeyValue): ControlRecord {
  const number = decodeVersionedOrNewer(ControlRecordType, key).message.type;
  const known = types[number];
  if (known === undefined) return { type: "UNKNOWN", number };
  const message = decodeValue(known.schema, value ?? NOTHING);
  return { type: known.type, ...(message as object) } as ControlRecord;
}

function encodeValue(schema: Known["schema"], record: ControlRecordDraft): Uint8Array {
  const draft = record as never;
  if (!("version" in record)) return encodeVersioned(EndTxnMarker, draft, 0);
  return schema.encode(draft, record.version);
}

function decodeValue(schema: Known["schema"], value: Uint8Array): unknown {
  if (schema === EndTxnMarker) return decodeVersionedOrNewer(EndTxnMarker, value).message;
  const version = new Reader(value).int16();
  if (!hasVersion(schema, version)) throw unknownVersion(schema, version);
  return schema.decode(value, version);
}

/** No control record has a null value; this one is too short for any. */
const NOTHING = new Uint8Array(0);
