// The broker that keeps a group: found when it is needed, and looked for anew when it turns out to
// be another one, or does not answer.

import type { CallOptions, Cluster } from "../cluster.ts";
import type { DraftFor, LinkAskOptions } from "../cluster/link.ts";
import type { Lane } from "../cluster/links.ts";
import { BrokerRefused, throwIfRefused } from "../refused.ts";
import { FindCoordinator } from "@odradek/protocol/messages/find_coordinator";
import type { AnyApi, Response } from "@odradek/protocol/schema/mod";

const GROUP = 0;
/** From here on several keys at once (KIP-699). */
const KEYS_SINCE = 4;

export class Coordinator {
  readonly groupId: string;
  readonly #cluster: Cluster;
  readonly #lane: Lane;
  #node: number | undefined;

  /** `lane`: members whose requests wait long have one of their own. */
  constructor(cluster: Cluster, groupId: string, lane: Lane = "requests") {
    this.#cluster = cluster;
    this.groupId = groupId;
    this.#lane = lane;
  }

  /** Its node id. Fault "network"; BrokerRefused if there is none at the moment. */
  async node(): Promise<number> {
    this.#node ??= await findCoordinator(this.#cluster, this.groupId);
    return this.#node;
  }

  /** Asks once. Throws as `node`; errors within the answer are the caller's to see. */
  async ask<A extends AnyApi>(
    api: A,
    draft: DraftFor<A>,
    options?: LinkAskOptions,
  ): Promise<Response<A>> {
    const node = await this.node();
    try {
      const link = await this.#cluster.link({ node, lane: this.#lane });
      return await link.ask(api, draft, options);
    } catch (error) {
      this.note(error);
      throw error;
    }
  }

  /** Repeats what fails in a way that may pass; see `Cluster.persist`. */
  persist<T>(attempt: () => Promise<T>, options?: CallOptions): Promise<T> {
    return this.#cluster.persist(async () => {
      try {
        return await attempt();
      } catch (error) {
        this.note(error);
        throw error;
      }
    }, options);
  }

  /** Whether it is still the one, as far as a failure tells. */
  note(error: unknown): void {
    const isStill = error instanceof BrokerRefused && error.error !== "NOT_COORDINATOR" &&
      error.error !== "COORDINATOR_NOT_AVAILABLE";
    if (!isStill) this.#node = undefined;
  }
}

async function findCoordinator(cluster: Cluster, groupId: string): Promise<number> {
  const answer = await cluster.ask("any", FindCoordinator, (version) =>
    version < KEYS_SINCE ? { key: groupId } : { keyType: GROUP, coordinatorKeys: [groupId] }
  );
  const { errorCode, errorMessage, nodeId } = answer.coordinators[0] ?? answer;
  throwIfRefused(errorCode, errorMessage);
  return nodeId;
}
