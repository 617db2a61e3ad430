// Jobs on the thread that asks for them, over the files of its choice: for simulations and tests.

import type { Files, Job, Jobs } from "@odradek/base";

export function inlineJobs(files: Files): Jobs {
  return {
    run: async <Arguments, Result>(
      job: Job<Arguments, Result>,
      arguments_: Arguments,
    ) => await job.run(arguments_, files),
  };
}
