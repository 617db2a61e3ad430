// The configuration of a node as the newest metadata makes it: what was read at start, under what
// has been set for all brokers and for this one since.

import type { NodeId } from "@odradek/base";
import { type ClusterImage, CONFIG_RESOURCE, configKey } from "../image.ts";
import type { ResolvedConfig } from "./resolved_config.ts";

const NONE: ReadonlyMap<string, string> = new Map();
const FOR_ALL = configKey(CONFIG_RESOURCE.broker, "");

export class LiveConfig {
  readonly #forThis: string;
  #current: ResolvedConfig;

  constructor(atStart: ResolvedConfig, nodeId: NodeId) {
    this.#current = atStart;
    this.#forThis = configKey(CONFIG_RESOURCE.broker, String(nodeId));
  }

  /** Immutable: the same object until something is set. */
  get current(): ResolvedConfig {
    return this.#current;
  }

  /** Whether the image changes anything. */
  follow({ configs }: ClusterImage): boolean {
    const cluster = configs.get(FOR_ALL) ?? NONE;
    const broker = configs.get(this.#forThis) ?? NONE;
    const { dynamic } = this.#current;
    // Versions of the image share what does not differ.
    const isSame = isEqual(dynamic.cluster, cluster) && isEqual(dynamic.broker, broker);
    if (!isSame) this.#current = this.#current.withDynamic({ cluster, broker });
    return !isSame;
  }
}

function isEqual(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one === other || (one.size === 0 && other.size === 0);
}
