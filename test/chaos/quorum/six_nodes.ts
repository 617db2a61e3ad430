// Three controllers and three brokers as six processes.

import { ClusterNodes, type NodePlace } from "../../integration/cluster_nodes.ts";
import { freePort, temporaryFolder } from "../../integration/processes.ts";

export const CONTROLLERS = [1, 2, 3] as const;
export const BROKERS = [4, 5, 6] as const;
const METADATA_FOLDER = "__cluster_metadata-0";

export class SixNodes extends ClusterNodes {
  /** `overrides`: `key=value` each, of all nodes. */
  static async start(overrides: readonly string[] = []): Promise<SixNodes> {
    const ports = new Set<number>();
    while (ports.size < CONTROLLERS.length + BROKERS.length) ports.add(await freePort());
    const [...free] = ports;
    const places = new Map<number, NodePlace>([
      ...CONTROLLERS.map((id) => [id, { controllerPort: free.pop() as number }] as const),
      ...BROKERS.map((id) => [id, { port: free.pop() as number }] as const),
    ]);
    const nodes = new SixNodes({ folder: await temporaryFolder("six"), places, overrides });
    await nodes.restartAll();
    return nodes;
  }

  metadataFolderOf(id: number): string {
    return `${this.folderOf(id)}/${METADATA_FOLDER}`;
  }
}
