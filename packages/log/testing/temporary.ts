// A directory on the real disk for one test, and a wait for what the system does in its own time.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Removed, with all in it, when `use` has ended. */
export async function inTemporaryDirectory<T>(use: (path: string) => Promise<T>): Promise<T> {
  const path = await mkdtemp(join(tmpdir(), "odradek-log-"));
  try {
    return await use(path);
  } finally {
    await rm(path, { recursive: true });
  }
}

const WAIT_MS_MAX = 10_000;

/** Resolves as soon as `holds`; rejects with `what` if that takes too long. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + WAIT_MS_MAX;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`It never came to pass: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
