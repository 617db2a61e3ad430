// The clients that are dependencies of this repository, in small; scripts/clients.ts has all.

import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import { removeFolder, temporaryFolder } from "../integration/processes.ts";
import type { Client } from "./client.ts";
import { nodeClients } from "./node_clients.ts";
import { runScenario } from "./scenario.ts";

const test = suite("clients");
const here = fileURLToPath(new URL(".", import.meta.url));

for (const client of nodeClients.filter(({ isDependency }) => isDependency)) {
  test(`${client.name} reads what it has written, once`, async () => {
    const dataDir = await temporaryFolder("client");
    // Found from where the program is: nothing is to be installed.
    const inPlace: Client = { ...client, command: () => client.command(here) };
    try {
      await runScenario({ client: inPlace, folder: here, dataDir, records: 500, reactors: 3 });
    } finally {
      await removeFolder(dataDir);
    }
  });
}

test.run();
