// What a dump of files works with, and which reader a file's suffix picks.

import { basename } from "node:path";
import { Fault, reason } from "@odradek/base";
import type { Terminal } from "../terminal.ts";
import { Failure } from "../failure.ts";
import type { Findings } from "./findings.ts";
import { dumpLogFile } from "./log_file.ts";
import { dumpOffsetIndex } from "./offset_index_file.ts";
import type { DumpOutput, OutputOptions } from "./output.ts";
import { dumpProducerSnapshot } from "./producer_snapshot_file.ts";
import { dumpTimeIndex } from "./time_index_file.ts";
import { dumpTransactionIndex } from "./transaction_index_file.ts";

export interface DumpOptions extends OutputOptions {
  /** "seed": as the first Kafkas with this tool; 4: as Kafka 4. */
  readonly format: "seed" | "4";
  /** Records, too, not just batches. */
  readonly isDeep: boolean;
  /** Of a log file. */
  readonly maxBytes: number;
  /** Indexes are checked against the log, and not shown. */
  readonly verifyOnly: boolean;
  /** Indexes are checked for themselves, as brokers do at start. */
  readonly sanityOnly: boolean;
}

export interface DumpContext {
  readonly options: DumpOptions;
  /** For what is said beside the content. */
  readonly terminal: Terminal;
  readonly output: DumpOutput;
  readonly findings: Findings;
}

type FileDump = (path: string, context: DumpContext) => Promise<void>;

const READERS: ReadonlyMap<string, FileDump> = new Map([
  [".log", dumpLogFile],
  [".checkpoint", dumpLogFile],
  [".index", dumpOffsetIndex],
  [".timeindex", dumpTimeIndex],
  [".txnindex", dumpTransactionIndex],
  [".snapshot", dumpProducerSnapshot],
]);

/** One file. What cannot be read is told, and what is behind it is left. */
export async function dumpFile(path: string, context: DumpContext): Promise<void> {
  const { terminal, output, findings } = context;
  output.begin(path);
  const reader = READERS.get(/\.[^.]*$/.exec(basename(path))?.[0] ?? "");
  if (reader === undefined) return terminal.remark(`Ignoring unknown file ${path}`, "warning");
  try {
    await reader(path, context);
  } catch (error) {
    if (!(error instanceof Fault) && !(error instanceof Failure)) throw error;
    terminal.remark(reason(error), "bad");
    findings.damage();
  }
}
