// What commands speak through: results to standard output, everything else to standard error. Text
// is gathered, so that long outputs cost few writes; a reader that has gone away ends it quietly.

import { fstatSync } from "node:fs";
import { reason } from "@odradek/base";
import { type Look, type Paint, paintFor, paintHead } from "./looks.ts";
import { StatusLine, type StatusStream } from "./status_line.ts";

export interface Terminal {
  /** A line of results. */
  print(line: string): void;
  /** A part of the results as it is. */
  write(content: string | Uint8Array): void;
  /** A line beside the results: warnings, summaries, errors. Its head gets the look. */
  remark(line: string, look?: Look): void;
  /** A part of the results as it is shown. */
  readonly paint: Paint;
  /** What is done at the moment, in place of what this has shown before; "": nothing any more. */
  status(line: string): void;
  /** False: `status` shows nothing. */
  readonly seesStatus: boolean;
  /** Results that were written so far are out. Long outputs wait for it now and then. */
  flush(): Promise<void>;
  /** Bytes from standard input. */
  readonly input: AsyncIterable<Uint8Array>;
  /** How many there are, where that is known: of a file. */
  readonly inputBytes: number | undefined;
  /** Somebody types. */
  readonly isInputTyped: boolean;
  /** Somebody sees the results come. */
  readonly isOutputSeen: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** From now on Ctrl-C aborts the signal instead of the process. */
  interruption(): AbortSignal;
}

/** Gathered before they are written. */
const CHUNK_BYTES = 64 * 1024;
const LINE_END = 0x0a;

/** Of this process, for a command with these arguments. */
export function processTerminal(args: readonly string[]): Terminal {
  const { stdout, stderr, stdin, env } = process;
  stdout.on("error", endQuietly);
  return {
    ...outputOf({ stdout, stderr, environment: env, args }),
    get input() {
      return stdin;
    },
    get inputBytes() {
      return stdin.isTTY === true ? undefined : sizeOfInput();
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

/** What `outputOf` needs of a stream of Node. */
interface OutputStream {
  readonly isTTY?: boolean;
  write(content: string | Uint8Array, written?: () => void): unknown;
}

export interface OutputStreams {
  readonly stdout: OutputStream;
  readonly stderr: StatusStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly args: readonly string[];
}

type Output = Pick<
  Terminal,
  "print" | "write" | "remark" | "paint" | "status" | "seesStatus" | "flush" | "isOutputSeen"
>;

/** The half of a terminal that writes. */
export function outputOf({ stdout, stderr, environment, args }: OutputStreams): Output {
  const paintOf = ({ isTTY }: { readonly isTTY?: boolean }): Paint =>
    paintFor({ isTerminal: isTTY === true, environment, args });
  const beside = paintOf(stderr);
  const statusLine = new StatusLine(stderr, environment);
  const isOutputSeen = stdout.isTTY === true;
  let parts: Uint8Array[] = [];
  let bytes = 0;
  let isLineOpen = false;
  const pour = (): void => {
    if (bytes === 0) return;
    const content = Buffer.concat(parts);
    if (isOutputSeen) {
      statusLine.erase();
      isLineOpen = content.at(-1) !== LINE_END;
    }
    stdout.write(content);
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
  return {
    write,
    print: (line) => write(`${line}\n`),
    remark(line, look) {
      pour();
      statusLine.erase();
      stderr.write(`${look === undefined ? line : paintHead(beside, look, line)}\n`);
    },
    paint: paintOf(stdout),
    status(line) {
      if (line === "") return statusLine.erase();
      pour();
      // It would overwrite the begin of a result.
      if (isLineOpen) return;
      statusLine.show(line);
      eraseAtInterrupt(statusLine);
    },
    seesStatus: statusLine.isSeen,
    flush() {
      pour();
      return new Promise((resolve) => stdout.write("", () => resolve()));
    },
    isOutputSeen,
  };
}

const SIGNAL = "SIGINT";

/** Where nobody else listens, Ctrl-C would end the process with the line still there. */
function eraseAtInterrupt(statusLine: StatusLine): void {
  if (process.listenerCount(SIGNAL) > 0) return;
  process.once(SIGNAL, () => {
    statusLine.erase();
    // It has no listener any more, and ends the process.
    process.kill(process.pid, SIGNAL);
  });
}

function sizeOfInput(): number | undefined {
  const { fd } = process.stdin;
  const status = fstatSync(fd);
  return status.isFile() ? status.size : undefined;
}

/** `odradek dump-log … | head` is no failure. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`Cannot write: ${reason(error)}\n`);
  process.exit(1);
}
