// A node of a quorum that has lost its majority stops when it is told to, and commands say what is
// the matter.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { NODES, ThreeNodes } from "./three_nodes.ts";
import { textOf } from "./commands.ts";

const test = suite("a node without a quorum");
const UNTIL_MS_MAX = 60_000;

test("commands say that no controller leads, and the node stops in order", async () => {
  await using nodes = await ThreeNodes.start();
  const [first, ...others] = NODES;
  await Promise.all(others.map((id) => nodes.kill(id)));
  const at = ["--bootstrap-server", nodes.addressOf(first)];
  const limit = ["--command-property", "default.api.timeout.ms=3000"];
  // It leads until it has not heard of a majority for some time (check quorum).
  const deadline = Date.now() + UNTIL_MS_MAX;
  for (;;) {
    const text = await textOf("quorum", ...at, ...limit, "describe", "--status");
    if (/[Nn]o controller leads at the moment/.test(text)) break;
    assert.ok(Date.now() < deadline, text);
  }
  const { code, output } = await nodes.stopped(first);
  assert.is(code, 0);
  assert.match(output, "Stopping without the controller: none leads at the moment");
});

test.run();
