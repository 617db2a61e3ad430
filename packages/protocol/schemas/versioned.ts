// Messages that are stored behind their version, an int16: values of coordinator records, the
// consumer protocol, principals, transaction markers.

import type { AnySchema, Codec } from "../schema/mod.ts";
import { Malformed } from "../wire/malformed.ts";
import { Reader } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";

/** Of a schema, what it takes to write its messages. */
export interface Encodes<Write> extends AnySchema {
  codec(version: number): Codec<unknown, Write>;
}

/** Of a schema, what it takes to read its messages. */
export interface Decodes<Read> extends AnySchema {
  read(reader: Reader, version: number): Read;
}

export function encodeVersioned<Write>(
  schema: Encodes<Write>,
  draft: NoInfer<Write>,
  version: number,
): Uint8Array {
  const writer = new Writer();
  writer.int16(version);
  schema.codec(version).write(writer, draft);
  return writer.finishWhole();
}

export interface Versioned<Read> {
  readonly version: number;
  readonly message: Read;
}

/** Malformed if there is no such version. What follows the message is ignored. */
export function decodeVersioned<Read>(schema: Decodes<Read>, bytes: Uint8Array): Versioned<Read> {
  const reader = new Reader(bytes);
  const version = reader.int16();
  if (!hasVersion(schema, version)) throw unknownVersion(schema, version);
  return { version, message: schema.read(reader, version) };
}

/**
 * As `decodeVersioned`, but newer versions read as the newest that is known: where they promise to
 * change nothing that is there (ConsumerProtocol, transaction markers).
 */
export function decodeVersionedOrNewer<Read>(
  schema: Decodes<Read>,
  bytes: Uint8Array,
): Versioned<Read> {
  const reader = new Reader(bytes);
  const version = reader.int16();
  const [min, max] = schema.versions;
  if (version < min) throw unknownVersion(schema, version);
  return { version, message: schema.read(reader, Math.min(version, max)) };
}

export function hasVersion({ versions: [min, max] }: AnySchema, version: number): boolean {
  return version >= min && version <= max;
}

export function unknownVersion({ name }: AnySchema, version: number): Malformed {
  return new Malformed(`Cannot read ${name}: no version ${version}`);
}
