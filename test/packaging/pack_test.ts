// The packages as users get them: packed, installed in a folder that knows nothing of this
// repository, and a node started from there.

import { spawn, spawnSync } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { root } from "../../scripts/checks/sources.ts";
import { build, packageNames } from "../../scripts/packaging/build.ts";
import { freePort, removeFolder, temporaryFolder } from "../integration/processes.ts";

const test = suite("packages");

function npm(args: readonly string[], cwd: string): string {
  const quiet = ["--loglevel=error", "--no-audit", "--no-fund"];
  const { status, stdout, stderr } = spawnSync("npm", [...args, ...quiet], {
    cwd,
    encoding: "utf8",
  });
  assert.is(status, 0, `npm ${args.join(" ")}\n${stderr}`);
  return stdout;
}

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Tarballs of all packages, in a folder. */
function packAll(names: readonly string[], folder: string): Packed[] {
  const workspaces = names.map((name) => `--workspace=packages/${name}`);
  const printed = npm(["pack", "--json", `--pack-destination=${folder}`, ...workspaces], root);
  const packed: unknown = JSON.parse(printed);
  return (Array.isArray(packed) ? packed : Object.values(packed as object)) as Packed[];
}

test("npm pack takes JavaScript and declarations, and no source or test", async () => {
  await build();
  const folder = await temporaryFolder("pack");
  try {
    for (const { filename, files } of packAll(await packageNames(), folder)) {
      const paths = files.map(({ path }) => path);
      const others = paths.filter((path) => !/\.(js|mjs|d\.ts|json|md)$/.test(path));
      assert.equal(others, [], filename);
      assert.ok(paths.some((path) => /(mod|main)\.js$/.test(path)), filename);
      assert.ok(paths.some((path) => path.endsWith(".d.ts")), filename);
      assert.not(paths.some((path) => /_test|testing\//.test(path)), filename);
    }
  } finally {
    await removeFolder(folder);
  }
});

test("packages that were installed elsewhere start a node and stop it in order", async () => {
  const folder = await temporaryFolder("installed");
  try {
    const tarballs = packAll(await packageNames(), folder)
      .map(({ filename }) => join(folder, filename.replace(/^@odradek\//, "odradek-")));
    await writeFile(join(folder, "package.json"), '{ "name": "elsewhere", "private": true }');
    npm(["install", "--prefer-offline", "--ignore-scripts", ...tarballs], folder);
    const port = await freePort();
    const bin = join(folder, "node_modules", ".bin", "odradek");
    const overrides = [
      `listeners=PLAINTEXT://127.0.0.1:${port}`,
      `log.dirs=${join(folder, "data")}`,
    ].flatMap((setting) => ["--override", setting]);
    const env = { ...process.env, XDG_CACHE_HOME: join(folder, "cache") };
    const child = spawn(process.execPath, [bin, "start", ...overrides], { cwd: folder, env });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes(" ready in ")) child.kill("SIGTERM");
    });
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
    const code = await new Promise((resolve) => child.once("close", resolve));
    clearTimeout(timer);
    assert.is(code, 0, output);
    assert.match(output, / ready in \d+ ms on 127\.0\.0\.1:\d+, data in /);
    assert.ok((await readdir(join(folder, "data"))).includes(".kafka_cleanshutdown"));
  } finally {
    await removeFolder(folder);
  }
});

test.run();
