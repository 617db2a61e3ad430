// What commands speak through: results to standard output, everything else to standard error. Text
// is gathered, so that long outputs cost few writes; a reader that has gone away ends it quietly.

import { reason } from "@odradek/base";
import { type Look, type Paint, paintFor, paintHead } from "./looks.ts";

export interface Terminal {
  /** A line of results. */
  print(line: string): void;
  /** A part of the results as it is. */
  write(content: string | Uint8Array): void;
  /** A line beside the results: warnings, summaries, errors. Its head gets the look. */
  remark(line: string, look?: Look): void;
  /** A part of the results as it is shown. */
  readonly paint: Paint;
  /** Results that were written so far are out. Long outputs wait for it now and then. */
  flush(): Promise<void>;
  /** Bytes from standard input. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Somebody types. */
  readonly isInputTyped: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** From now on Ctrl-C aborts the signal instead of the process. */
  interruption(): AbortSignal;
}

/** Gathered before they are written. */
const CHUNK_BYTES = 64 * 1024;

/** Of this process, for a command with these arguments. */
export function processTerminal(args: readonly string[]): Terminal {
  const { stdout, stderr, stdin, env } = process;
  const paintOf = ({ isTTY }: { readonly isTTY?: boolean }): Paint =>
    paintFor({ isTerminal: isTTY === true, environment: env, args });
  const beside = paintOf(stderr);
  let parts: Uint8Array[] = [];
  let bytes = 0;
  const pour = (): void => {
    if (bytes === 0) return;
    stdout.write(Buffer.concat(parts));
    [parts, bytes] = [[], 0];
  };
  const write = (content: string | Uint8Array): void => {
    const part = typeof content === "string" ? Buffer.from(content) : content;
    // What follows in the same turn goes with it.
    if (bytes === 0) setImmediate(pour);
    parts.push(part);
    bytes += part.length;
    if (bytes >= CHUNK_BYTES) pour();
  };
  stdout.on("error", endQuietly);
  return {
    write,
    print: (line) => write(`${line}\n`),
    remark(line, look) {
      pour();
      stderr.write(`${look === undefined ? line : paintHead(beside, look, line)}\n`);
    },
    paint: paintOf(stdout),
    flush() {
      pour();
      return new Promise((resolve) => stdout.write("", () => resolve()));
    },
    get input() {
      return stdin;
    },
    isInputTyped: stdin.isTTY === true,
    environment: env,
    interruption() {
      const abort = new AbortController();
      process.once("SIGINT", () => abort.abort());
      process.once("SIGTERM", () => abort.abort());
      return abort.signal;
    },
  };
}

/** `odradek dump-log … | head` is no failure. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`Cannot write: ${reason(error)}\n`);
  process.exit(1);
}
