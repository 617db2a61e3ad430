// Runs the reference's scenarios, and ours, against a node started for the run and against Apache
// Kafka, and judges the differences: every case must pass but those in later.ts, which must differ.
// What controllers answer is compared as well, unless some scenarios are named.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { freePort, removeFolder, startProcess, temporaryFolder } from "../integration/processes.ts";
import { compareControllers } from "./controllers.ts";
import { DIFFERENT, LATER, SCENARIOS } from "./later.ts";

const PEERS = fileURLToPath(new URL("../../../shared/peers", import.meta.url));
/** Security features that are not built: a node refuses to start with them. */
const SECURITY = /^(authorizer\.class\.name|super\.users|allow\.everyone\.if\.no\.acl\.found)=/;

interface Run {
  readonly code: number | null;
  readonly output: string;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      peers: { type: "string", default: PEERS },
      reactors: { type: "string", default: "1" },
      theirs: { type: "string" },
    },
  });
  const compare = join(values.peers, "compare");
  if (!existsSync(compare)) {
    console.error(`There is no ${compare}: --peers names the folder with the reference's scripts`);
    return 1;
  }
  const settings = (await run(compare, ["--settings"], false)).output.split("\n")
    .filter((line) => line.includes("=") && !SECURITY.test(line));
  const dataDir = await temporaryFolder("compare");
  const node = await startProcess({
    port: await freePort(),
    dataDir,
    overrides: [...settings, `odradek.reactors=${values.reactors}`],
  });
  try {
    const names = positionals.length > 0 ? positionals : SCENARIOS;
    const files = names.map((name) => fileOf(name, values.peers));
    const theirs = values.theirs === undefined ? [] : ["--theirs", values.theirs];
    const { output } = await run(compare, ["--ours", node.address, ...theirs, ...files], true);
    const code = judge(output, names);
    if (positionals.length > 0) return code;
    const controller = `127.0.0.1:${node.port + 10}`;
    const differences = await compareControllers(values.peers, controller);
    for (const difference of differences) console.log(`unexpected: ${difference}`);
    return Math.max(code, differences.length > 0 ? 1 : 0);
  } finally {
    await node.stop();
    await removeFolder(dataDir);
  }
}

/** The reference's, or one of ours. */
function fileOf(name: string, peers: string): string {
  const own = fileURLToPath(new URL(`scenarios/${name}.scn`, import.meta.url));
  return existsSync(own) ? own : join(peers, "scenarios", `${name}.scn`);
}

function run(command: string, args: readonly string[], isShown: boolean): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (isShown) process.stdout.write(chunk);
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

/** One scenario as it was printed: its line, then one line for each step that differs. */
interface Printed {
  readonly scenario: string;
  readonly failed: number;
  readonly steps: readonly string[];
}

export function parse(output: string): Printed[] {
  const printed: (Printed & { readonly steps: string[] })[] = [];
  for (const line of output.split("\n")) {
    const head = /^(?:FAIL|ok {2}) (\S+)\.scn: (\d+) of (\d+) cases/.exec(line);
    if (head !== null) {
      const [, scenario = "", good, all] = head;
      printed.push({ scenario, failed: Number(all) - Number(good), steps: [] });
    } else if (/^ {3}\S/.test(line)) printed.at(-1)?.steps.push(line.trim());
  }
  return printed;
}

function judge(output: string, names: readonly string[]): number {
  const problems: string[] = [];
  const printed = parse(output);
  for (const name of names) {
    const one = printed.find(({ scenario }) => scenario === name);
    if (one === undefined) {
      problems.push(`${name}: did not run`);
      continue;
    }
    const later = [...LATER, ...DIFFERENT].filter(({ scenario }) => scenario === name);
    const isOf = (step: string, title: string): boolean => step.startsWith(`${title}: `);
    for (const step of one.steps) {
      if (!later.some((known) => isOf(step, known.case))) problems.push(`${name}: ${step}`);
    }
    for (const known of later) {
      if (!one.steps.some((step) => isOf(step, known.case))) {
        problems.push(`${name}: "${known.case}" is listed as different, and passes`);
      }
    }
    if (one.failed > later.length) {
      problems.push(`${name}: ${one.failed} cases failed, ${later.length} are listed as different`);
    }
  }
  for (const problem of problems) console.log(`unexpected: ${problem}`);
  console.log(
    `${names.length} scenarios, ${LATER.length} cases for later, ` +
      `${DIFFERENT.length} meant to differ, ${problems.length} problems`,
  );
  return problems.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exit(await main());
