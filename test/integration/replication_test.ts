// A few rounds of the replicated loop; scripts/replicated_loop.ts does as many as one likes.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { replicatedLoop } from "./replicated_loop.ts";

const test = suite("replication");

test("three replicas lose nothing that was acknowledged when their leader is killed", async () => {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const { acknowledged, problems } = await replicatedLoop({
    rounds: 2,
    faults: ["kill"],
    records: 1000,
    reactors: 1,
    log,
  });
  assert.equal(problems, [], lines.join("\n"));
  assert.ok(acknowledged > 0, "something was acknowledged");
});

test.run();
