// A `.log` or a snapshot of the metadata log: its batches, and what is in them.

import { basename } from "node:path";
import { Fault, reason } from "@odradek/base";
import { scan } from "@odradek/log/segments/scan";
import type { Batch } from "@odradek/protocol/records/batch";
import { readRecords } from "@odradek/protocol/records/record";
import { Progress } from "../progress.ts";
import { DataSource } from "./data_source.ts";
import type { DumpContext, DumpOptions } from "./dump.ts";
import { baseOffsetOf, snapshotHead } from "./file_names.ts";

/** Fault or Failure for a file that cannot be read. */
export async function dumpLogFile(path: string, context: DumpContext): Promise<void> {
  const { options, terminal, output } = context;
  output.head(headLine(path, options));
  await using source = await DataSource.open(path);
  const total = Math.min(source.size, options.maxBytes);
  using progress = new Progress(terminal, { unit: "bytes", total });
  const offsets = new OffsetWatch(path, context);
  let end = 0;
  for await (const { position, batch } of scan(source)) {
    if (position + batch.sizeBytes > options.maxBytes) break;
    output.batch(batch, position);
    if (options.isDeep) dumpRecords(batch, context, offsets);
    end = position + batch.sizeBytes;
    progress.reach(end);
    await terminal.flush();
  }
  const left = source.size - end;
  if (left > 0 && options.maxBytes === Number.POSITIVE_INFINITY) {
    const what = `Found ${left} invalid bytes at the end of ${basename(path)}`;
    output.note(terminal.paint("warning", what));
  }
}

function headLine(path: string, { format }: DumpOptions): string {
  if (!path.endsWith(".log")) return snapshotHead(path);
  const name = format === "seed" ? "Starting offset" : "Log starting offset";
  return `${name}: ${baseOffsetOf(path)}`;
}

/** A batch that cannot be unpacked is told, and left. */
function dumpRecords(batch: Batch, context: DumpContext, offsets: OffsetWatch): void {
  try {
    for (const record of readRecords(batch)) {
      offsets.see(record.offset);
      context.output.record(batch, record);
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const what = `Cannot read batch at offset ${batch.baseOffset}: ${reason(error)}`;
    context.terminal.remark(what, "bad");
    context.findings.damage();
  }
}

/** Notices offsets that do not follow each other; the first should follow -1. */
class OffsetWatch {
  readonly #path: string;
  readonly #context: DumpContext;
  #last = -1;

  constructor(path: string, context: DumpContext) {
    this.#path = path;
    this.#context = context;
  }

  see(offset: number): void {
    if (offset !== this.#last + 1) this.#context.findings.gap(this.#path, this.#last, offset);
    this.#last = offset;
  }
}
