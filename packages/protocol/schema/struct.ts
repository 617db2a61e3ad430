// Structs: fields in order, then, in flexible versions, tagged fields. The one place that decides
// what a version has, what an absent field becomes, and where null may stand.

import { Malformed } from "../wire/malformed.ts";
import type { Reader } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";
import { type Codec, type Form, type Type, Unsupported } from "./codec.ts";
import { type AnyField, Field } from "./field.ts";

/** The fields of a struct, in wire order. */
export type Shape = Readonly<Record<string, AnyField>>;

type ReadOf<F> = F extends Field<infer Read, never, boolean> ? Read : never;
// Through the codec, whose `write` is a method, so that it infers for every field.
type WriteOf<F> = F extends { readonly type: Type<infer _, infer Write> }
  ? Write
  : never;
type OmittableKeys<S extends Shape> = {
  [K in keyof S]: S[K] extends Field<unknown, never, infer O>
    ? (true extends O ? K : never)
    : never;
}[keyof S];

/** What decoding a struct yields: every field, absent ones at their default. */
export type Message<S extends Shape> = {
  -readonly [K in keyof S]: ReadOf<S[K]>;
};

/** What encoding a struct takes: fields with a default may be left out. */
export type Draft<S extends Shape> =
  & { readonly [K in Exclude<keyof S, OmittableKeys<S>>]: WriteOf<S[K]> }
  & { readonly [K in OmittableKeys<S>]?: WriteOf<S[K]> | undefined };

export interface StructType<S extends Shape>
  extends Type<Message<S>, Draft<S>> {
  readonly kind: "struct";
  readonly shape: S;
}

/** A struct as a field of another. */
export function struct<S extends Shape>(
  shape: S,
): Field<Message<S>, Draft<S>, false> {
  return new Field<Message<S>, Draft<S>, false>(structType(shape));
}

export function structType<S extends Shape>(shape: S): StructType<S> {
  const entries = Object.entries(shape) as [string, AnyField][];
  const zero = Object.freeze(
    Object.fromEntries(
      entries.map(([name, field]) => [name, field.defaultValue]),
    ),
  ) as Message<S>;
  const compiled = new Map<string, Codec<Message<S>, Draft<S>>>();
  return {
    kind: "struct",
    shape,
    zero,
    equals: (value, other) =>
      sameFields(entries, value as Values, other as Values),
    compile(form) {
      const key = `${form.version} ${form.flexible}`;
      let codec = compiled.get(key);
      if (codec === undefined) {
        codec = structCodec(entries, form) as unknown as Codec<
          Message<S>,
          Draft<S>
        >;
        compiled.set(key, codec);
      }
      return codec;
    },
  };
}

type Values = Record<string, unknown>;
type AnyCodec = Codec<unknown, unknown>;

function sameFields(
  entries: [string, AnyField][],
  value: Values,
  other: Values,
): boolean {
  return entries.every(([name, field]) =>
    isValue(
      field,
      value[name],
      other === null ? field.defaultValue : other[name],
    )
  );
}

/** Whether a field of a message is at its default: a tagged one is then left out. */
export function isDefault(field: AnyField, value: unknown): boolean {
  return isValue(field, value, field.defaultValue);
}

function isValue(field: AnyField, value: unknown, other: unknown): boolean {
  if (value === undefined || value === other) return true;
  if (value === null || other === null) return false;
  return (field.type as unknown as Type<unknown, unknown>).equals(value, other);
}

/** One field in one version. */
interface Step {
  readonly name: string;
  readonly field: AnyField;
  /** Undefined: the version does not have it. */
  readonly codec: AnyCodec | undefined;
  readonly nullable: boolean;
}

