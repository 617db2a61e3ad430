// Jobs that tests hand to a pool of threads.

import { threadId } from "node:worker_threads";
import type { Files, Job } from "@odradek/base";

const module = import.meta.url;

export interface Summed {
  readonly sum: number;
  readonly threadId: number;
  readonly hasFiles: boolean;
}

export const sumOf: Job<{ readonly numbers: readonly number[] }, Summed> = {
  module,
  name: "sumOf",
  run: ({ numbers }, files: Files) => ({
    sum: numbers.reduce((a, b) => a + b, 0),
    threadId,
    hasFiles: typeof files.open === "function",
  }),
};

export const failing: Job<string, never> = {
  module,
  name: "failing",
  run: (why) => {
    throw new Error(why);
  },
};

export const endless: Job<undefined, never> = {
  module,
  name: "endless",
  run: () => new Promise<never>(() => undefined),
};
