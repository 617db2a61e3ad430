// Records in the topics of the coordinators. Key: int16 type, then the key's message. Value: int16
// version, then the value's message; null is a tombstone.

import {
  type AnySchema,
  type Message,
  schema,
  type Schema,
  type Shape,
  type Versions,
} from "../schema/mod.ts";
import { Malformed } from "../wire/malformed.ts";
import { Reader } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";
import type { KeyValue } from "./key_value.ts";
import { decodeVersioned, type Encodes, encodeVersioned } from "./versioned.ts";

/** Any kind of coordinator record. */
export interface AnyCoordinatorRecordSchema {
  /** Begins the key. */
  readonly type: number;
  /** As Kafka's, without `Key` and `Value`. */
  readonly name: string;
  readonly key: AnySchema;
  readonly value: AnySchema;
}

/** One kind of record: its key and its value in all versions. */
export interface CoordinatorRecordSchema<
  Name extends string,
  K extends Shape,
  V extends Shape,
> extends AnyCoordinatorRecordSchema {
  readonly name: Name;
  readonly key: Schema<K>;
  readonly value: Schema<V>;
}

export interface CoordinatorRecordDefinition<
  Name extends string,
  K extends Shape,
  V extends Shape,
> {
  readonly type: number;
  readonly name: Name;
  readonly key: K;
  readonly value: {
    readonly versions: Versions;
    readonly flexibleSince?: number;
    readonly fields: V;
  };
}

export function coordinatorRecord<Name extends string, K extends Shape, V extends Shape>(
  definition: CoordinatorRecordDefinition<Name, K, V>,
): CoordinatorRecordSchema<Name, K, V> {
  const { type, name, key, value } = definition;
  return {
    type,
    name,
    // Keys are compared as bytes by compaction, so they never got a second version.
    key: schema({ name: `${name}Key`, versions: [0, 0], fields: key }),
    value: schema({ ...value, name: `${name}Value` }),
  };
}

/** A record that was read. `value` null: a tombstone. */
export type CoordinatorRecordOf<R> = R extends
  CoordinatorRecordSchema<infer Name, infer K, infer V> ? {
    readonly type: Name;
    readonly key: Message<K>;
    readonly value: Message<V> | null;
    /** Of the value; -1 for a tombstone. */
    readonly version: number;
  }
  : never;

export function encodeCoordinatorKey<K>(
  record: { readonly type: number; readonly key: Encodes<K> },
  key: NoInfer<K>,
): Uint8Array {
  const writer = new Writer(64);
  writer.int16(record.type);
  record.key.codec(0).write(writer, key);
  return writer.finishWhole();
}

/** Of a record with a value; a tombstone is `encodeCoordinatorKey` and null. */
export function encodeCoordinatorRecord<K, V>(
  record: { readonly type: number; readonly key: Encodes<K>; readonly value: Encodes<V> },
  draft: { readonly key: NoInfer<K>; readonly value: NoInfer<V> },
  version: number,
): KeyValue {
  return {
    key: encodeCoordinatorKey(record, draft.key),
    value: encodeVersioned(record.value, draft.value, version),
  };
}

/**
 * Reads the records of one coordinator's topic. Types that are not in the list come out as
 * undefined: a newer coordinator wrote them, and Kafka passes over them. Unknown versions of a
 * value and broken bytes are Malformed.
 */
export function coordinatorDecoder<R extends AnyCoordinatorRecordSchema>(
  schemas: readonly R[],
): (record: KeyValue) => CoordinatorRecordOf<R> | undefined {
  const byType = new Map(schemas.map((one) => [one.type, one]));
  return ({ key, value }) => {
    const reader = new Reader(key);
    const type = reader.int16();
    const known = byType.get(type);
    if (known === undefined) {
      if (type < 0) throw new Malformed(`Cannot read record key: type ${type}`);
      return undefined;
    }
    const decoded = value === null ? undefined : decodeVersioned<unknown>(known.value, value);
    return {
      type: known.name,
      key: known.key.read(reader, 0),
      value: decoded?.message ?? null,
      version: decoded?.version ?? -1,
    } as CoordinatorRecordOf<R>;
  };
}
