// Operation fuzz of the log for as many seeds as wanted: one line per seed that fails.

import { parseArgs } from "node:util";
import { fuzzLog } from "./operations.ts";

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "200" },
      from: { type: "string", default: "1" },
      steps: { type: "string", default: "150" },
      seed: { type: "string" },
    },
  });
  const steps = Number(values.steps);
  if (values.seed !== undefined) {
    await fuzzLog({ seed: Number(values.seed), steps, print: (line) => console.log(line) });
    return 0;
  }
  const [from, count] = [Number(values.from), Number(values.seeds)];
  let failed = 0;
  for (let seed = from; seed < from + count; seed++) {
    try {
      await fuzzLog({ seed, steps });
    } catch (error) {
      failed++;
      console.log(error instanceof Error ? error.message : String(error));
    }
  }
  console.log(`${count} seeds of ${steps} operations, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) process.exit(await main());
