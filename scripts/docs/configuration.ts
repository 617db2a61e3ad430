// Writes docs/configuration.md, the page of all configs, from the tables that the program follows.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { referencePage } from "@odradek/metadata/configs/mod";
import { root } from "../checks/sources.ts";

export const PAGE = "docs/configuration.md";

if (import.meta.main) {
  await writeFile(join(root, PAGE), referencePage());
  console.log(`wrote ${PAGE}`);
}
