// Keys, values and headers as text. Bytes that are no UTF-8 show as U+FFFD; numbers are big-endian.

import { reason } from "@odradek/base";
import { Failure } from "../failure.ts";

/** What turns bytes into what is shown. */
export type ContentText = (bytes: Uint8Array) => string;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function sized(size: number, read: (view: DataView) => string): ContentText {
  return (bytes) => {
    if (bytes.length !== size) {
      throw new Failure(`Cannot read a number of ${size} bytes: there are ${bytes.length}`);
    }
    return read(view(bytes));
  };
}

export const asString: ContentText = (bytes) => utf8.decode(bytes);

function asJson(bytes: Uint8Array): string {
  try {
    return JSON.stringify(JSON.parse(utf8.decode(bytes)));
  } catch (error) {
    throw new Failure(`Cannot read JSON: ${reason(error)}`, { cause: error });
  }
}

/** By their short names. */
const TEXTS: Readonly<Record<string, ContentText>> = {
  string: asString,
  json: asJson,
  hex: (bytes) => bytes.toHex(),
  integer: sized(4, (numbers) => `${numbers.getInt32(0)}`),
  long: sized(8, (numbers) => `${numbers.getBigInt64(0)}`),
  short: sized(2, (numbers) => `${numbers.getInt16(0)}`),
  double: sized(8, (numbers) => `${numbers.getFloat64(0)}`),
  float: sized(4, (numbers) => `${numbers.getFloat32(0)}`),
  uuid: asString,
  bytearray: asString,
};

/**
 * By a short name, or that of Kafka's decoder or deserializer class: `integer`,
 * `org.apache.kafka.common.serialization.IntegerDeserializer`, `kafka.serializer.LongDecoder`.
 * Failure if there is none.
 */
export function contentText(name: string): ContentText {
  const short = name.replace(/^.*\./, "").replace(/(Deserializer|Decoder)$/, "").toLowerCase();
  const found = TEXTS[short];
  if (found !== undefined) return found;
  throw new Failure(`There is no decoder ${name}: use ${Object.keys(TEXTS).join(", ")}`);
}
