// Installs real clients into temporary folders and runs each through the scenario, on a node of its
// own. Whatever cannot be installed has failed.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { reason } from "@odradek/base";
import { removeFolder, temporaryFolder } from "../integration/processes.ts";
import type { Client } from "./client.ts";
import { nodeClients } from "./node_clients.ts";
import { javaClient, otherClients } from "./other_clients.ts";
import { runScenario } from "./scenario.ts";

const PEER = fileURLToPath(new URL("../../../shared/peers/kafka", import.meta.url));

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      records: { type: "string", default: "10000" },
      reactors: { type: "string", default: "1" },
      /** The script that knows where Kafka's jars are. */
      kafka: { type: "string", default: PEER },
    },
  });
  const all = [...nodeClients, javaClient(values.kafka), ...otherClients];
  const wanted = positionals.length === 0
    ? all
    : all.filter(({ name }) => positionals.some((part) => name.includes(part)));
  let failed = 0;
  for (const client of wanted) {
    const outcome = await tryOne(client, Number(values.records), Number(values.reactors));
    if (!outcome.isWell) failed++;
    console.log(`${outcome.isWell ? "ok  " : "FAIL"} ${outcome.text}`);
  }
  console.log(`${wanted.length - failed} passed, ${failed} failed`);
  return failed === 0 && wanted.length > 0 ? 0 : 1;
}

async function tryOne(client: Client, records: number, reactors: number) {
  const work = await temporaryFolder("client");
  const folder = join(work, "client");
  let version = "not installed";
  const beganMs = performance.now();
  try {
    await mkdir(folder);
    version = await client.install(folder);
    await runScenario({ client, folder, dataDir: join(work, "data"), records, reactors });
    const seconds = ((performance.now() - beganMs) / 1000).toFixed(0);
    const text = `${client.name} ${version}: ${client.codecs.join(", ")} (${seconds} s)`;
    return { isWell: true, text };
  } catch (error) {
    return { isWell: false, text: `${client.name} ${version}: ${reason(error)}` };
  } finally {
    await removeFolder(work);
  }
}

process.exit(await main());
