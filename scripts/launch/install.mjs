// Installs what the lock file names, if it is not there yet. A fresh clone needs no step before
// `npm start`, `npm test` or any script.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { warm } from "./warm.mjs";

/** @param {string} root folder with package-lock.json */
export async function install(root) {
  if (isInstalled(root)) return;
  const lock = join(root, ".installing");
  // Two scripts started together must not install at once: the later one waits for the earlier.
  while (!tryLock(lock)) {
    await delay(200);
    if (isInstalled(root)) return;
  }
  try {
    if (!isInstalled(root)) runNpm(root);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** @param {string} root */
function runNpm(root) {
  console.error("Installing what package-lock.json names (once) …");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const result = spawnSync(npm, [
    "ci",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ], {
    cwd: root,
    // Standard output stays for what was asked for.
    stdio: ["ignore", 2, 2],
  });
  if (result.status !== 0) {
    console.error(
      "npm ci failed: see above; is the npm registry within reach?",
    );
    process.exit(1);
  }
  warm(root, compileCache(root));
  writeFileSync(mark(root), fingerprint(root));
}

/**
 * Where compiled code is kept.
 * @param {string} root
 */
export function compileCache(root) {
  return join(root, "node_modules", ".cache", "v8");
}

/** @param {string} root */
function isInstalled(root) {
  if (existsSync(mark(root))) {
    return readFileSync(mark(root), "utf8") === fingerprint(root);
  }
  return false;
}

/** @param {string} root */
function mark(root) {
  return join(root, "node_modules", ".installed-lock");
}

/** @param {string} root */
function fingerprint(root) {
  return createHash("sha256").update(
    readFileSync(join(root, "package-lock.json")),
  ).digest("hex");
}

/** @param {string} path */
function tryLock(path) {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") {
      throw error;
    }
    return isAbandoned(path);
  }
}

/** An install that was killed leaves its lock behind. No install takes that long. */
const ABANDONED_MS = 10 * 60_000;

/** @param {string} path */
function isAbandoned(path) {
  try {
    return Date.now() - statSync(path).mtimeMs > ABANDONED_MS;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") {
      return false;
    }
    throw error;
  }
}
