// Makes the packages' JavaScript and declarations: one run of the compiler over all of them, then
// each package's part moves into its own dist/. Sources are never needed again: a package that was
// built and packed runs without them.

import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../checks/sources.ts";

export async function packageNames(): Promise<string[]> {
  const entries = await readdir(join(root, "packages"), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
}

/** Throws if the sources do not compile. */
export async function build(): Promise<void> {
  const output = await mkdtemp(join(tmpdir(), "odradek-build-"));
  try {
    await compile(output);
    for (const name of await packageNames()) {
      const dist = join(root, "packages", name, "dist");
      await rm(dist, { recursive: true, force: true });
      await cp(join(output, name), dist, { recursive: true });
    }
  } finally {
    await rm(output, { recursive: true });
  }
}

async function compile(output: string): Promise<void> {
  const config = join(output, "tsconfig.json");
  await writeFile(config, JSON.stringify({
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      noEmit: false,
      allowImportingTsExtensions: false,
      allowJs: false,
      checkJs: false,
      declaration: true,
      rootDir: join(root, "packages"),
      outDir: output,
      typeRoots: [join(root, "node_modules", "@types")],
    },
    include: [join(root, "packages/*/**/*.ts")],
    exclude: ["**/node_modules", "**/dist", "**/*_test.ts", "**/testing/**"]
      .map((pattern) => join(root, pattern)),
  }));
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", config], { stdio: "inherit" });
  await rm(config);
  if (status !== 0) throw new Error("The packages do not compile");
}

if (import.meta.main) {
  await build();
  console.log(`built ${(await packageNames()).join(", ")}`);
}
