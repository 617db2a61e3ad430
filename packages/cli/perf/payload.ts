// The values that `perf produce` sends.

import { readFile } from "node:fs/promises";
import { reason } from "@odradek/base";
import { Failure } from "../failure.ts";

export interface PayloadFlags {
  readonly recordSize?: number;
  readonly payloadFile?: string;
  readonly payloadDelimiter: string;
  readonly payloadMonotonic?: boolean;
}

/** The value of the n-th record. */
export type Payload = (index: number) => Uint8Array;

/** Failure unless just one of the three flags says what is sent. */
export async function payloadOf(flags: PayloadFlags): Promise<Payload> {
  const { recordSize, payloadFile, payloadMonotonic } = flags;
  const given = [recordSize, payloadFile, payloadMonotonic].filter((flag) => flag !== undefined);
  if (given.length !== 1) {
    throw new Failure("Give one of --record-size, --payload-file and --payload-monotonic");
  }
  if (payloadFile !== undefined) return await fromFile(payloadFile, flags.payloadDelimiter);
  if (payloadMonotonic === true) return (index) => new TextEncoder().encode(String(index));
  if (recordSize === undefined || recordSize <= 0) {
    throw new Failure(`--record-size must be larger than 0, not ${recordSize}`);
  }
  const value = letters(recordSize);
  return () => value;
}

/** Capital letters by chance. */
export function letters(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => 65 + Math.floor(Math.random() * 26));
}

async function fromFile(path: string, delimiter: string): Promise<Payload> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new Failure(`Cannot read "${path}": ${reason(error)}`);
  });
  const parts = text.split(delimiter.replaceAll("\\n", "\n"));
  // The last line ends, too.
  if (parts.at(-1) === "") parts.pop();
  if (parts.length === 0) throw new Failure(`"${path}" has no payloads`);
  const values = parts.map((part) => new TextEncoder().encode(part));
  return () => values[Math.floor(Math.random() * values.length)] as Uint8Array;
}
