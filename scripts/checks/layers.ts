// Holds the arrows of the architecture: which package may import which, where a library may be
// used, and that nothing but the drivers of the ports touches clocks, chance, files and threads.

import { report, type Source, sources } from "./sources.ts";

const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  base: [],
  protocol: ["base"],
  network: ["base", "protocol"],
  log: ["base", "protocol"],
  raft: ["base"],
  metadata: ["base", "protocol"],
  controller: ["base", "protocol", "network", "log", "raft", "metadata"],
  broker: ["base", "protocol", "network", "log", "metadata"],
  client: ["base", "protocol", "network"],
  cli: [
    "base",
    "protocol",
    "network",
    "log",
    "raft",
    "metadata",
    "controller",
    "broker",
    "client",
  ],
};

/** Where a library of npm may be imported: a prefix of the path, or a pattern. */
const LIBRARIES: Readonly<Record<string, readonly RegExp[]>> = {
  "koffi": [/^packages\/log\/native\//],
  "piscina": [/^packages\/broker\/reactors\/jobs\.ts$/],
  "prom-client": [/\/metrics\.ts$/],
  "pino": [/^packages\/network\/logging\.ts$/],
  "@node-rs/crc32": [/^packages\/protocol\/wire\/crc32c\.ts$/],
  "snappy": [/^packages\/protocol\/records\/compression\.ts$/],
  "lz4-napi": [/^packages\/protocol\/records\/compression\.ts$/],
  "msgpackr": [/^packages\/(broker|controller|log)\//],
  "uvu/assert": [/^packages\/[a-z]+\/testing\//],
  "commander": [/^packages\/cli\//],
};

/** Folders and files that are pure: no Node, no logging, no threads. */
const PURE = [
  /^packages\/(base|raft|metadata)\//,
  /\/decide\//,
  /^packages\/broker\/(groups|transactions)\//,
];

/** The drivers of the five ports. */
const DRIVERS: readonly RegExp[] = [
  /^packages\/base\/(clock|random)\.ts$/,
  /^packages\/log\/native\//,
  /^packages\/log\/disk\//,
  /^packages\/network\/(transport|message_ports)\.ts$/,
  /^packages\/broker\/reactors\/(jobs|calls)\.ts$/,
  /^packages\/(broker|controller)\/main\.ts$/,
  /^packages\/protocol\/records\/compression\.ts$/,
  /^packages\/cli\//,
  // The simulated drivers, and what tests need around them.
  /^packages\/[a-z]+\/testing\//,
];

/** What only a driver may touch. */
const PORTED: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b|\bnew Date\(\)/, "the wall clock"],
  [/\bperformance\.now\b/, "the monotonic clock"],
  [/\bset(Timeout|Interval|Immediate)\(/, "timers"],
  [/\bMath\.random\b|\bcrypto\.(random|getRandom)/, "chance"],
  [
    /from "node:(fs|fs\/promises|net|tls|worker_threads|zlib|dgram|child_process)"/,
    "the system",
  ],
];

/** A text `"from"` is none. */
const IMPORT = /(?<!")\b(?:from|import)\s*\(?\s*"([^"]+)"/g;

export function checkSource({ path, text }: Source): string[] {
  if (path.endsWith("_test.ts")) return [];
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|(^|[^:"])\/\/.*$/gm, "$1");
  return [...checkImports(path, code), ...checkPorts(path, code)];
}

function checkImports(path: string, code: string): string[] {
  const problems: string[] = [];
  const owner = path.split("/")[1] ?? "";
  for (const [, target = ""] of code.matchAll(IMPORT)) {
    const sibling = /^@odradek\/([^/]+)/.exec(target)?.[1];
    if (sibling !== undefined) {
      if (!PACKAGES[owner]?.includes(sibling)) {
        problems.push(`${path}: may not import ${target}`);
      }
    } else if (target.startsWith("node:")) {
      if (PURE.some((pure) => pure.test(path))) {
        problems.push(`${path}: is pure, imports ${target}`);
      }
    } else if (!target.startsWith(".")) {
      const allowed = LIBRARIES[target];
      if (allowed === undefined) {
        problems.push(`${path}: ${target} is no library of this project`);
      } else if (!allowed.some((place) => place.test(path))) {
        problems.push(`${path}: ${target} has its own place, this is none`);
      }
    } else if (
      target.split("/").filter((part) => part === "..").length >
        path.split("/").length - 3
    ) {
      problems.push(`${path}: reaches out of its package with ${target}`);
    }
  }
  return problems;
}

function checkPorts(path: string, code: string): string[] {
  if (DRIVERS.some((driver) => driver.test(path))) return [];
  return PORTED.filter(([pattern]) => pattern.test(code))
    .map(([, what]) => `${path}: uses ${what} past the ports`);
}

if (import.meta.main) {
  const files = await sources("packages", [".ts"]);
  report("layers", files.flatMap(checkSource));
}
