// The source files that the checks look at.

import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = fileURLToPath(new URL("../..", import.meta.url));

const SKIPPED = new Set(["node_modules", "dist", "data", ".git"]);

export interface Source {
  /** From the repository's root, with "/". */
  readonly path: string;
  readonly text: string;
}

/** All files below `folder` whose name ends in one of `endings`. */
export async function sources(
  folder: string,
  endings: readonly string[],
): Promise<Source[]> {
  const found: Source[] = [];
  for (
    const entry of await readdir(join(root, folder), { withFileTypes: true })
  ) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) found.push(...await sources(path, endings));
    } else if (endings.some((ending) => entry.name.endsWith(ending))) {
      found.push({
        path: relative(root, join(root, path)),
        text: await readFile(join(root, path), "utf8"),
      });
    }
  }
  return found;
}

/** Prints what was found and ends the process accordingly. */
export function report(name: string, problems: readonly string[]): never {
  for (const problem of problems) console.error(`${name}: ${problem}`);
  console.log(
    `${name}: ${problems.length === 0 ? "ok" : `${problems.length} problems`}`,
  );
  process.exit(problems.length === 0 ? 0 : 1);
}
