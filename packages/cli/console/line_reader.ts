// A line as a record: headers, key and value in this order, each if it is wanted, with what stands
// between them. As Kafka's console producer reads them.

import type { ProducerRecord } from "@odradek/client";
import { Failure } from "../failure.ts";

export interface LineReaderOptions {
  readonly parseKey: boolean;
  readonly parseHeaders: boolean;
  readonly keySeparator: string;
  /** Between the headers and what follows. */
  readonly headersDelimiter: string;
  /** Between headers: a regular expression. */
  readonly headersSeparator: string;
  readonly headersKeySeparator: string;
  /** What stands for null. */
  readonly nullMarker: string | undefined;
  /** A line without a separator is a value without a key. */
  readonly ignoreError: boolean;
}

/** From the properties of `--reader-property`. Failure if two of them cannot stand together. */
export function lineReaderOptions(properties: ReadonlyMap<string, string>): LineReaderOptions {
  const flag = (name: string): boolean => properties.get(name)?.trim().toLowerCase() === "true";
  const options = {
    parseKey: flag("parse.key"),
    parseHeaders: flag("parse.headers"),
    keySeparator: properties.get("key.separator") ?? "\t",
    headersDelimiter: properties.get("headers.delimiter") ?? "\t",
    headersSeparator: properties.get("headers.separator") ?? ",",
    headersKeySeparator: properties.get("headers.key.separator") ?? ":",
    nullMarker: properties.get("null.marker"),
    ignoreError: flag("ignore.error"),
  };
  checkSeparators(options);
  return options;
}

function checkSeparators(options: LineReaderOptions): void {
  const { keySeparator, headersDelimiter, headersSeparator, headersKeySeparator } = options;
  const pairs: [string, string, string, string | undefined][] = [
    ["headers.delimiter", "headers.separator", headersDelimiter, headersSeparator],
    ["headers.delimiter", "headers.key.separator", headersDelimiter, headersKeySeparator],
    ["headers.separator", "headers.key.separator", headersSeparator, headersKeySeparator],
    ["null.marker", "key.separator", keySeparator, options.nullMarker],
    ["null.marker", "headers.separator", headersSeparator, options.nullMarker],
    ["null.marker", "headers.delimiter", headersDelimiter, options.nullMarker],
    ["null.marker", "headers.key.separator", headersKeySeparator, options.nullMarker],
  ];
  for (const [one, other, value, otherValue] of pairs) {
    if (value === otherValue) throw new Failure(`${one} and ${other} may not be equal`);
  }
}

type Header = NonNullable<ProducerRecord["headers"]>[number];

export class LineReader {
  readonly #options: LineReaderOptions;
  #lineNumber = 0;

  constructor(options: LineReaderOptions) {
    this.#options = options;
  }

  /** Failure with the line's number if a separator is missing. */
  read(line: string): Omit<ProducerRecord, "topic"> {
    this.#lineNumber++;
    const { parseKey, parseHeaders, headersDelimiter, keySeparator } = this.#options;
    const [headers, afterHeaders] = parseHeaders
      ? this.#cut(line, headersDelimiter, { name: "headers delimiter", line })
      : [undefined, line];
    const [key, value] = parseKey
      ? this.#cut(afterHeaders, keySeparator, { name: "key separator", line })
      : [undefined, afterHeaders];
    const isNone = headers === undefined || this.#isNull(headers);
    return {
      key: key === undefined || this.#isNull(key) ? null : key,
      value: this.#isNull(value) ? null : value,
      headers: isNone ? [] : this.#splitHeaders(headers),
    };
  }

  #cut(
    text: string,
    separator: string,
    what: { readonly name: string; readonly line: string },
  ): [string | undefined, string] {
    const at = text.indexOf(separator);
    if (at >= 0) return [text.slice(0, at), text.slice(at + separator.length)];
    if (this.#options.ignoreError) return [undefined, text];
    const where = `on line number ${this.#lineNumber}: '${what.line}'`;
    throw new Failure(`No ${what.name} found ${where}`);
  }

  #splitHeaders(text: string): Header[] {
    const parts = text.split(new RegExp(this.#options.headersSeparator, "u"));
    // As in Java, nothing at the end counts for nothing.
    while (parts.length > 1 && parts.at(-1) === "") parts.pop();
    return parts.map((pair) => this.#header(pair));
  }

  #header(pair: string): Header {
    const { headersKeySeparator, ignoreError, nullMarker } = this.#options;
    const at = pair.indexOf(headersKeySeparator);
    if (at < 0) {
      if (ignoreError) return { key: pair, value: null };
      const where = `in pair '${pair}' on line number ${this.#lineNumber}`;
      throw new Failure(`No header key separator found ${where}`);
    }
    const key = pair.slice(0, at);
    if (this.#isNull(key)) {
      const why = "as they can't be null";
      throw new Failure(
        `Header keys should not be equal to the null marker '${nullMarker}' ${why}`,
      );
    }
    const value = pair.slice(at + headersKeySeparator.length);
    return { key, value: this.#isNull(value) ? null : value };
  }

  #isNull(text: string): boolean {
    return text === this.#options.nullMarker;
  }
}
