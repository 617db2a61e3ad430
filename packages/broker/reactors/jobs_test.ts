// Jobs on threads of the pool: found by module and name, their arguments and results cloned.

import { threadId } from "node:worker_threads";
import type { Job } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { pooledJobs } from "./jobs.ts";
import * as jobs from "../testing/jobs.ts";

const test = suite("reactors/jobs");

async function withPool(use: (pool: ReturnType<typeof pooledJobs>) => Promise<void>) {
  const pool = pooledJobs({ threadsMax: 1 });
  try {
    await use(pool);
  } finally {
    await pool.close();
  }
}

test("pooledJobs.run carries a job out on another thread, with files of its own", () =>
  withPool(async (pool) => {
    const done = await pool.run(jobs.sumOf, { numbers: [1, 2, 3] });
    assert.is(done.sum, 6);
    assert.ok(done.hasFiles);
    assert.is.not(done.threadId, threadId);
  }));

test("pooledJobs.run rejects with what the job threw, and the pool goes on", () =>
  withPool(async (pool) => {
    const failed = await pool.run(jobs.failing, "why").catch((error: unknown) => error);
    assert.instance(failed, Error);
    assert.match((failed as Error).message, /why/);
    assert.is((await pool.run(jobs.sumOf, { numbers: [4] })).sum, 4);
  }));

test("pooledJobs.run rejects when the signal aborts", () =>
  withPool(async (pool) => {
    const stop = new AbortController();
    const running = pool.run(jobs.endless, undefined, stop.signal).catch((error) => error);
    stop.abort();
    assert.instance(await running, Error);
  }));

test("pooledJobs.run of a job that its module does not export", () =>
  withPool(async (pool) => {
    const unknown: Job<unknown, unknown> = { ...jobs.sumOf, name: "unknown", run: () => 0 };
    const failed = await pool.run(unknown, {}).catch((error) => error);
    assert.match((failed as Error).message, /exports the job/);
  }));

test("pooledJobs.close of a pool that had nothing to do", () => withPool(() => Promise.resolve()));

test.run();
