// Messages as JSON and back: for tools that print logs, files that are kept as JSON, and golden
// vectors. The fields of a version, in their order; a tagged field at its default is left out;
// bytes and records are base64.

import { isUuid } from "@odradek/base";
import { Malformed } from "../wire/malformed.ts";
import type { AnySchema, Schema } from "./api.ts";
import type { ArrayType } from "./array.ts";
import type { Form, Type } from "./codec.ts";
import type { AnyField } from "./field.ts";
import { type Draft, isDefault, type Shape, type StructType } from "./struct.ts";

/** As `JSON.parse` makes it, and with bigints: `toJsonText` writes all their digits. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** With every int64 as a decimal text, which every reader of JSON keeps exact. */
export function toJson(schema: AnySchema, message: object, version: number): JsonObject {
  const form = { version, flexible: schema.isFlexible(version) };
  const writer: ToJson = { form, int64: String, float64: (value) => value };
  return structToJson(writer, schema.type.shape, message as Values);
}

/**
 * For `toJsonText` alone, of which it makes what Kafka's tools print: every int64 as a bigint, and
 * every float64 as the text of a number.
 */
export function toJsonNumbers(schema: AnySchema, message: object, version: number): JsonObject {
  const form = { version, flexible: schema.isFlexible(version) };
  const float64 = (value: number): Json =>
    Number.isFinite(value) ? rawJSON(floatText(value)) : String(value);
  const writer: ToJson = { form, int64: (value) => value, float64 };
  return structToJson(writer, schema.type.shape, message as Values);
}

/**
 * Any field may be left out that a draft may leave out. Throws Malformed for names that the
 * version does not have and for values that are not of their field's type.
 */
export function fromJson<S extends Shape>(
  schema: Schema<S>,
  json: Json,
  version: number,
): Draft<S>;
export function fromJson(schema: AnySchema, json: Json, version: number): never;
export function fromJson(schema: AnySchema, json: Json, version: number): unknown {
  const form: Form = { version, flexible: schema.isFlexible(version) };
  return structFromJson({ form, path: schema.name }, schema.type.shape, json);
}

/** JSON text in which a bigint is a number of as many digits as it takes. */
export function toJsonText(json: Json, space?: number): string {
  const replace = (_: string, value: unknown): unknown =>
    typeof value === "bigint" ? rawJSON(String(value)) : value;
  return JSON.stringify(json, replace, space);
}

/** Makes a number of a text (ES2026; the compiler does not know it yet). */
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => JsonObject };

/** As Java writes a double: always with a fraction, and with an exponent from 10^7 on. */
function floatText(value: number): string {
  const size = Math.abs(value);
  const isPlain = value === 0 || (size >= 1e-3 && size < 1e7);
  const [digits = "", exponent] = (isPlain ? `${value}` : value.toExponential()).split("e");
  const signed = Object.is(value, -0) ? "-0" : digits;
  const fraction = signed.includes(".") ? signed : `${signed}.0`;
  return exponent === undefined ? fraction : `${fraction}E${Number(exponent)}`;
}

type Values = Readonly<Record<string, unknown>>;
type AnyType = Type<unknown, unknown>;

interface ToJson {
  readonly form: Form;
  readonly int64: (value: bigint) => Json;
  readonly float64: (value: number) => Json;
}

function structToJson(writer: ToJson, shape: Shape, message: Values): JsonObject {
  const json: Record<string, Json> = {};
  for (const [name, field] of Object.entries(shape)) {
    if (!isInForm(field, writer.form)) continue;
    const value = message[name];
    if (field.place.tag !== undefined && isDefault(field, value)) continue;
    const given = value === undefined ? field.defaultValue : value;
    json[name] = valueToJson(writer, typeOf(field), given);
  }
  return json;
}

function valueToJson(writer: ToJson, type: AnyType, value: unknown): Json {
  if (value === null) return null;
  switch (type.kind) {
    case "struct":
      return structToJson(writer, (type as unknown as StructType<Shape>).shape, value as Values);
    case "array": {
      const { element } = type as unknown as ArrayType<unknown, unknown>;
      return (value as unknown[]).map((one) => valueToJson(writer, element, one));
    }
    case "int64":
      return writer.int64(value as bigint);
    case "float64":
      return writer.float64(value as number);
    case "bytes":
      return (value as Uint8Array).toBase64();
    case "records":
      return whole(value as Uint8Array | readonly Uint8Array[]).toBase64();
    default:
      return value as Json;
  }
}

/** Where in a message a value stands. */
interface Place {
  readonly form: Form;
  readonly path: string;
}

function structFromJson(place: Place, shape: Shape, json: Json): Values {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw wrong(place, json);
  const { form, path } = place;
  const message: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json)) {
    const field = shape[name];
    if (field === undefined || !isInForm(field, form)) {
      throw new Malformed(`Cannot read ${path}: no field ${name} in version ${form.version}`);
    }
    message[name] = valueFromJson({ form, path: `${path}.${name}` }, typeOf(field), value);
  }
  return message;
}

function valueFromJson(place: Place, type: AnyType, json: Json): unknown {
  // Whether it may be null is the encoder's to say.
  if (json === null) return null;
  switch (type.kind) {
    case "struct":
      return structFromJson(place, (type as unknown as StructType<Shape>).shape, json);
    case "array":
      return arrayFromJson(place, type as unknown as ArrayType<unknown, unknown>, json);
    case "int64":
      return bigintFromJson(place, json);
    case "bytes":
    case "records":
      return bytesFromJson(place, json);
    default:
      if (!isScalar(type.kind, json)) throw wrong(place, json);
      return json;
  }
}

function arrayFromJson(
  { form, path }: Place,
  { element }: ArrayType<unknown, unknown>,
  json: Json,
): unknown[] {
  if (!Array.isArray(json)) throw wrong({ form, path }, json);
  return json.map((one: Json, i) => valueFromJson({ form, path: `${path}[${i}]` }, element, one));
}

function isScalar(kind: string, json: Json): boolean {
  if (kind === "boolean" || kind === "string") return typeof json === kind;
  if (kind === "uuid") return typeof json === "string" && isUuid(json);
  return typeof json === "number" && (kind === "float64" || Number.isInteger(json));
}

function bigintFromJson(place: Place, json: Json): bigint {
  const isDigits = typeof json === "string" && /^-?\d+$/.test(json);
  const isNumber = typeof json === "bigint" || Number.isSafeInteger(json);
  if (!isDigits && !isNumber) throw wrong(place, json);
  const value = BigInt(json as string | number | bigint);
  if (BigInt.asIntN(64, value) !== value) throw wrong(place, json);
  return value;
}

function bytesFromJson(place: Place, json: Json): Uint8Array {
  if (typeof json !== "string") throw wrong(place, json);
  try {
    return Uint8Array.fromBase64(json);
  } catch (cause) {
    throw new Malformed(`Cannot read ${place.path}: not base64`, { cause });
  }
}

function wrong({ path }: Place, json: Json): Malformed {
  return new Malformed(`Cannot read ${path}: not ${toJsonText(json)?.slice(0, 40)}`);
}

function isInForm(field: AnyField, form: Form): boolean {
  return field.has(form.version) && (field.place.tag === undefined || form.flexible);
}

function typeOf(field: AnyField): AnyType {
  return field.type as unknown as AnyType;
}

function whole(parts: Uint8Array | readonly Uint8Array[]): Uint8Array {
  if (parts instanceof Uint8Array) return parts;
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
