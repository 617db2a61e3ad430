// A cluster from the outside: the connections to its brokers, and what they have told about topics
// and leaders. Producers, consumers and admin clients stand on it; any number may share one.

import {
  type Address,
  addressText,
  type Clock,
  Fault,
  type Random,
  type TopicPartition,
  type Transport,
} from "@odradek/base";
import { Metadata } from "@odradek/protocol/messages/metadata";
import type { AnyApi, Response } from "@odradek/protocol/schema/mod";
import type { Backoff } from "./cluster/backoff.ts";
import { askControllers, noBroker } from "./cluster/controllers.ts";
import type { DraftFor, Link } from "./cluster/link.ts";
import { type Lane, Links } from "./cluster/links.ts";
import { MetadataCache } from "./cluster/metadata_cache.ts";
import { persist } from "./cluster/persist.ts";
import {
  type ClusterView,
  type MetadataAnswer,
  type NodeView,
  type PartitionView,
  type TopicView,
  viewAfter,
} from "./cluster/view.ts";
import { BrokerRefused, throwIfRefused } from "./refused.ts";

export interface ClusterPorts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
}

export interface ClusterSettings {
  readonly clientId?: string;
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  /** Of a call with all its tries. */
  readonly callTimeoutMs?: number;
  /** After which it is asked for again without a reason. */
  readonly metadataAgeMsMax?: number;
  readonly retryBackoff?: Backoff;
  readonly reconnectBackoff?: Backoff;
  /** Whether asking for a topic may make it, if the brokers allow that. */
  readonly autoCreateTopics?: boolean;
  /** The nodes are controllers: the one that leads is asked, and nobody knows topics (KIP-919). */
  readonly ofControllers?: boolean;
}

export interface ClusterOptions extends ClusterPorts, ClusterSettings {
  /** Brokers to begin with, any of the cluster. */
  readonly bootstrap: readonly Address[];
}

const DEFAULTS = {
  clientId: "odradek",
  connectTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  callTimeoutMs: 60_000,
  metadataAgeMsMax: 300_000,
  retryBackoff: { firstMs: 100, mostMs: 1000 },
  reconnectBackoff: { firstMs: 50, mostMs: 1000 },
  autoCreateTopics: false,
  ofControllers: false,
} as const satisfies Required<ClusterSettings>;

/** Who is asked. */
export type Target =
  /** Of controllers the active one. */
  | "any"
  | { readonly node: number; readonly lane?: Lane }
  | { readonly leaderOf: TopicPartition; readonly lane?: Lane };

/** How long a call persists, and what ends it before. */
export interface CallOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export class Cluster implements AsyncDisposable {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Required<ClusterSettings>;
  readonly #bootstrap: readonly Address[];
  readonly #links: Links;
  readonly #metadata: MetadataCache;

