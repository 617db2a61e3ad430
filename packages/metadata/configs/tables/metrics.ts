// Kafka's settings for measuring, and the metrics that clients push.

import { int, list, long, string, table } from "../definition.ts";

export const METRICS = table({
  // Odradek measures in its own way: see odradek.metrics.listener.
  "metric.reporters": list(["org.apache.kafka.common.metrics.JmxReporter"],
    { importance: "low", scope: "both" },
    "No effect: Java classes that would be told of metrics."),
  "metrics.num.samples": int(2, { min: 1, importance: "low" },
    "No effect: samples that a rate would be measured over."),
  "metrics.sample.window.ms": long(30_000, { min: 1, importance: "low" },
    "No effect: length, in ms, of such a sample."),
  "metrics.recording.level": string("INFO", { importance: "low" },
    "No effect: how much would be measured."),
  "kafka.metrics.reporters": list([], { importance: "low" },
    "No effect: more Java classes that would be told of metrics."),
  "kafka.metrics.polling.interval.secs": int(10, { min: 1, importance: "low" },
    "No effect: how often, in s, those would be told."),

  // Metrics that clients push (KIP-714).
  "telemetry.max.bytes": int(1_048_576, { min: 1, importance: "low" },
    "The most bytes of metrics that a client may push at a time, compressed if they are."),
});

/** Of a subscription (KIP-714): kept and shown; no node takes pushed metrics yet. */
export const CLIENT_METRICS_KEYS = table({
  "interval.ms": int(300_000, {}, "How often, in ms, clients push their metrics."),
  match: list([], {}, "Which clients are meant: name=pattern each; empty: all."),
  metrics: list([], {}, "Prefixes of the metrics that are pushed; empty: none, *: all."),
});
