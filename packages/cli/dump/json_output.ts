// A dump as one JSON document, written as it comes: {"files":[{"file", "batches":[{…, "records":
// [{…}]}] or "entries":[{…}], "notes"}], "findings":[…]}.

import type { Batch } from "@odradek/protocol/records/batch";
import type { LogRecord } from "@odradek/protocol/records/record";
import type { Terminal } from "../terminal.ts";
import { batchFields, sequenceAt } from "./batch_text.ts";
import { controlText } from "./control_text.ts";
import type { DumpOutput, Fields, FieldValue, OutputOptions } from "./output.ts";

type List = "files" | "batches" | "records" | "entries";

export class JsonOutput implements DumpOutput {
  readonly #terminal: Terminal;
  readonly #options: OutputOptions;
  /** What has begun and not ended: lists, each with an object that is open in it. */
  readonly #open: List[] = [];
  #notes: string[] = [];

  constructor(terminal: Terminal, options: OutputOptions) {
    this.#terminal = terminal;
    this.#options = options;
  }

  begin(path: string): void {
    this.#begin("files", { file: path }, 0);
  }

  head(line: string): void {
    this.#notes.push(line);
  }

  batch(batch: Batch, position: number): void {
    const { timestampType, maxTimestamp } = batch;
    // The time goes by its type in Kafka's line; keys of a document are always the same.
    const { [timestampType]: _, ...fields } = objectOf(batchFields(batch, position));
    this.#begin("batches", { ...fields, timestampType, maxTimestamp }, 1);
  }

  record(batch: Batch, record: LogRecord): void {
    const { offset, timestamp, key, value, headers } = record;
    const { decoder, skipRecordMetadata } = this.#options;
    const metadata = {
      timestamp,
      keySize: key?.length ?? -1,
      valueSize: value?.length ?? -1,
      sequence: sequenceAt(batch, offset - batch.baseOffset),
      headerKeys: headers.map((header) => header.key),
    };
    this.#begin("records", {
      offset,
      ...(skipRecordMetadata ? {} : metadata),
      ...(batch.isControl ? { control: controlText(record).trim() } : decoder?.(record)),
    }, 2);
  }

  entry(fields: Fields): void {
    this.#begin("entries", objectOf(fields), 1);
  }

  note(line: string): void {
    this.#notes.push(line);
  }

  end(findings: readonly string[]): void {
    if (this.#open.length === 0) this.#terminal.write('{"files":[');
    else this.#closeTo(0);
    this.#terminal.print(`],"findings":${JSON.stringify(findings)}}`);
  }

  /** An object in a list of this depth, which it leaves open. */
  #begin(list: List, content: object, depth: number): void {
    const isFirst = this.#open[depth] !== list;
    if (!isFirst) this.#closeTo(depth);
    const before = isFirst ? depth === 0 ? `{"${list}":[` : `,"${list}":[` : ",";
    this.#terminal.write(before + JSON.stringify(content).slice(0, -1));
    if (isFirst) this.#open.push(list);
  }

  /** Ends the lists below, and the object that is open in the list of this depth. */
  #closeTo(depth: number): void {
    while (this.#open.length > depth + 1) {
      this.#terminal.write("}]");
      this.#open.pop();
    }
    if (depth === 0) {
      this.#terminal.write(`,"notes":${JSON.stringify(this.#notes)}`);
      this.#notes = [];
    }
    this.#terminal.write("}");
  }
}

function objectOf(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(fields.map(([name, value]) => [name, jsonOf(value)]));
}

function jsonOf(value: FieldValue): string | number | boolean | null {
  if (typeof value === "object") return value.optional ?? null;
  return typeof value === "bigint" ? Number(value) : value;
}
