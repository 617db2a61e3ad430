// The brokers that are measured: nodes of ours, started for the run, and any other that runs.

import type { Address } from "@odradek/base";
import { parseAddresses } from "@odradek/client";
import {
  freePort,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "../../test/integration/processes.ts";

export interface Subject {
  readonly name: string;
  readonly address: Address;
  readonly pid: number;
  /** Of a node that was started for the run; undefined: it is somebody else's. */
  readonly reactors: number | undefined;
  end(): Promise<void>;
}

/** A node with so many reactors, over a folder of its own. */
export async function ownSubject(reactors: number): Promise<Subject> {
  const dataDir = await temporaryFolder("bench");
  const overrides = [`odradek.reactors=${reactors}`];
  const node = await startProcess({ port: await freePort(), dataDir, overrides });
  return {
    name: reactors === 1 ? "1 reactor" : `${reactors} reactors`,
    address: { host: "127.0.0.1", port: node.port },
    pid: node.pid,
    reactors,
    async end() {
      await node.stop();
      await removeFolder(dataDir);
    },
  };
}

/** One that runs already, whatever it is. */
export function besideSubject(hostPort: string, pid: number): Subject {
  const [address] = parseAddresses(hostPort);
  if (address === undefined) throw new Error(`--beside needs HOST:PORT, not "${hostPort}"`);
  return { name: "beside", address, pid, reactors: undefined, end: () => Promise.resolve() };
}
