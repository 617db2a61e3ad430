// Coordinator records as kafka-dump-log prints them: the key with its type and the value with its
// version, both as texts, and the messages as JSON. For `toJsonText`.

import { assert } from "@odradek/base";
import { type JsonObject, toJsonNumbers } from "../schema/json.ts";
import type { AnyCoordinatorRecordSchema } from "./coordinator.ts";

/** The two sides of a record. */
export interface CoordinatorRecordJson {
  readonly key: JsonObject;
  /** null: a tombstone. */
  readonly value: JsonObject | null;
}

/** Any record that a `coordinatorDecoder` has read. */
export interface DecodedCoordinatorRecord {
  readonly type: string;
  readonly key: object;
  readonly value: object | null;
  readonly version: number;
}

/** For records that were read by a decoder of the same schemas. */
export function coordinatorPrinter(
  schemas: readonly AnyCoordinatorRecordSchema[],
): (record: DecodedCoordinatorRecord) => CoordinatorRecordJson {
  const byName = new Map(schemas.map((one) => [one.name, one]));
  return ({ type, key, value, version }) => {
    const known = byName.get(type);
    assert(known !== undefined, "A record is of a type that was decoded", { type });
    return {
      key: { type: String(known.type), data: toJsonNumbers(known.key, key, 0) },
      value: value === null
        ? null
        : { version: String(version), data: toJsonNumbers(known.value, value, version) },
    };
  };
}
