// Which directories a node will write to, read the way the node itself reads its configuration:
// properties file, then environment, then overrides, the later ones counting. Only these keys, and
// without judging them: the node does that.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const MOUNTED = "/mnt/shared/config/server.properties";
const KEYS = ["log.dir", "log.dirs", "metadata.log.dir"];

/**
 * Absolute paths.
 * @param {string[]} args what follows `start`
 * @param {Record<string, string | undefined>} env
 */
export function logDirs(args, env) {
  /** @type {Map<string, string>} */
  const values = new Map();
  const file = propertiesFile(args);
  if (file !== undefined) readProperties(file, values);
  for (const key of KEYS) {
    const variable = key.toUpperCase().replaceAll(".", "_");
    const value = env[`KAFKA_${variable}`] ?? env[`KAFKA_CFG_${variable}`];
    if (value !== undefined) values.set(key, value);
  }
  for (const override of overrides(args)) {
    const [key = "", ...value] = override.split("=");
    values.set(key.trim(), value.join("=").trim());
  }
  const isConfigured = file !== undefined ||
    Object.keys(env).some((name) => name.startsWith("KAFKA_"));
  const fallback = isConfigured ? "/tmp/kafka-logs" : "./data";
  const logs = values.get("log.dirs") ?? values.get("log.dir") ?? fallback;
  const metadata = values.get("metadata.log.dir");
  const all = [...logs.split(","), ...(metadata === undefined ? [] : [metadata])];
  return [...new Set(all.map((dir) => dir.trim()).filter((dir) => dir !== ""))].map((dir) =>
    resolve(dir)
  );
}

/** @param {string[]} args */
function overrides(args) {
  return args.flatMap((arg, i) => {
    if (arg === "--override") return [args[i + 1] ?? ""];
    return arg.startsWith("--override=") ? [arg.slice("--override=".length)] : [];
  });
}

/** @param {string[]} args */
function propertiesFile(args) {
  const named = args.find((arg, i) => !arg.startsWith("--") && args[i - 1] !== "--override");
  if (named !== undefined) return resolve(named);
  try {
    readFileSync(MOUNTED);
    return MOUNTED;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return undefined;
    return MOUNTED;
  }
}

/**
 * @param {string} path
 * @param {Map<string, string>} values
 */
function readProperties(path, values) {
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    // The node itself says in words what is wrong with the file.
    if (/** @type {NodeJS.ErrnoException} */ (error).code === undefined) throw error;
  }
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([^#!=:\s][^=:\s]*)\s*[=:\s]\s*(.*?)\s*$/.exec(line);
    if (match !== null && KEYS.includes(match[1] ?? "")) values.set(match[1] ?? "", match[2] ?? "");
  }
}
