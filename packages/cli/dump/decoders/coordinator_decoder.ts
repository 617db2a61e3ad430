// Records of the coordinators' topics, as Kafka 4 prints them, or as Kafka 3 did if it knew them.

import { Fault, reason } from "@odradek/base";
import type { CoordinatorRecordJson } from "@odradek/protocol/schemas/coordinator_json";
import type { KeyValue } from "@odradek/protocol/schemas/key_value";
import { Reader } from "@odradek/protocol/wire/reader";
import type { DecodableRecord, DecodedRecord, RecordDecoder } from "./record_decoder.ts";
import { javaJsonText } from "../java_json.ts";

export const TOMBSTONE = "<DELETE>";

/** One of the topics. */
export interface CoordinatorLog<R> {
  /** Undefined: a type that is not known. Throws Malformed. */
  readonly decode: (record: KeyValue) => R | undefined;
  readonly toJson: (record: R) => CoordinatorRecordJson;
  /** As Kafka 3 shows it; undefined: it did not know it. */
  readonly toSeedText: (record: R) => DecodedRecord | undefined;
}

export function coordinatorLogDecoder<R>(
  { decode, toJson, toSeedText }: CoordinatorLog<R>,
  format: "seed" | "4",
): RecordDecoder {
  return ({ offset, key, value }: DecodableRecord): DecodedRecord => {
    if (key === null) return { key: `Error at offset ${offset}, skipping. There is no key` };
    try {
      const record = decode({ key, value });
      if (record === undefined) {
        const type = new Reader(key).int16();
        return { key: `Unknown record type ${type} at offset ${offset}, skipping.` };
      }
      const seed = format === "seed" ? toSeedText(record) : undefined;
      return seed ?? jsonText(toJson(record));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { key: `Error at offset ${offset}, skipping. ${reason(error)}` };
    }
  };
}

function jsonText({ key, value }: CoordinatorRecordJson): DecodedRecord {
  return { key: javaJsonText(key), payload: value === null ? TOMBSTONE : javaJsonText(value) };
}
