// Messages as JSON, byte for byte as Kafka's tools print them.

import { type Json, toJsonNumbers, toJsonText } from "@odradek/protocol/schema/json";
import type { AnySchema } from "@odradek/protocol/schema/mod";

export function javaJson(schema: AnySchema, message: object, version: number): string {
  return javaJsonText(toJsonNumbers(schema, message, version));
}

/** Escapes with upper case digits. */
export function javaJsonText(json: Json): string {
  return toJsonText(json).replaceAll(
    /\\(?:u00([0-9a-f]{2})|.)/g,
    (escape: string, digits?: string) =>
      digits === undefined ? escape : `\\u00${digits.toUpperCase()}`,
  );
}
