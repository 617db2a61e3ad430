// Records of the metadata log, as JSON.

import { Fault, reason } from "@odradek/base";
import { toJsonNumbers } from "@odradek/protocol/schema/json";
import { decodeMetadataRecord, metadataRecordNamed } from "@odradek/protocol/schemas/metadata/mod";
import type { DecodableRecord, DecodedRecord } from "./record_decoder.ts";
import { javaJsonText } from "../java_json.ts";

/** They have no keys. */
export function decodeMetadata({ offset, value }: DecodableRecord): DecodedRecord {
  try {
    const record = decodeMetadataRecord(value ?? new Uint8Array(0));
    const { version } = record;
    const data = toJsonNumbers(metadataRecordNamed(record.type), record, version);
    return { payload: javaJsonText({ type: shoutedName(record.type), version, data }) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { payload: `Error at ${offset}, skipping. ${reason(error)}` };
  }
}

/** `TopicRecord` → `TOPIC_RECORD` */
function shoutedName(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}
