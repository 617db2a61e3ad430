// The port of background work with a beginning and an end: recovery scans, index rebuilds, large
// decompressions. The real one hands jobs to a pool of threads, the simulated one runs them inline.

import type { Files } from "./files.ts";

/**
 * A function that can run on another thread: its arguments and result are cloned; the files are
 * those of the thread that it runs on.
 */
export interface Job<Arguments, Result> {
  /** URL of the module that exports `run` under `name`. */
  readonly module: string;
  readonly name: string;
  readonly run: (
    arguments_: Arguments,
    files: Files,
  ) => Promise<Result> | Result;
}

export interface Jobs {
  /** Rejects with what the job threw, or the signal's reason. */
  run<Arguments, Result>(
    job: Job<Arguments, Result>,
    arguments_: Arguments,
    signal?: AbortSignal,
  ): Promise<Result>;
}

/**
 * A module that lies beside the one of `url`, in the same form: this repository runs its sources
 * (.ts), installed packages what was made of them (.js).
 */
export function moduleBeside(url: string, name: string): URL {
  return new URL(`./${name}${url.endsWith(".ts") ? ".ts" : ".js"}`, url);
}
