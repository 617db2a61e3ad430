// A log looked at while it is written: its file ends where its last batch ends. A look may come in
// the middle of a write; what it saw cut must be whole at the next one.

import { reason } from "@odradek/base";
import { scanLog, segmentsIn } from "../../integration/log_files.ts";

export interface Watched {
  /** Different sizes that the log was seen with. */
  readonly sizes: number;
  readonly problems: readonly string[];
}

const LOOK_MS = 20;

/** Looks again and again until `load` has ended. */
export async function watched(folder: string, load: Promise<unknown>): Promise<Watched> {
  let isRunning = true;
  const end = (): void => void (isRunning = false);
  load.then(end, end);
  const sizes = new Set<number>();
  const problems: string[] = [];
  const cut = new Map<string, number>();
  while (isRunning && problems.length === 0) {
    try {
      for (const problem of await look(folder, { sizes, cut })) problems.push(problem);
    } catch (error) {
      problems.push(reason(error));
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return { sizes: sizes.size, problems };
}

/** `cut`: by file, where the last look saw its whole batches end with something behind them. */
async function look(
  folder: string,
  { sizes, cut }: { readonly sizes: Set<number>; readonly cut: Map<string, number> },
): Promise<string[]> {
  const problems: string[] = [];
  let next = 0;
  let size = 0;
  for (const path of await segmentsIn(folder)) {
    const { nextOffset, wholeBytes, leftBytes } = await scanLog(path, next);
    if (leftBytes > 0 && cut.get(path) === wholeBytes) {
      problems.push(`${path}: ${leftBytes} bytes after byte ${wholeBytes} stay no batch`);
    }
    if (leftBytes > 0) cut.set(path, wholeBytes);
    else cut.delete(path);
    next = nextOffset;
    size += wholeBytes;
  }
  sizes.add(size);
  return problems;
}
