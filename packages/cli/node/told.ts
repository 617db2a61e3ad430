// What the threads of a node tell by memory that they share, and what tells of it by HTTP.

import { MetadataProgress } from "@odradek/broker";
import { QuorumGauges } from "@odradek/controller";
import type { NodeConfig } from "@odradek/metadata/configs/mod";
import { type NodeBounds, ThreadCounters } from "@odradek/network";
import type { Hosts } from "./hosts.ts";
import { NodeMetrics } from "./metrics/node_metrics.ts";
import type { Prepared } from "./prepare.ts";
import { nodeBounds } from "./resources.ts";
import { threadNames } from "./threads.ts";

/** What all threads see, and what is told of it. */
export interface Told {
  readonly progress: MetadataProgress;
  readonly counters: ReadonlyMap<string, ThreadCounters>;
  /** By whose clients it bounds. */
  readonly bounds: Readonly<Record<"broker" | "controller", NodeBounds>>;
  readonly gauges: QuorumGauges;
  readonly metrics: NodeMetrics;
}

export function toldOf(
  node: NodeConfig,
  { incarnationId, places }: Prepared,
  { hosts, reactors }: { readonly hosts: Hosts; readonly reactors: number },
): Told {
  const { roles, config } = node;
  const progress = MetadataProgress.of(reactors);
  const counters = new Map(threadNames(reactors).map((name) => [name, new ThreadCounters()]));
  // The controller's are its own, as Kafka's are: a flood at the broker leaves the quorum alone.
  const bounds = { broker: nodeBounds(config), controller: nodeBounds(config) };
  const gauges = new QuorumGauges();
  const metrics = new NodeMetrics({
    node,
    incarnationId,
    counters,
    bounds: new Map(Object.entries(bounds).filter(([role]) => roles[role as keyof typeof bounds])),
    gauges,
    listeners: {
      broker: places.brokers.map(({ name }) => name),
      controller: places.controllers.map(({ name }) => name),
    },
    worker: (thread) => hosts.worker(thread),
    appliedEndOffset: () => progress.lowest,
  });
  return { progress, counters, bounds, gauges, metrics };
}
