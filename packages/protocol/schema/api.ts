// Messages: one object literal is specification, codec and type of all versions.

import { assert } from "@odradek/base";
import type { Reader } from "../wire/reader.ts";
import { Reader as BytesReader } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";
import type { Codec, Type } from "./codec.ts";
import { type Draft, type Message, type Shape, structType } from "./struct.ts";

/** Both inclusive. */
export type Versions = readonly [min: number, max: number];

/** Any schema, for code that handles messages without knowing their fields. */
export interface AnySchema {
  /** As in Kafka's definitions: `FetchRequest`, `TopicRecord`. */
  readonly name: string;
  readonly versions: Versions;
  readonly type: Type<unknown, never> & { readonly shape: Shape };
  isFlexible(version: number): boolean;
  /** Bug if `version` is none of its versions: check a peer's version before. */
  codec(version: number): Codec<unknown, never>;
  read(reader: Reader, version: number): unknown;
  /** From the whole of `bytes`; what follows the message is ignored, as Kafka does. */
  decode(bytes: Uint8Array, version: number): unknown;
  encode(draft: never, version: number): Uint8Array;
}

/** A request, a response, or a stored record: one kind of message in all its versions. */
export interface Schema<S extends Shape> extends AnySchema {
  readonly type: Type<Message<S>, Draft<S>> & { readonly shape: S };
  codec(version: number): Codec<Message<S>, Draft<S>>;
  read(reader: Reader, version: number): Message<S>;
  decode(bytes: Uint8Array, version: number): Message<S>;
  encode(draft: Draft<S>, version: number): Uint8Array;
}

export interface SchemaDefinition<S extends Shape> {
  readonly name: string;
  readonly versions: Versions;
  /** First version with compact lengths and tagged fields; none if absent. */
  readonly flexibleSince?: number;
  readonly fields: S;
}

export function schema<S extends Shape>(
  definition: SchemaDefinition<S>,
): Schema<S> {
  const { name, versions, fields } = definition;
  const flexibleSince = definition.flexibleSince ?? Number.POSITIVE_INFINITY;
  const type = structType(fields);
  const codecs: Codec<Message<S>, Draft<S>>[] = [];
  const codec = (version: number): Codec<Message<S>, Draft<S>> => {
    const known = codecs[version];
    if (known !== undefined) return known;
    assert(
      version >= versions[0] && version <= versions[1],
      `${name} has no such version`,
      {
        version,
      },
    );
    return (codecs[version] = type.compile({
      version,
      flexible: version >= flexibleSince,
    }));
  };
  return {
    name,
    versions,
    type,
    codec,
    isFlexible: (version) => version >= flexibleSince,
    read: (reader, version) => codec(version).read(reader),
    decode: (bytes, version) => codec(version).read(new BytesReader(bytes)),
    encode(draft, version) {
      const writer = new Writer();
      codec(version).write(writer, draft);
      return writer.finishWhole();
    },
  };
}

/** Any API, for code that handles messages without knowing their fields. */
export interface AnyApi {
  readonly key: number;
  readonly name: string;
  /** Those that can be encoded and decoded; what a broker offers is its handlers' choice. */
  readonly versions: Versions;
  readonly request: AnySchema;
  readonly response: AnySchema;
  /** Of the request; the response header's is the same, but for ApiVersions. */
  requestHeaderVersion(version: number): 1 | 2;
  responseHeaderVersion(version: number): 0 | 1;
}

/** A request and its response. */
export interface Api<Req extends Shape, Res extends Shape> extends AnyApi {
  readonly request: Schema<Req>;
  readonly response: Schema<Res>;
}

export interface ApiDefinition<Req extends Shape, Res extends Shape> {
  readonly key: number;
  readonly name: string;
  readonly versions: Versions;
  readonly flexibleSince?: number;
  readonly request: Req;
  readonly response: Res;
}

export function api<Req extends Shape, Res extends Shape>(
  definition: ApiDefinition<Req, Res>,
): Api<Req, Res> {
  const { key, name, versions } = definition;
  const flexible = definition.flexibleSince === undefined
    ? {}
    : { flexibleSince: definition.flexibleSince };
  const request = schema({
    name: `${name}Request`,
    versions,
    ...flexible,
    fields: definition.request,
  });
  const response = schema({
    name: `${name}Response`,
    versions,
    ...flexible,
    fields: definition.response,
  });
  return {
    key,
    name,
    versions,
    request,
    response,
    requestHeaderVersion: (version) => (request.isFlexible(version) ? 2 : 1),
    // A client that does not know the version it asked for must be able to read the header of the
    // ApiVersions answer (KIP-511).
    responseHeaderVersion: (
      version,
    ) => (key !== API_VERSIONS && response.isFlexible(version) ? 1 : 0),
  };
}

const API_VERSIONS = 18;

/** A decoded request of an API. */
export type Request<A> = A extends Api<infer Req, infer _> ? Message<Req>
  : never;
/** A decoded response. */
export type Response<A> = A extends Api<infer _, infer Res> ? Message<Res>
  : never;
/** A request to encode: fields with a default may be left out. */
export type RequestDraft<A> = A extends Api<infer Req, infer _> ? Draft<Req>
  : never;
/** A response to encode. */
export type ResponseDraft<A> = A extends Api<infer _, infer Res> ? Draft<Res>
  : never;
/** A decoded message of a schema, and one to encode. */
export type MessageOf<S> = S extends Schema<infer Fields> ? Message<Fields>
  : never;
export type DraftOf<S> = S extends Schema<infer Fields> ? Draft<Fields> : never;
