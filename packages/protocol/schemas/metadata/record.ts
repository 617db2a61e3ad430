// What declares a metadata record: a schema with a key, by which the frame names it.

import {
  type AnySchema,
  type Message,
  schema,
  type Schema,
  type Shape,
  type Versions,
} from "../../schema/mod.ts";

/** Any kind of metadata record. */
export interface AnyMetadataRecordSchema extends AnySchema {
  /** Its number in frames; Kafka calls it the api key. */
  readonly key: number;
}

/** A kind of metadata record in all its versions. */
export interface MetadataRecordSchema<Name extends string, S extends Shape> extends Schema<S> {
  readonly name: Name;
  readonly key: number;
}

export interface MetadataRecordDefinition<Name extends string, S extends Shape> {
  readonly key: number;
  readonly name: Name;
  readonly versions: Versions;
  readonly fields: S;
}

/** All versions are flexible. */
export function metadataRecord<Name extends string, S extends Shape>(
  definition: MetadataRecordDefinition<Name, S>,
): MetadataRecordSchema<Name, S> {
  const { key, name } = definition;
  return { ...schema({ ...definition, flexibleSince: 0 }), key, name };
}

/** A record that was read: its fields, with its name as `type` and the version it had. */
export type MetadataRecordOf<R> = R extends MetadataRecordSchema<infer Name, infer S>
  ? { readonly type: Name; readonly version: number } & Readonly<Message<S>>
  : never;
