// What a node tells of itself: metrics, whether it is alive, whether it is ready. On the main
// thread, out of memory that the other threads write: whoever asks disturbs nobody.

import type { Worker } from "node:worker_threads";
import { systemClock, type Timer, type Uuid } from "@odradek/base";
import type { QuorumGauges } from "@odradek/controller";
import { type ClusterImage, CONFIG_RESOURCE, configKey, type TopicImage } from "@odradek/metadata";
import { LiveConfig, type NodeConfig, topicSetting } from "@odradek/metadata/configs/mod";
import { type NodeBounds, startPulse, type ThreadCounters } from "@odradek/network";
import { descriptorsMax } from "../resources.ts";
import { VERSION } from "../../program.ts";
import { brokerFamilies, type BrokerState } from "./families/broker.ts";
import { boundFamilies, connectionFamilies, type ListeningThread } from "./families/connections.ts";
import { partitionFamilies, type PartitionsView } from "./families/partitions.ts";
import { processFamilies, threadFamilies, Utilizations } from "./families/process.ts";
import { quorumFamilies } from "./families/quorum.ts";
import { requestCounts, requestFamilies } from "./families/requests.ts";
import type { Family } from "./family.ts";
import { type Health, liveness, MetadataLag, readiness } from "./health.ts";
import { Windows } from "./window.ts";

/** The broker, as the main thread has it. */
export interface ToldBroker {
  readonly image: ClusterImage;
  /** -1: it is not registered. */
  readonly brokerEpoch: number;
}

export interface NodeMetricsOptions {
  readonly node: Pick<NodeConfig, "nodeId" | "roles" | "config">;
  readonly incarnationId: Uuid;
  /** Of each thread by its name. */
  readonly counters: ReadonlyMap<string, ThreadCounters>;
  /** By whose clients it bounds. */
  readonly bounds: ReadonlyMap<string, NodeBounds>;
  readonly gauges: QuorumGauges;
  /** Names, in the order of their numbers. */
  readonly listeners: Readonly<Record<"broker" | "controller", readonly string[]>>;
  /** That does the work of a thread. */
  readonly worker: (thread: string) => Worker | undefined;
  /** What all reactors have applied of the metadata. */
  readonly appliedEndOffset: () => number;
}

export class NodeMetrics {
  readonly #options: NodeMetricsOptions;
  readonly #requests = new Windows();
  readonly #lags = new Windows();
  readonly #utilizations = new Utilizations();
  readonly #descriptorsMax = descriptorsMax();
  readonly #metadataLag = new MetadataLag();
  readonly #pulse: Timer;
  readonly #config: LiveConfig;
  #broker: ToldBroker | undefined;
  #state: BrokerState = "starting";

  /** From now on the main thread says that it is alive, until `close`. */
  constructor(options: NodeMetricsOptions) {
    this.#options = options;
    this.#config = new LiveConfig(options.node.config, options.node.nodeId);
    const counters = options.counters.get("main");
    this.#pulse = counters === undefined
      ? { cancel: () => undefined }
      : startPulse(systemClock, counters, () => this.#look());
  }

  /** Before it starts. A node that is a controller alone has none. */
  tellOf(broker: ToldBroker): void {
    this.#broker = broker;
  }

  /** Its ports are open; or it was told to stop. */
  become(state: BrokerState): void {
    this.#state = state;
  }

  close(): void {
    this.#pulse.cancel();
  }

  get liveness(): Health {
    return liveness(this.#options.counters, systemClock.now());
  }

  get readiness(): Health {
    const { node: { nodeId, roles }, incarnationId, gauges, appliedEndOffset } = this.#options;
    const broker = this.#broker;
    const self = broker?.image.brokers.get(nodeId);
    return readiness({
      isStopping: this.#state === "stopping",
      controller: roles.controller ? gauges : undefined,
      broker: broker && {
        isRegistered: broker.brokerEpoch >= 0,
        isFenced: self?.incarnationId !== incarnationId || self.isFenced,
        isServing: this.#state === "running",
        appliedEndOffset: appliedEndOffset(),
        knownEndOffset: broker.image.endOffset,
        isBehind: this.#metadataLag.isLong(systemClock.monotonic()),
      },
    });
  }

  /** As they are now. What a busy thread would have to say itself is absent. */
  async families(): Promise<Family[]> {
    const { counters, bounds, gauges, node, worker, appliedEndOffset } = this.#options;
    const nowMs = systemClock.monotonic();
    const threads = [...counters].map(([name, one]) => ({
      name,
      counters: one,
      worker: worker(name),
    }));
    const read = { utilizations: this.#utilizations, windows: this.#lags, nowMs };
    const broker = this.#broker;
    return [
      {
        name: "odradek_build_info",
        help: "The version of this program, and of Node.",
        type: "gauge",
        samples: [{ labels: { version: VERSION, node: process.version }, value: 1 }],
      },
      ...requestFamilies(requestCounts(counters.values()), this.#requests, nowMs),
      ...connectionFamilies(this.#listening()),
      ...boundFamilies(bounds),
      ...quorumFamilies(gauges, node.roles.controller),
      ...(broker === undefined ? [] : brokerFamilies({
        image: broker.image,
        appliedEndOffset: appliedEndOffset(),
        state: this.#state,
      })),
      ...(broker === undefined ? [] : partitionFamilies(this.#partitions(broker.image))),
      ...processFamilies(this.#descriptorsMax),
      ...await threadFamilies(threads, read),
    ];
  }

  #partitions(image: ClusterImage): PartitionsView {
    const { nodeId } = this.#options.node;
    this.#config.follow(image);
    const { current } = this.#config;
    const inSyncMin = ({ name }: TopicImage): number => {
      const overrides = image.configs.get(configKey(CONFIG_RESOURCE.topic, name)) ?? new Map();
      return topicSetting("min.insync.replicas", overrides, current);
    };
    return { image, nodeId, inSyncMin };
  }

  #look(): void {
    if (this.#broker === undefined) return;
    const { endOffset } = this.#broker.image;
    this.#metadataLag.look(systemClock.monotonic(), this.#options.appliedEndOffset(), endOffset);
  }

  #listening(): ListeningThread[] {
    const { counters, listeners } = this.#options;
    return [...counters].filter(([name]) => name !== "main").map(([name, one]) => ({
      processor: name === "quorum" ? 0 : Number(name.replace("reactor-", "")),
      counters: one,
      listeners: name === "quorum" ? listeners.controller : listeners.broker,
    }));
  }
}
