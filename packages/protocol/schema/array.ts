// Arrays of one type: a count and the elements.

import { Malformed } from "../wire/malformed.ts";
import { type Codec, type Form, type Type, Unsupported } from "./codec.ts";
import { Field } from "./field.ts";
import { compactLengths, int32Lengths } from "./primitives.ts";
import { type Draft, type Message, type Shape, struct } from "./struct.ts";

/** Of a type, or of structs given by their fields. */
export function array<S extends Shape>(
  element: S,
): Field<Message<S>[], readonly Draft<S>[], false>;
export function array<Read, Write, O extends boolean>(
  element: Field<Read, Write, O>,
): Field<Read[], readonly Write[], false>;
export function array(element: Shape | Field<unknown, unknown>): unknown {
  const field = element instanceof Field ? element : struct(element);
  return new Field(arrayOf(field.type as Type<unknown, unknown>));
}

export interface ArrayType<Read, Write> extends Type<Read[], readonly Write[]> {
  readonly kind: "array";
  readonly element: Type<Read, Write>;
}

/** Shared by all messages that lack an array: frozen, so that none can fill it for the others. */
const NONE = Object.freeze([]) as unknown as never[];

function arrayOf<Read, Write>(
  element: Type<Read, Write>,
): ArrayType<Read, Write> {
  return {
    kind: "array",
    element,
    zero: NONE,
    equals: (value, other) => value.length === 0 && other.length === 0,
    compile: (form) => arrayCodec(element.compile(form), form),
  };
}

function arrayCodec<Read, Write>(
  element: Codec<Read, Write>,
  form: Form,
): Codec<Read[], readonly Write[]> {
  const lengths = form.flexible ? compactLengths : int32Lengths;
  return {
    bytesMin: lengths.bytesMin,
    read(reader) {
      const count = lengths.read(reader);
      // Any negative count is null to Kafka; the struct refuses it where null may not be.
      if (count < 0) return null as unknown as Read[];
      if (count * element.bytesMin > reader.remaining) {
        throw new Malformed(
          `Cannot read ${count} elements: ${reader.remaining} bytes left`,
        );
      }
      const elements: Read[] = [];
      for (let i = 0; i < count; i++) {
        const one = element.read(reader);
        if (one === null) throw new Malformed(`Cannot read element ${i}: it may not be null`);
        elements.push(one);
      }
      return elements;
    },
    write(writer, value) {
      if (value === null) return lengths.write(writer, -1);
      lengths.write(writer, value.length);
      for (const one of value) {
        if (one === null) throw new Unsupported("An element may not be null");
        element.write(writer, one);
      }
    },
  };
}
