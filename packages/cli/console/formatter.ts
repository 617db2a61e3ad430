// A record as a line: the wanted fields in a fixed order, as Kafka's console consumer shows them.

import type { ConsumerRecord } from "@odradek/client";
import { encodeText } from "@odradek/protocol/wire/writer";
import { type ContentText, contentText } from "./content_text.ts";

export interface FormatterOptions {
  readonly isShown: Readonly<Record<Field, boolean>>;
  readonly keySeparator: string;
  readonly lineSeparator: string;
  readonly headersSeparator: string;
  readonly nullLiteral: string;
  /** Undefined: the bytes as they are. */
  readonly keyText: ContentText | undefined;
  readonly valueText: ContentText | undefined;
  readonly headersText: ContentText | undefined;
}

/** In the order in which they are shown. */
const FIELDS = [
  "timestamp",
  "partition",
  "offset",
  "delivery",
  "epoch",
  "headers",
  "key",
  "value",
] as const;
type Field = (typeof FIELDS)[number];

/** From the properties of `--formatter-property`. Failure for a deserializer that is none. */
export function formatterOptions(properties: ReadonlyMap<string, string>): FormatterOptions {
  const isShown = (field: Field): boolean => {
    const given = properties.get(`print.${field}`);
    return given === undefined ? field === "value" : given.trim().toLowerCase() === "true";
  };
  const text = (name: string): ContentText | undefined => {
    const given = properties.get(name);
    return given === undefined ? undefined : contentText(given);
  };
  return {
    isShown: Object.fromEntries(FIELDS.map((field) => [field, isShown(field)])) as never,
    keySeparator: properties.get("key.separator") ?? "\t",
    lineSeparator: properties.get("line.separator") ?? "\n",
    headersSeparator: properties.get("headers.separator") ?? ",",
    nullLiteral: properties.get("null.literal") ?? "null",
    keyText: text("key.deserializer"),
    valueText: text("value.deserializer"),
    headersText: text("headers.deserializer") ?? text("header.deserializer"),
  };
}

/** What a record becomes. Bytes, since keys and values need not be text. */
export type Formatter = (record: ConsumerRecord) => Uint8Array;

export function lineFormatter(options: FormatterOptions): Formatter {
  const shown = FIELDS.filter((field) => options.isShown[field]);
  const separator = encodeText(options.keySeparator);
  const end = encodeText(options.lineSeparator);
  return (record) => {
    const parts = shown.flatMap((field, i) => [
      ...(i === 0 ? [] : [separator]),
      ...fieldParts(field, record, options),
    ]);
    return joined([...parts, end]);
  };
}

function fieldParts(field: Field, record: ConsumerRecord, options: FormatterOptions): Uint8Array[] {
  switch (field) {
    case "timestamp":
      return [encodeText(timestampText(record))];
    case "partition":
      return [encodeText(`Partition:${record.partition}`)];
    case "offset":
      return [encodeText(`Offset:${record.offset}`)];
    case "delivery":
      // A consumer reads a record once; only share groups count more.
      return [encodeText("Delivery:1")];
    case "epoch":
      return [encodeText(`Epoch:${record.leaderEpoch < 0 ? "NOT_PRESENT" : record.leaderEpoch}`)];
    case "headers":
      return headerParts(record, options);
    case "key":
      return [shownBytes(record.key, options.keyText, options)];
    case "value":
      return [shownBytes(record.value, options.valueText, options)];
  }
}

function timestampText({ timestamp, timestampType }: ConsumerRecord): string {
  return timestamp < 0 ? "NO_TIMESTAMP" : `${timestampType}:${timestamp}`;
}

function headerParts({ headers }: ConsumerRecord, options: FormatterOptions): Uint8Array[] {
  if (headers.length === 0) return [encodeText("NO_HEADERS")];
  const separator = encodeText(options.headersSeparator);
  return headers.flatMap(({ key, value }, i) => [
    ...(i === 0 ? [] : [separator]),
    encodeText(`${key}:`),
    shownBytes(value, options.headersText, options),
  ]);
}

function shownBytes(
  bytes: Uint8Array | null,
  text: ContentText | undefined,
  { nullLiteral }: FormatterOptions,
): Uint8Array {
  if (bytes === null) return encodeText(nullLiteral);
  return text === undefined ? bytes : encodeText(text(bytes));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
