// odradek start --cluster: three nodes and their supervisor, as processes.

import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Admin, connect } from "@odradek/client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failedStart, freePorts, removeFolder, temporaryFolder } from "./processes.ts";

const test = suite("odradek start --cluster");

const launcher = fileURLToPath(
  new URL("../../packages/cli/launcher/odradek.mjs", import.meta.url),
);
/** Machines that do much else are slow. */
const MS_MAX = 180_000;
const LOOK_MS = 50;

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + MS_MAX;
  while (!await isSo()) {
    if (Date.now() > deadline) throw new Error(`It did not come to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function startCluster(...args: readonly string[]) {
  const all = [launcher, "start", "--cluster", "3", ...args];
  const child = spawn(process.execPath, all, { cwd: tmpdir() });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, ended, output: () => output };
}

async function pidOf(folder: string, node: number): Promise<number> {
  try {
    return Number(await readFile(join(folder, `node-${node}`, "pid"), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return 0;
  }
}

async function endAll(folder: string): Promise<void> {
  for (const node of [1, 2, 3]) {
    const pid = await pidOf(folder, node);
    if (pid > 0) process.kill(pid, "SIGKILL");
  }
}

test("three nodes serve as one, live again after a kill, and stop together", async () => {
  const folder = await temporaryFolder("cluster");
  const port = await freePorts(3);
  const { child, ended, output } = startCluster("--port", `${port}`, "--dir", folder, "--restart");
  try {
    await until("all are ready", () => {
      if (child.exitCode !== null) throw new Error(output());
      return / of 3 ready in /.test(output());
    });
    assert.match(
      output(),
      new RegExp(
        `ready in \\d+ ms on 127\\.0\\.0\\.1:${port}, .*:${port + 1}, .*:${port + 2}, ` +
          `controllers on 127\\.0\\.0\\.1:\\d+, .* data in ${folder}`,
      ),
    );
    await using cluster = connect(`127.0.0.1:${port + 1}`);
    const admin = new Admin(cluster);
    const { nodes } = await admin.describeCluster();
    assert.equal(nodes.map(({ id, rack }) => `${id} ${rack}`).sort(), ["1 a", "2 b", "3 c"]);
    const { voters } = await admin.describeQuorum();
    assert.equal(voters.map(({ id }) => id), [1, 2, 3]);
    assert.is(new Set(voters.map(({ directoryId }) => directoryId)).size, 3);
    const before = await pidOf(folder, 3);
    process.kill(before, "SIGKILL");
    await until("node 3 lives again", async () => ![0, before].includes(await pidOf(folder, 3)));
    assert.match(output(), /node 3: it has ended by SIGKILL; it is started again/);
  } finally {
    child.kill("SIGTERM");
    const code = await ended;
    await endAll(folder);
    assert.is(code, 0, output());
  }
  for (const node of [1, 2, 3]) {
    assert.not.ok((await readdir(join(folder, `node-${node}`))).includes("pid"));
  }
  const other = ["--cluster", "3", "--dir", folder, "--port", `${port + 50}`];
  const { code, output: why } = await failedStart(other);
  assert.is(code, 1);
  assert.match(why, new RegExp(`holds a cluster of 3 nodes from port ${port} on`));
  await removeFolder(folder);
});

test("odradek start refuses flags of a cluster that do not fit", async () => {
  const REFUSED: readonly (readonly [string[], RegExp])[] = [
    [["--cluster", "none"], /--cluster none: it must be a number from 1 to 9/],
    [["--port", "9092"], /--port goes with --cluster/],
    [["--cluster", "3", "server.properties"], /leave "server\.properties" away/],
  ];
  for (const [args, line] of REFUSED) {
    const { code, output } = await failedStart(args);
    assert.is(code, 1);
    assert.match(output, line);
    assert.is(output.trim().split("\n").length, 1, output);
  }
});

test.run();
