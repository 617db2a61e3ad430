// All that is stored, by the names of Kafka's definitions, with the form in which it is stored: for
// tools and tests. A node imports the schemas that it needs one by one.

import { RequestHeader, ResponseHeader } from "../header.ts";
import type { AnySchema } from "../schema/mod.ts";
import {
  ControlRecordType,
  EndTxnMarker,
  KRaftVersionRecord,
  LeaderChangeMessage,
  SnapshotFooterRecord,
  SnapshotHeaderRecord,
  VotersRecord,
} from "./control/mod.ts";
import { type AnyCoordinatorRecordSchema, encodeCoordinatorKey } from "./coordinator.ts";
import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  groupRecords,
} from "./group/mod.ts";
import { encodeMetadataRecord, metadataRecords } from "./metadata/mod.ts";
import { DefaultPrincipal } from "./principal.ts";
import { QuorumState } from "./quorum_state.ts";
import { encodeRemoteLogRecord, remoteLogRecords } from "./remote_log/mod.ts";
import { shareRecords } from "./share/mod.ts";
import { AbortedTxn, ProducerSnapshot } from "./storage/mod.ts";
import { transactionRecords } from "./transaction/mod.ts";
import { encodeVersioned } from "./versioned.ts";

export interface Stored {
  readonly schema: AnySchema;
  /** With what stands before the message where it is stored; undefined: it stands alone. */
  readonly encodeStored?: (draft: object, version: number) => Uint8Array;
}

/** Headers, too, which are neither requests nor responses. */
export const storedSchemas: ReadonlyMap<string, Stored> = new Map(
  [
    ...[RequestHeader, ResponseHeader, QuorumState].map(alone),
    ...[LeaderChangeMessage, SnapshotHeaderRecord, SnapshotFooterRecord].map(alone),
    ...[KRaftVersionRecord, VotersRecord].map(alone),
    ...[ControlRecordType, EndTxnMarker, DefaultPrincipal].map(behindVersion),
    ...[ConsumerProtocolSubscription, ConsumerProtocolAssignment].map(behindVersion),
    ...[ProducerSnapshot, AbortedTxn].map(behindVersion),
    ...[...groupRecords, ...transactionRecords, ...shareRecords].flatMap(keyAndValue),
    ...[...metadataRecords.values()].map(framed),
    ...remoteLogRecords.map(framedRemote),
  ].map((one) => [one.schema.name, one]),
);

function alone(schema: AnySchema): Stored {
  return { schema };
}

function behindVersion(schema: AnySchema): Stored {
  return {
    schema,
    encodeStored: (draft, version) => encodeVersioned(schema, draft as never, version),
  };
}

function keyAndValue(record: AnyCoordinatorRecordSchema): Stored[] {
  const key: Stored = {
    schema: record.key,
    encodeStored: (draft) => encodeCoordinatorKey(record, draft as never),
  };
  return [key, behindVersion(record.value)];
}

function framed(schema: AnySchema): Stored {
  return {
    schema,
    encodeStored: (draft, version) =>
      encodeMetadataRecord({ ...draft, type: schema.name } as never, version),
  };
}

function framedRemote({ type, schema }: (typeof remoteLogRecords)[number]): Stored {
  return {
    schema,
    encodeStored: (draft, version) => encodeRemoteLogRecord({ ...draft, type } as never, version),
  };
}
