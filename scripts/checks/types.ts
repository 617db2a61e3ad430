// The type check of everything, as a part of the tests.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./sources.ts";

if (import.meta.main) {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const result = spawnSync(process.execPath, [tsc, "-p", root], {
    cwd: root,
    stdio: "inherit",
  });
  console.log(`types: ${result.status === 0 ? "ok" : "problems"}`);
  process.exit(result.status ?? 1);
}
