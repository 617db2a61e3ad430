// Replicas of topics that were deleted shortly before the last stop: their directories are named
// for deletion, and their bytes are still there.

import { type Clock, type Files, reason, sleep } from "@odradek/base";
import { isDoomedDirectory } from "@odradek/log";
import type { LogDirectory } from "./log_directories.ts";

export interface Removal {
  readonly files: Files;
  readonly clock: Clock;
  /** Whoever deleted by mistake has as long as at any other time. */
  readonly delayMs: number;
  /** The broker stops: the rest is left to the next start. */
  readonly signal: AbortSignal;
  readonly warn: (message: string, error: unknown) => void;
}

/** Paths of those that lie there now. */
export async function leftoversIn(
  files: Files,
  directories: readonly Pick<LogDirectory, "path">[],
): Promise<string[]> {
  const found = await Promise.all(directories.map(async ({ path }) => {
    const entries = await files.list(path) ?? [];
    return entries.filter(({ kind, name }) => kind === "directory" && isDoomedDirectory(name))
      .map(({ name }) => `${path}/${name}`);
  }));
  return found.flat();
}

/** Removes them after a while. Never rejects. */
export async function removeLeftovers(paths: readonly string[], removal: Removal): Promise<void> {
  const { files, clock, delayMs, signal, warn } = removal;
  if (paths.length === 0) return;
  await sleep(clock, delayMs, signal).catch(() => undefined);
  for (const path of paths) {
    if (signal.aborted) return;
    try {
      await files.remove(path);
    } catch (error) {
      warn(`Cannot remove "${path}": ${reason(error)}`, error);
    }
  }
}
