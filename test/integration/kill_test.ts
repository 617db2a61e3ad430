// A few rounds of the kill loop; scripts/kill_loop.ts does as many as one likes.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { killLoop } from "./kill_loop.ts";

const test = suite("kill -9");

for (const reactors of [1, 3]) {
  test(`odradek start loses nothing that was acknowledged, with ${reactors} reactors`, async () => {
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    const { acknowledged, problems } = await killLoop({ rounds: 3, seed: 7, reactors, log });
    assert.equal(problems, [], lines.join("\n"));
    assert.ok(acknowledged > 0, "something was acknowledged");
  });
}

test.run();
