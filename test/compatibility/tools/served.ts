// Whether a broker serves all that the checks have written, told by kcat.

import * as assert from "uvu/assert";
import { type Bench, lines, WRITTEN } from "./check.ts";

/** Rejects if a partition has more records, or fewer. */
export async function checkServed({ tools, address }: Bench): Promise<void> {
  for (const [topic, counts] of Object.entries(WRITTEN)) {
    const at = ["-C", "-b", address, "-t", topic, "-o", "beginning", "-e", "-q"];
    const { output } = await tools.kcat([...at, "-f", "%p\n"]);
    const read = lines(output);
    const found = counts.map((_, partition) =>
      read.filter((line) => line === `${partition}`).length
    );
    assert.equal(found, counts, topic);
  }
}
