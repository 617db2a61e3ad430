// Three nodes, each controller and broker: on this machine, or where a test has them.

import { ClusterNodes, type ClusterNodesOptions, type NodePlace } from "./cluster_nodes.ts";
import { freePort, temporaryFolder } from "./processes.ts";

export const NODES = [1, 2, 3] as const;

export interface ThreeNodesOptions extends Pick<ClusterNodesOptions, "overrides" | "overridesOf"> {
  /** Absent: free ports of this machine. */
  readonly placeOf?: (id: number) => NodePlace;
}

/** So much above the port for clients. */
const CONTROLLER_PORT = 10;

export class ThreeNodes extends ClusterNodes {
  static async start(options: ThreeNodesOptions = {}): Promise<ThreeNodes> {
    const { placeOf = await freePlaces(), ...settings } = options;
    const places = new Map(NODES.map((id) => [id, placeOf(id)]));
    const nodes = new ThreeNodes({ folder: await temporaryFolder("three"), places, ...settings });
    await nodes.restartAll();
    return nodes;
  }
}

async function freePlaces(): Promise<(id: number) => NodePlace> {
  const ports: number[] = [];
  while (ports.length < NODES.length) {
    const port = await freePort();
    if (ports.every((other) => Math.abs(other - port) > CONTROLLER_PORT)) ports.push(port);
  }
  return (id) => {
    const port = ports[id - 1] as number;
    return { port, controllerPort: port + CONTROLLER_PORT };
  };
}
