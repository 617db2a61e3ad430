// Which topics a member of a group reads: some by name, or all that match, as they come and go.

import { sleep } from "@odradek/base";
import type { Cluster } from "../cluster.ts";
import { mayRetry } from "../refused.ts";

/** One, some, or all whose name matches. */
export type Topics = string | readonly string[] | ((name: string) => boolean);

export class SubscribedTopics {
  readonly #cluster: Cluster;
  readonly #topics: Topics;
  #names: readonly string[] = [];
  /** Monotonic ms. */
  #lookedAtMs = 0;

  constructor(cluster: Cluster, topics: Topics) {
    this.#cluster = cluster;
    this.#topics = topics;
  }

  /** Asks the cluster, where they go by a pattern. Fault "network". */
  async names(signal: AbortSignal): Promise<readonly string[]> {
    const topics = this.#topics;
    if (typeof topics !== "function") return [topics].flat();
    this.#names = await this.#cluster.persist(() => this.#matching(topics), { signal });
    this.#lookedAtMs = this.#cluster.clock.monotonic();
    return this.#names;
  }

  /** Waits until it is time to look again; true: others match now. False when it aborts. */
  async haveChanged(signal: AbortSignal): Promise<boolean> {
    const topics = this.#topics;
    if (typeof topics !== "function") return false;
    const { clock, settings } = this.#cluster;
    try {
      const dueMs = this.#lookedAtMs + settings.metadataAgeMsMax - clock.monotonic();
      await sleep(clock, dueMs, signal);
      this.#lookedAtMs = clock.monotonic();
      const names = await this.#matching(topics);
      return names.join(",") !== this.#names.join(",");
    } catch (error) {
      if (signal.aborted || mayRetry(error)) return false;
      throw error;
    }
  }

  async #matching(isWanted: (name: string) => boolean): Promise<string[]> {
    const all = await this.#cluster.topics();
    return all.filter(({ isInternal }) => !isInternal).map(({ name }) => name)
      .filter(isWanted).sort();
  }
}
