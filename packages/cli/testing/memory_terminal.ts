// A terminal in memory: what a command has written, and what is typed at it.

import { type Look, type Paint, paintHead, plain } from "../looks.ts";
import type { Terminal } from "../terminal.ts";

export class MemoryTerminal implements Terminal {
  readonly remarks: string[] = [];
  /** All that `status` has shown. */
  readonly statuses: string[] = [];
  readonly seesStatus: boolean;
  readonly isOutputSeen = false;
  readonly inputBytes: number | undefined = undefined;
  readonly environment: Record<string, string | undefined> = {};
  readonly isInputTyped = false;
  readonly input: AsyncIterable<Uint8Array>;
  readonly paint: Paint;
  readonly #parts: Uint8Array[] = [];

  constructor(
    input = "",
    { paint = plain, seesStatus = false }: {
      readonly paint?: Paint;
      readonly seesStatus?: boolean;
    } = {},
  ) {
    this.paint = paint;
    this.seesStatus = seesStatus;
    this.input = oneChunk(new TextEncoder().encode(input));
  }

  /** All results so far. */
  get output(): string {
    return Buffer.concat(this.#parts).toString();
  }

  print(line: string): void {
    this.write(`${line}\n`);
  }

  write(content: string | Uint8Array): void {
    this.#parts.push(typeof content === "string" ? new TextEncoder().encode(content) : content);
  }

  remark(line: string, look?: Look): void {
    this.remarks.push(look === undefined ? line : paintHead(this.paint, look, line));
  }

  status(line: string): void {
    this.statuses.push(line);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  interruption(): AbortSignal {
    return new AbortController().signal;
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
