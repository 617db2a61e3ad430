// Metrics of connections, and of the bounds on what clients may use.

import { type Bound, BOUNDS, type NodeBounds, type ThreadCounters } from "@odradek/network";
import { counter, type Family, type Sample } from "../family.ts";

/** A thread that has listeners. */
export interface ListeningThread {
  /** Its number among those with the same listeners. */
  readonly processor: number;
  readonly counters: ThreadCounters;
  /** Names, in the order of their numbers. */
  readonly listeners: readonly string[];
}

/** Bounds at which a connection is not taken. */
const REJECTING: readonly Bound[] = ["max.connections.per.ip", "socket.listen.backlog.size"];
const SOCKETS = "kafka_server_socket_server_metrics";

export function connectionFamilies(threads: readonly ListeningThread[]): Family[] {
  const each = (of: (counters: ThreadCounters, listener: number) => number): Sample[] =>
    threads.flatMap(({ processor, counters, listeners }) =>
      listeners.map((listener, i) => ({
        labels: { listener, networkProcessor: processor },
        value: of(counters, i),
      }))
    );
  return [
    {
      name: `${SOCKETS}_connection_count`,
      help: "Connections that are open.",
      type: "gauge",
      samples: each((counters, i) => counters.openedCount(i) - counters.closedCount(i)),
    },
    {
      name: `${SOCKETS}_connection_creation_total`,
      help: "Connections since the start.",
      type: "counter",
      samples: each((counters, i) => counters.openedCount(i)),
    },
    {
      name: `${SOCKETS}_connection_close_total`,
      help: "Connections that have ended.",
      type: "counter",
      samples: each((counters, i) => counters.closedCount(i)),
    },
    counter(
      "odradek_bugs_total",
      "Mistakes of this program that requests have met.",
      threads.reduce((sum, { counters }) => sum + counters.bugs, 0),
    ),
  ];
}

/** `bounds`: by whose clients use what they bound, "broker" or "controller". */
export function boundFamilies(bounds: ReadonlyMap<string, NodeBounds>): Family[] {
  const all = [...bounds];
  const each = (of: (one: NodeBounds) => number): Sample[] =>
    all.map(([role, one]) => ({ labels: { role }, value: of(one) }));
  const counts = (names: readonly Bound[], label: string): Sample[] =>
    all.flatMap(([role, one]) =>
      names.map((name) => ({ labels: { role, [label]: name }, value: one.count(name) }))
    );
  return [
    {
      name: "odradek_bounds_met_total",
      help: "How often a bound on what clients may use was met, by the key that sets it.",
      type: "counter",
      samples: counts(BOUNDS, "bound"),
    },
    {
      name: "odradek_connections_rejected_total",
      help: "Connections that were not taken, by the key whose bound was reached.",
      type: "counter",
      samples: counts(REJECTING, "reason"),
    },
    {
      name: "odradek_held_bytes",
      help: "Bytes of requests that are not answered, and of answers that are not read.",
      type: "gauge",
      samples: each((one) => one.requestKib * 1024),
    },
    {
      name: "odradek_held_bytes_limit",
      help: "As many may be held: queued.max.request.bytes.",
      type: "gauge",
      samples: each((one) => one.requestKibMax * 1024),
    },
  ];
}
