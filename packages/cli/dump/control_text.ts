// Control records: what brokers and the quorum write into logs for themselves.

import type { LogRecord } from "@odradek/protocol/records/record";
import {
  type ControlRecord,
  decodeControlRecord,
  KRaftVersionRecord,
  LeaderChangeMessage,
  SnapshotFooterRecord,
  SnapshotHeaderRecord,
  VotersRecord,
} from "@odradek/protocol/schemas/control/mod";
import type { AnySchema } from "@odradek/protocol/schema/mod";
import { javaJson } from "./java_json.ts";

/** Begins with a blank. Malformed if it is none. */
export function controlText({ key, value }: LogRecord): string {
  const record = decodeControlRecord({ key: key ?? new Uint8Array(0), value });
  switch (record.type) {
    case "ABORT":
    case "COMMIT":
      return ` endTxnMarker: ${record.type} coordinatorEpoch: ${record.coordinatorEpoch}`;
    case "LEADER_CHANGE":
      return ` LeaderChange: ${message(LeaderChangeMessage, record)}`;
    case "SNAPSHOT_HEADER":
      return ` SnapshotHeader ${message(SnapshotHeaderRecord, record)}`;
    case "SNAPSHOT_FOOTER":
      return ` SnapshotFooter ${message(SnapshotFooterRecord, record)}`;
    case "KRAFT_VERSION":
      return ` KRaftVersion ${message(KRaftVersionRecord, record)}`;
    case "KRAFT_VOTERS":
      return ` KRaftVoters ${message(VotersRecord, record)}`;
    case "UNKNOWN":
      return ` controlType: UNKNOWN(${record.number})`;
  }
}

function message(schema: AnySchema, record: ControlRecord & { readonly version: number }): string {
  return javaJson(schema, record, record.version);
}
