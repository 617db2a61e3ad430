// The session of Kafka's introductions, line for line, with our commands.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("localhost example");
const script = fileURLToPath(new URL("../localhost_example.sh", import.meta.url));

test("the session reads as it does with Kafka", async () => {
  const ran = promisify(execFile)("bash", [script]);
  const { stdout } = await ran.catch((error: { stdout: string; stderr: string }) => error);
  assert.match(stdout, /localhost_example: ok\n$/);
});

test.run();
