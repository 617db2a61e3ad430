#!/usr/bin/env node
// The executable: finds the right Node, sets what must be set before it starts, and becomes it. A
// node of a cluster runs with the permissions that it needs and no others: that guards against our
// own mistakes; it is no sandbox.

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { logDirs } from "./log_dirs.mjs";
import { become, findRuntime, V8_FLAGS } from "./runtime.mjs";

const startedMs = Math.round(performance.timeOrigin);
const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "..", "main.ts");
/** In this project's repository; a package has what was made of the sources. */
const isSource = existsSync(source);
/** fsync and the like wait there for the disk: a few slow ones must not keep the others waiting. */
const THREAD_POOL = 48;

function main() {
  const args = process.argv.slice(2);
  const cache = process.env["NODE_COMPILE_CACHE"] ?? compileCache();
  const threads = Math.max(THREAD_POOL, Number(process.env["UV_THREADPOOL_SIZE"] ?? 0));
  const flags = [...V8_FLAGS, ...(isSource ? ["--conditions=odradek"] : [])];
  const ofStart = argumentsOfStart(args);
  if (ofStart !== undefined && !isCluster(ofStart)) {
    flags.push(...permissions([...logDirs(ofStart, process.env), cache]));
  }
  const script = isSource ? source : join(here, "..", "dist", "main.js");
  become(findRuntime(here), [...flags, script, ...args], {
    NODE_COMPILE_CACHE: cache,
    UV_THREADPOOL_SIZE: String(threads),
    // Else each thread keeps free memory of its own, that no other may use.
    MALLOC_ARENA_MAX: process.env["MALLOC_ARENA_MAX"] ?? "2",
    // Kafka's names of the tools are links to this file.
    ODRADEK_PROGRAM: process.argv[1] ?? "",
    // By which a local cluster starts its nodes.
    ODRADEK_LAUNCHER: fileURLToPath(import.meta.url),
    ODRADEK_STARTED_MS: process.env["ODRADEK_STARTED_MS"] ?? String(startedMs),
  });
}

/**
 * What follows `start`, or Kafka's name for it; undefined: something else is asked for.
 * @param {string[]} args
 */
function argumentsOfStart(args) {
  if (/(^|\/)kafka-server-start(\.sh)?$/.test(process.argv[1] ?? "")) return args;
  return args[0] === "start" ? args.slice(1) : undefined;
}

/**
 * It starts other programs, its nodes: those have the permissions, it has none to keep.
 * @param {string[]} args what follows `start`
 */
function isCluster(args) {
  return args.some((arg) => arg === "--cluster" || arg.startsWith("--cluster="));
}

/** Where compiled code is kept from one start to the next. */
function compileCache() {
  if (isSource) return join(here, "..", "..", "..", "node_modules", ".cache", "v8");
  const { version } = JSON.parse(readFileSync(join(here, "..", "package.json"), "utf8"));
  const base = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(base, "odradek", version);
}

/** @param {string[]} dirs */
function permissions(dirs) {
  const writable = dirs.flatMap((dir) => {
    const missing = makeDirectory(dir);
    return missing === undefined ? [dir] : [missing, dir];
  });
  return [
    "--permission",
    "--allow-net",
    "--allow-addons",
    "--allow-worker",
    "--allow-fs-read=*",
    ...writable.flatMap((dir) => [`--allow-fs-write=${dir}`, `--allow-fs-write=${dir}/*`]),
    // They warn of the permissions that are granted above.
    "--disable-warning=SecurityWarning",
    "--disable-warning=ExperimentalWarning",
  ];
}

/**
 * Under its permissions the node cannot make the folders above its own. Returns the first one that
 * cannot be made: the node may try again, and say in words why not.
 * @param {string} path
 * @returns {string | undefined}
 */
function makeDirectory(path) {
  if (existsSync(path)) return undefined;
  const missing = makeDirectory(dirname(path));
  if (missing !== undefined) return missing;
  try {
    mkdirSync(path);
    return undefined;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === undefined) throw error;
    return path;
  }
}

try {
  main();
} catch (error) {
  console.error(`odradek: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
