// Runs the checks and all suites, each in a process of its own, as many at a time as there are
// processors. `npm test -- PATTERN …` runs only the suites whose path contains a pattern.

import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { root, sources } from "../checks/sources.ts";

interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** What they need is not on this machine. */
  readonly skipped: number;
}

interface Outcome extends Counts {
  readonly path: string;
  readonly output: string;
  readonly ms: number;
}

const CHECKS = ["types", "layers", "style"].map((name) => `scripts/checks/${name}.ts`);
/** A suite that hangs is a failed one. */
const SUITE_MS_MAX = 600_000;
/** Suites that take long start first. */
const LONG = [/^test\//, /vectors/];

async function main(patterns: readonly string[]): Promise<void> {
  const suites = (await Promise.all(
    ["packages", "scripts", "test"].map((f) => sources(f, ["_test.ts"])),
  ))
    .flat().map(({ path }) => path)
    .filter((path) =>
      patterns.length === 0 ||
      patterns.some((pattern) => path.includes(pattern))
    );
  const rank = (
    path: string,
  ): number => (LONG.some((long) => long.test(path)) ? 0 : 1);
  suites.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const queue = [...(patterns.length === 0 ? CHECKS : []), ...suites];
  const outcomes: Outcome[] = [];
  const worker = async (): Promise<void> => {
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      const outcome = await runSuite(path);
      outcomes.push(outcome);
      show(outcome);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  const sum = (what: keyof Counts): number =>
    outcomes.reduce((all, outcome) => all + outcome[what], 0);
  const [passed, failed, skipped] = [sum("passed"), sum("failed"), sum("skipped")];
  for (const outcome of outcomes) {
    if (outcome.failed > 0) console.log(`failed: ${outcome.path}`);
  }
  if (skipped > 0) console.log(`${skipped} skipped: what they need is not on this machine`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}

function runSuite(path: string): Promise<Outcome> {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [
      "--conditions=odradek",
      join(root, path),
    ], { cwd: root });
    let output = "";
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    const timer = setTimeout(() => {
      output += `\nstopped after ${SUITE_MS_MAX / 1000} s`;
      child.kill("SIGKILL");
    }, SUITE_MS_MAX);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({
        path,
        ...count(path, output, code),
        output,
        ms: performance.now() - started,
      });
    });
  });
}

/** From the summary that uvu prints; a check counts as one. */
function count(
  path: string,
  output: string,
  code: number | null,
): Counts {
  if (path.startsWith("scripts/checks/") && !path.endsWith("_test.ts")) {
    return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  }
  const total = Number(/Total:\s+(\d+)/.exec(output)?.[1] ?? 0);
  const passed = Number(/Passed:\s+(\d+)/.exec(output)?.[1] ?? 0);
  const skipped = Number(/Skipped:\s+(\d+)/.exec(output)?.[1] ?? 0);
  // The total is of those that were run.
  const failed = total - passed;
  // A suite that died, or in which there is nothing, has failed, whatever it printed.
  const died = code !== 0 || total + skipped === 0;
  return { passed, failed: died ? Math.max(failed, 1) : failed, skipped };
}

function show({ path, passed, failed, output, ms }: Outcome): void {
  const verdict = failed === 0 ? "ok  " : "FAIL";
  console.log(
    `${verdict} ${path} (${passed} passed, ${failed} failed, ${(ms / 1000).toFixed(1)} s)`,
  );
  if (failed > 0) console.log(output.trimEnd().replaceAll(/^/gm, "     "));
}

await main(process.argv.slice(2));
