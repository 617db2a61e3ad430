// The examples in the packages' READMEs: they compile, and they run to their end.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { root, sources } from "../../scripts/checks/sources.ts";
import {
  freePort,
  type NodeProcess,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "./processes.ts";

/** Where examples find a node. */
const ADDRESS = "localhost:9092";

interface House {
  data: string;
  /** Below the root, so that the packages are found; no check looks into `dist`. */
  folder: string;
  node: NodeProcess;
  files: readonly string[];
}

const test = suite<House>("READMEs");

test.before(async (house) => {
  house.data = await temporaryFolder("readme");
  house.node = await startProcess({ port: await freePort(), dataDir: house.data });
  await mkdir(join(root, "dist"), { recursive: true });
  house.folder = await mkdtemp(join(root, "dist", "readme-"));
  house.files = await writeExamples(house);
});

test.after(async ({ node, data, folder }) => {
  await node.stop();
  await removeFolder(data);
  await removeFolder(folder);
});

test("READMEs have an example of every package that is imported", ({ files }) => {
  assert.ok(files.length >= 9, files.join(", "));
});

test("READMEs have examples that compile", async ({ folder, files }) => {
  const config = join(folder, "tsconfig.json");
  await writeFile(config, JSON.stringify({ extends: join(root, "tsconfig.json"), files }));
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { code, output } = await run([tsc, "-p", config]);
  assert.is(code, 0, output);
});

test("READMEs have examples that run, and show something", async ({ files }) => {
  for (const file of files) {
    const { code, output } = await run(["--conditions=odradek", file]);
    assert.is(code, 0, `${file}:\n${output}`);
    assert.ok(output.length > 0, `${file} shows nothing`);
  }
});

async function writeExamples({ folder, node }: House): Promise<string[]> {
  const pages = (await sources("packages", [".md"])).filter(({ path }) =>
    path.endsWith("/README.md")
  );
  const files: string[] = [];
  for (const { path, text } of pages) {
    for (const [, example = ""] of text.matchAll(/^```ts\n([\s\S]*?)^```/gm)) {
      const file = join(folder, `${path.split("/")[1]}_${files.length}.ts`);
      await writeFile(file, example.replaceAll(ADDRESS, node.address));
      files.push(file);
    }
  }
  return files;
}

async function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [...args], { cwd: root });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  }
  const [code] = await once(child, "close") as [number | null];
  return { code, output };
}

test.run();