function structCodec(entries: [string, AnyField][], form: Form): AnyCodec {
  const steps = entries.map(([name, field]) => step(name, field, form));
  const plain = steps.filter((s) =>
    s.codec !== undefined && s.field.place.tag === undefined
  );
  const tagged = steps
    .filter((s) => s.codec !== undefined && s.field.place.tag !== undefined)
    .sort((a, b) => Number(a.field.place.tag) - Number(b.field.place.tag));
  const absent = steps.filter((s) =>
    s.codec === undefined && !s.field.place.ignorable
  );
  // All fields in the order of the shape: a copy of it gives every message of a kind one hidden
  // class, and leaves only the fields that the version has to be set.
  const empty: Values = Object.fromEntries(
    entries.map(([name, field]) => [name, field.defaultValue]),
  );
  const plainBytes = plain.reduce(
    (sum, s) => sum + (s.codec?.bytesMin ?? 0),
    0,
  );
  return {
    bytesMin: Math.max(1, plainBytes + (form.flexible ? 1 : 0)),
    read(reader) {
      // Not a spread: V8 does that slowly where one place in the code sees many shapes.
      const message = Object.assign({}, empty);
      for (const one of plain) message[one.name] = readStep(reader, one);
      if (form.flexible) readTagged(reader, tagged, message);
      return message;
    },
    write(writer, draft) {
      const values = draft as Values;
      for (const one of absent) refuseAbsent(one, values[one.name], form);
      for (const one of plain) writeStep(writer, one, values[one.name]);
      if (form.flexible) writeTagged(writer, tagged, values);
    },
  };
}

function step(name: string, field: AnyField, form: Form): Step {
  const nullable = field.isNullable(form.version);
  if (!field.has(form.version)) {
    return { name, field, codec: undefined, nullable };
  }
  if (field.place.tag !== undefined && !form.flexible) {
    return { name, field, codec: undefined, nullable };
  }
  const type = field.type as unknown as Type<unknown, unknown>;
  const codec = type.compile(field.form(form));
  const presence = nullable && type.kind === "struct";
  return {
    name,
    field,
    nullable,
    codec: presence ? presentOr(codec, field) : codec,
  };
}

/** Nullable structs begin with a byte that says whether they are there. */
function presentOr(codec: AnyCodec, field: AnyField): AnyCodec {
  const [absent, present] = field.place.tag === undefined ? [-1, 1] : [0, 1];
  return {
    bytesMin: 1,
    read: (reader) => (reader.int8() <= absent ? null : codec.read(reader)),
    write(writer, value) {
      if (value === null) return writer.int8(absent);
      writer.int8(present);
      codec.write(writer, value);
    },
  };
}

function readStep(
  reader: Reader,
  { name, field, codec, nullable }: Step,
): unknown {
  if (codec === undefined) return field.defaultValue;
  const value = codec.read(reader);
  if (value === null && !nullable) {
    throw new Malformed(`Cannot read ${name}: it may not be null`);
  }
  return value;
}

function writeStep(
  writer: Writer,
  { name, field, codec, nullable }: Step,
  given: unknown,
): void {
  const value = given === undefined ? field.defaultValue : given;
  if (value === null && !nullable) {
    throw new Unsupported(`${name} may not be null`);
  }
  codec?.write(writer, value);
}

function refuseAbsent({ name, field }: Step, value: unknown, form: Form): void {
  if (isDefault(field, value)) return;
  throw new Unsupported(`Version ${form.version} has no field ${name}`);
}

function readTagged(
  reader: Reader,
  tagged: readonly Step[],
  message: Values,
): void {
  const count = reader.uvarint() >>> 0;
  for (let i = 0; i < count; i++) {
    const tag = reader.uvarint() >>> 0;
    const size = reader.uvarint() >>> 0;
    if (size > reader.remaining) {
      throw new Malformed(
        `Cannot read tag ${tag}: ${size} bytes, ${reader.remaining} left`,
      );
    }
    const end = reader.position + size;
    const known = tagged.find((one) => one.field.place.tag === tag);
    if (known !== undefined) message[known.name] = readStep(reader, known);
    else reader.skip(size);
    if (reader.position !== end) {
      throw new Malformed(`Cannot read tag ${tag}: not ${size} bytes long`);
    }
  }
}

function writeTagged(
  writer: Writer,
  tagged: readonly Step[],
  values: Values,
): void {
  let count = 0;
  for (const one of tagged) if (!isDefault(one.field, values[one.name])) count++;
  writer.uvarint(count);
  // As in most answers: nothing went wrong that a tag would tell of.
  if (count === 0) return;
  const present = tagged.filter((one) => !isDefault(one.field, values[one.name]));
  for (const one of present) {
    const content = new Writer(64);
    writeStep(content, one, values[one.name]);
    writer.uvarint(Number(one.field.place.tag));
    writer.uvarint(content.length);
    for (const part of content.finish()) writer.copy(part);
  }
}
