// Background jobs on a pool of threads (Piscina): recovery scans and the like. The pool starts with
// the first job and goes when it is idle.

import { fileURLToPath } from "node:url";
import { type Job, type Jobs, moduleBeside } from "@odradek/base";
import { Piscina } from "piscina";

export interface PooledJobs extends Jobs {
  close(): Promise<void>;
}

export interface PooledJobsOptions {
  readonly threadsMax: number;
}

const IDLE_MS = 5000;

export function pooledJobs({ threadsMax }: PooledJobsOptions): PooledJobs {
  let pool: Piscina | undefined;
  const worker = moduleBeside(import.meta.url, "job_worker");
  return {
    async run<Arguments, Result>(
      { module, name }: Job<Arguments, Result>,
      arguments_: Arguments,
      signal?: AbortSignal,
    ): Promise<Result> {
      pool ??= new Piscina({
        filename: fileURLToPath(worker),
        name: "runJob",
        minThreads: 0,
        maxThreads: threadsMax,
        idleTimeout: IDLE_MS,
        // Its histograms would stay for good, 360 kB each.
        recordTiming: false,
      });
      const options = signal === undefined ? {} : { signal };
      return await pool.run({ module, name, arguments_ }, options);
    },
    async close() {
      await pool?.close();
    },
  };
}
