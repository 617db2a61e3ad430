// What a dump says, whatever its form: files, and in them batches with their records, or entries.

import type { Batch } from "@odradek/protocol/records/batch";
import type { LogRecord } from "@odradek/protocol/records/record";
import type { Terminal } from "../terminal.ts";
import { batchLine, lineOf, recordText } from "./batch_text.ts";
import type { RecordDecoder } from "./decoders/record_decoder.ts";

/** A number that may be absent shows in its own way. */
export type FieldValue = string | number | bigint | boolean | {
  readonly optional: number | undefined;
};
/** In the order in which they are shown. */
export type Fields = readonly (readonly [name: string, value: FieldValue])[];

export interface DumpOutput {
  begin(path: string): void;
  /** Of the file, before its content. */
  head(line: string): void;
  batch(batch: Batch, position: number): void;
  /** Of the last batch. */
  record(batch: Batch, record: LogRecord): void;
  entry(fields: Fields): void;
  /** What there is to say of the file itself. */
  note(line: string): void;
  /** Of all files; `findings` are lines about what does not fit together. */
  end(findings: readonly string[]): void;
}

export interface OutputOptions {
  /** What is in records; undefined: it is not shown. */
  readonly decoder: RecordDecoder | undefined;
  readonly skipRecordMetadata: boolean;
}

/** As Kafka's tool prints it. Findings go to standard error. */
export class TextOutput implements DumpOutput {
  readonly #terminal: Terminal;
  readonly #options: OutputOptions;

  constructor(terminal: Terminal, options: OutputOptions) {
    this.#terminal = terminal;
    this.#options = options;
  }

  begin(path: string): void {
    this.#terminal.print(this.#terminal.paint("title", `Dumping ${path}`));
  }

  head(line: string): void {
    this.#terminal.print(line);
  }

  batch(batch: Batch, position: number): void {
    this.#terminal.print(batchLine(batch, position));
  }

  record(batch: Batch, record: LogRecord): void {
    const { skipRecordMetadata, decoder } = this.#options;
    const metadata = skipRecordMetadata ? [] : [recordText(batch, record)];
    const { key, payload } = decoder === undefined || batch.isControl ? {} : decoder(record);
    const content = [
      ...(key === undefined ? [] : [`key: ${key}`]),
      ...(payload === undefined ? [] : [`payload: ${payload}`]),
    ];
    const begin = content.length > 0 && skipRecordMetadata ? ["|"] : metadata;
    this.#terminal.print([...begin, ...content].join(" "));
  }

  entry(fields: Fields): void {
    this.#terminal.print(lineOf(fields));
  }

  note(line: string): void {
    this.#terminal.print(line);
  }

  end(findings: readonly string[]): void {
    for (const line of findings) this.#terminal.remark(line, "warning");
  }
}