  constructor({ bootstrap, transport, clock, random, ...settings }: ClusterOptions) {
    this.clock = clock;
    this.random = random;
    this.settings = { ...DEFAULTS, ...settings };
    this.#bootstrap = bootstrap;
    this.#links = new Links({ transport, clock, random, ...this.settings });
    this.#metadata = new MetadataCache({
      clock,
      ageMsMax: this.settings.metadataAgeMsMax,
      ask: (names) => this.#askMetadata(names.map((name) => ({ name }))),
    });
  }

  /**
   * Sends one request, in the highest version that both sides have. Fault "network";
   * BrokerRefused if the broker does not offer the API, or the partition has no leader. Errors
   * within the answer are the caller's to see.
   */
  async ask<A extends AnyApi>(target: Target, api: A, draft: DraftFor<A>): Promise<Response<A>> {
    return await (await this.link(target)).ask(api, draft);
  }

  /** Repeats what fails in a way that may pass, with pauses and fresh metadata. */
  persist<T>(attempt: () => Promise<T>, { timeoutMs, signal }: CallOptions = {}): Promise<T> {
    const { clock, random, settings } = this;
    return persist({
      clock,
      random,
      backoff: settings.retryBackoff,
      timeoutMs: timeoutMs ?? settings.callTimeoutMs,
      signal,
      failed: (error) => this.noteFailure(error),
    }, attempt);
  }

  /** Drops what is known of leaders, if the failure shows that it is wrong. */
  noteFailure(error: unknown): void {
    // Of controllers nothing else is known than which of them leads.
    const isWrong = this.settings.ofControllers || !(error instanceof BrokerRefused) ||
      error.invalidatesMetadata;
    if (isWrong) this.#metadata.invalidate();
  }

  /** An open connection. Fails as `ask`. */
  async link(target: Target): Promise<Link> {
    if (target === "any") {
      return await (this.settings.ofControllers ? this.#activeLink() : this.#anyLink());
    }
    const id = "node" in target ? target.node : await this.#leaderOf(target.leaderOf);
    return await this.#links.open(await this.#nodeAddress(id), target.lane);
  }

  /** The connection to a node if there is one at the moment. */
  currentLink(node: number, lane?: Lane): Link | undefined {
    const address = this.view.nodes.get(node);
    return address === undefined ? undefined : this.#links.current(address, lane);
  }

  /** What is known at the moment. */
  get view(): ClusterView {
    return this.#metadata.view;
  }

  /** False: `refresh` would ask. */
  get isFresh(): boolean {
    return this.#metadata.isFresh;
  }

  /** Asks for what is known to be wrong or old. Fault "network". */
  refresh(): Promise<void> {
    return this.#metadata.refresh();
  }

  /** From what is known, or by asking. Fault "network"; BrokerRefused for a topic unknown there. */
  topic(name: string): Promise<TopicView> {
    return this.#metadata.topic(name);
  }

  /** A partition with its leader as far as it is known. BrokerRefused if there is none. */
  async partition({ topic, partition }: TopicPartition): Promise<PartitionView> {
    const found = (await this.topic(topic)).partitions[partition];
    if (found === undefined) throw new BrokerRefused("UNKNOWN_TOPIC_OR_PARTITION");
    return found;
  }

  /** All topics, asked for anew. BrokerRefused of controllers. */
  async topics(): Promise<TopicView[]> {
    if (this.settings.ofControllers) {
      throw new BrokerRefused("UNSUPPORTED_ENDPOINT_TYPE", "Controllers do not list topics");
    }
    return [...viewAfter(this.view, await this.#askMetadata(null)).topics.values()];
  }

  /** The live nodes, as far as they are known. */
  async nodes(): Promise<NodeView[]> {
    await this.#metadata.refresh();
    return [...this.view.nodes.values()];
  }

  close(): void {
    this.#links.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.resolve(this.close());
  }

  async #leaderOf(which: TopicPartition): Promise<number> {
    const { leader } = await this.partition(which);
    if (leader === undefined) throw new BrokerRefused("LEADER_NOT_AVAILABLE");
    return leader;
  }

  async #nodeAddress(id: number): Promise<Address> {
    await this.#metadata.refresh();
    const known = this.view.nodes.get(id);
    if (known !== undefined) return known;
    this.#metadata.invalidate();
    throw new Fault("network", `Cannot reach node ${id}: it is not in the cluster`);
  }

  async #activeLink(): Promise<Link> {
    await this.#metadata.refresh();
    const address = this.view.nodes.get(this.view.controllerId);
    const none = "No controller leads at the moment";
    if (address === undefined) throw new BrokerRefused("NOT_CONTROLLER", none);
    try {
      return await this.#links.open(address);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const last = `${none}, the last one does not answer: ${error.message}`;
      throw new BrokerRefused("NOT_CONTROLLER", last);
    }
  }

  /** An open one, else the first that can be made: to known nodes first, in any order. */
  async #anyLink(): Promise<Link> {
    const known = [...this.view.nodes.values(), ...this.#bootstrap];
    const open = known.map((address) => this.#links.current(address))
      .filter((link) => link !== undefined)
      .sort((a, b) => a.askedCount - b.askedCount)[0];
    if (open !== undefined) return open;
    let failure: unknown;
    for (const address of this.#candidates()) {
      try {
        return await this.#links.open(address);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  #candidates(): Address[] {
    const nodes = shuffled([...this.view.nodes.values()], this.random);
    const all = [...nodes, ...shuffled(this.#bootstrap, this.random)];
    return [...new Map(all.map((address) => [addressText(address), address])).values()];
  }

  async #askMetadata(topics: readonly { name: string }[] | null): Promise<MetadataAnswer> {
    const link = await this.#anyLink();
    if (this.settings.ofControllers) return await askControllers(link);
    if (link.versionOf(Metadata) === undefined) throw noBroker(link);
    const allowAutoTopicCreation = topics !== null && this.settings.autoCreateTopics;
    const answer = await link.ask(Metadata, (version) => ({
      topics,
      // Before, brokers decide alone.
      ...(version < 4 ? {} : { allowAutoTopicCreation }),
    }));
    throwIfRefused(answer.errorCode);
    return answer;
  }
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  return items.map(() => left.splice(random.below(left.length), 1)[0] as T);
}
