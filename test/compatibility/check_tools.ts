// kcat and Kafka's own tools, unchanged, against a node: as its clients while it runs, and on its
// files when it is stopped. With one reactor and with three.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { reason } from "@odradek/base";
import { freePort, removeFolder, startProcess, temporaryFolder } from "../integration/processes.ts";
import type { Bench, Check } from "./tools/check.ts";
import { CLIENT_CHECKS } from "./tools/client_checks.ts";
import { FILE_CHECKS } from "./tools/file_checks.ts";
import { checkServed } from "./tools/served.ts";
import { type Tools, toolsIn } from "./tools/tools.ts";

const PEERS = fileURLToPath(new URL("../../../shared/peers", import.meta.url));

interface Tally {
  passed: number;
  failed: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      peers: { type: "string", default: PEERS },
      reactors: { type: "string", default: "1,3" },
    },
  });
  const script = join(values.peers, "kafka");
  if (!existsSync(script)) {
    console.error(`There is no ${script}: --peers names the folder with the reference's scripts`);
    return 1;
  }
  const tally: Tally = { passed: 0, failed: 0 };
  for (const reactors of values.reactors.split(",")) {
    await checkNode(toolsIn(values.peers), reactors, tally);
  }
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  return tally.failed === 0 && tally.passed > 0 ? 0 : 1;
}

async function checkNode(tools: Tools, reactors: string, tally: Tally): Promise<void> {
  const folder = await temporaryFolder("tools");
  const dataDir = join(folder, "node-1", "data");
  const port = await freePort();
  const start = () => startProcess({ port, dataDir, overrides: [`odradek.reactors=${reactors}`] });
  let node = await start();
  const bench: Bench = { tools, address: node.address, port, folder, dataDir };
  const title = `${reactors} ${reactors === "1" ? "reactor" : "reactors"}`;
  try {
    for (const check of CLIENT_CHECKS) await run(check, { bench, title, tally });
    const code = await node.stop();
    await run({
      name: "a node that is told to stop does so in order",
      run: () => code === 0 ? Promise.resolve() : Promise.reject(new Error(node.output())),
    }, { bench, title, tally });
    for (const check of FILE_CHECKS) await run(check, { bench, title, tally });
    await run({
      name: "a node that starts on what Apache Kafka has left serves every record",
      run: async () => {
        node = await start();
        await checkServed(bench);
      },
    }, { bench, title, tally });
  } finally {
    await node.stop();
    await removeFolder(folder);
  }
}

async function run(
  check: Check,
  { bench, title, tally }: {
    readonly bench: Bench;
    readonly title: string;
    readonly tally: Tally;
  },
): Promise<void> {
  const begun = performance.now();
  let problem: unknown;
  try {
    await check.run(bench);
    tally.passed++;
  } catch (error) {
    problem = error;
    tally.failed++;
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${problem === undefined ? "ok  " : "FAIL"} ${title}: ${check.name} (${seconds} s)`);
  if (problem !== undefined) console.log(describe(problem).replace(/^/gm, "     "));
}

function describe(error: unknown): string {
  const { details } = error as { details?: string | false };
  return typeof details === "string" && details !== ""
    ? `${reason(error)}\n${details}`
    : reason(error);
}

if (import.meta.main) process.exit(await main());
