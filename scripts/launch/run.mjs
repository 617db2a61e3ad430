// What every script of this folder does first: installs what is missing, then runs its main module
// on the pinned Node. Any Node from 20 on can load it.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { become, findRuntime, V8_FLAGS } from "../../packages/cli/launcher/runtime.mjs";
import { compileCache, install } from "./install.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Flags under which the sources of this repository run as they are, and as they do in a node. */
const SOURCE_FLAGS = ["--conditions=odradek", ...V8_FLAGS];

/**
 * Runs `module` (from the repository's root) with this process's arguments.
 * @param {string} module
 */
export async function run(module) {
  await install(root);
  const node = findRuntime(root);
  become(
    node,
    [...SOURCE_FLAGS, join(root, module), ...process.argv.slice(2)],
    {
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? compileCache(root),
    },
  );
}
