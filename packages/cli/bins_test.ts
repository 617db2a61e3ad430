// The names by which the executable is installed: its own, and those of Kafka's tools.

import { execFile } from "node:child_process";
import { readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { inTemporaryDirectory } from "@odradek/log/testing/temporary";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { argumentsAs, COMMANDS } from "./registry.ts";

const test = suite("bins");

const LAUNCHER = "launcher/odradek.mjs";
const launcher = fileURLToPath(new URL(LAUNCHER, import.meta.url));

/** Each of Kafka's tools with the arguments that stand for it. */
const TOOLS: ReadonlyMap<string, readonly string[]> = new Map(
  COMMANDS.flatMap(({ name, tools = [] }) =>
    tools.map((one): [string, readonly string[]] =>
      typeof one === "string" ? [one, [name]] : [one.tool, [name, one.verb]]
    )
  ),
);

async function readBins(): Promise<Record<string, string>> {
  const text = await readFile(new URL("package.json", import.meta.url), "utf8");
  return JSON.parse(text).bin;
}

test("package.json installs every tool that a command stands for, and no other", async () => {
  const wanted = [...TOOLS.keys()].flatMap((tool) => [tool, `${tool}.sh`]);
  const bins = await readBins();
  assert.equal(Object.keys(bins).sort(), ["odradek", ...wanted].sort());
  assert.equal([...new Set(Object.values(bins))], [LAUNCHER]);
});

test("docs/cli.md says of every tool which command it is", async () => {
  const page = await readFile(new URL("../../docs/cli.md", import.meta.url), "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| kafka-"));
  for (const [tool, command] of TOOLS) {
    const row = rows.find((line) => line.includes(tool)) ?? "";
    assert.match(row, `\`${command.join(" ")}\``, tool);
  }
});

test("argumentsAs takes every installed name for its command", async () => {
  for (const bin of Object.keys(await readBins())) {
    const asked = TOOLS.get(bin.replace(/\.sh$/, "")) ?? [];
    for (const program of [bin, `/usr/local/bin/${bin}`]) {
      assert.equal(argumentsAs(program, ["--x"]), [...asked, "--x"], program);
    }
  }
});

test("the launcher becomes the command by whose name it is linked", () =>
  inTemporaryDirectory(async (directory) => {
    const cases = [
      ["kafka-delete-records", "Usage: odradek delete-records"],
      ["kafka-e2e-latency.sh", "Usage: odradek perf e2e"],
      ["kafka-server-start.sh", "Usage: odradek start"],
      ["odradek", "Usage: odradek [options] [command]"],
    ] as const;
    await Promise.all(cases.map(async ([name, usage]) => {
      const link = join(directory, name);
      await symlink(launcher, link);
      const asked = promisify(execFile)(process.execPath, [link, "--help"], { cwd: directory });
      assert.ok((await asked).stdout.startsWith(usage), name);
    }));
  }));

test.run();
