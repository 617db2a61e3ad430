// What a thread of the pool runs: it finds the job by its module and name.

import { assert, type Job, systemClock } from "@odradek/base";
import { blockingFiles } from "@odradek/log/disk/blocking_files";

interface Order {
  readonly module: string;
  readonly name: string;
  readonly arguments_: unknown;
}

const files = blockingFiles({ clock: systemClock });

/** Called by the pool. */
export async function runJob({ module, name, arguments_ }: Order): Promise<unknown> {
  const found: unknown = (await import(module))[name];
  assert(isJob(found), "A module exports the job that it names", { module, name });
  return await found.run(arguments_, files);
}

function isJob(value: unknown): value is Job<unknown, unknown> {
  return typeof value === "object" && value !== null && "run" in value;
}
