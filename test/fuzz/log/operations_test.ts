// A few seeds of the operation fuzz; scripts/fuzz_log.ts runs many.

import { suite } from "uvu";
import { fuzzLog } from "./operations.ts";

const test = suite("operations on a log");

for (let seed = 1; seed <= 24; seed++) {
  test(`fuzzLog finds nothing wrong (${seed})`, () => fuzzLog({ seed, steps: 60 }));
}

test.run();
