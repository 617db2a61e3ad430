// Compiles the node's modules once, right after they were installed, so that also the first start
// is a quick one: compiled code is kept from one process to the next.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findRuntime, V8_FLAGS } from "../../packages/cli/launcher/runtime.mjs";

/** What the threads of a node load. */
const MODULES = [
  "packages/cli/program.ts",
  "packages/cli/commands/start.ts",
  "packages/log/disk/files.ts",
  "packages/log/disk/foreign_windows.ts",
  "packages/broker/reactors/calls.ts",
  "packages/broker/reactors/jobs.ts",
  "packages/broker/reactors/reactor.ts",
  "packages/controller/quorum_replica.ts",
];

/** @param {string} root @param {string} cache */
export function warm(root, cache) {
  const urls = MODULES.map((module) => pathToFileURL(join(root, module)).href);
  const script = `await Promise.all(${JSON.stringify(urls)}.map((url) => import(url)))`;
  const args = ["--conditions=odradek", ...V8_FLAGS, "--input-type=module", "-e", script];
  spawnSync(findRuntime(root), args, {
    stdio: "ignore",
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
}
