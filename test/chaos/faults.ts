// Three nodes in three racks, every one on a host of its own, and how each fault befalls them.

import { ThreeNodes } from "../integration/three_nodes.ts";
import { addressOf, type Links } from "./links.ts";
import type { PlannedFault } from "./plan.ts";

const PORT = 9092;
const CONTROLLER_PORT = 9093;
const RACKS = ["a", "b", "c"];

/** `overrides`: `key=value` each. */
export async function startNodes(links: Links, overrides: readonly string[]): Promise<ThreeNodes> {
  return await ThreeNodes.start({
    placeOf: (id) => ({
      host: addressOf(id),
      port: PORT,
      controllerPort: CONTROLLER_PORT,
      through: links.prefix(id),
    }),
    overrides,
    overridesOf: (id) => [`broker.rack=${RACKS[id - 1]}`],
  });
}

export class Faults {
  readonly #nodes: ThreeNodes;
  readonly #links: Links;

  constructor(nodes: ThreeNodes, links: Links) {
    this.#nodes = nodes;
    this.#links = links;
  }

  async begin({ kind, nodes, from }: PlannedFault): Promise<void> {
    switch (kind) {
      case "restart":
        await Promise.all(nodes.map((id) => this.#nodes.stop(id)));
        return;
      case "pause":
        return nodes.forEach((id) => this.#nodes.signal(id, "SIGSTOP"));
      case "kill":
      case "kill all":
        await Promise.all(nodes.map((id) => this.#nodes.kill(id)));
        return;
      case "cut":
      case "cut one way":
        for (const id of nodes) {
          for (const other of from) await this.#cut(id, other, kind === "cut");
        }
    }
  }

  async heal({ kind, nodes, from }: PlannedFault): Promise<void> {
    switch (kind) {
      case "restart":
      case "kill":
      case "kill all":
        await Promise.all(nodes.map((id) => this.#nodes.restart(id)));
        return;
      case "pause":
        return nodes.forEach((id) => this.#nodes.signal(id, "SIGCONT"));
      case "cut":
      case "cut one way":
        for (const id of nodes) {
          for (const other of from) await this.#mend(id, other, kind === "cut");
        }
    }
  }

  async #cut(id: number, other: number, isBothWays: boolean): Promise<void> {
    await this.#links.cut(id, other);
    if (isBothWays) await this.#links.cut(other, id);
  }

  async #mend(id: number, other: number, isBothWays: boolean): Promise<void> {
    await this.#links.mend(id, other);
    if (isBothWays) await this.#links.mend(other, id);
  }
}
