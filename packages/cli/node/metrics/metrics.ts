// The text of metrics, as Prometheus reads it.

import { setImmediate } from "node:timers/promises";
import { type Metric, Registry } from "prom-client";
import type { Family } from "./family.ts";

export const CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

const MANY = 1000;

/** One with no series is left out. */
export async function metricsText(families: readonly Family[]): Promise<string> {
  const registry = new Registry();
  const texts: string[] = [];
  for (const { name, help, type, samples } of families) {
    if (samples.length === 0) continue;
    // Labels that several families share are made text of once.
    const values = samples.map(({ labels: sharedLabels = {}, value, suffix = "" }) => ({
      metricName: `${name}${suffix}`,
      sharedLabels,
      value,
    }));
    // The counts are kept elsewhere: a registry asks no more of a metric than this.
    const metric = { name, get: () => Promise.resolve({ name, help, type, values }) };
    registry.registerMetric(metric as unknown as Metric);
    texts.push(await registry.getSingleMetricAsString(name));
    // Other things happen between two families of many series.
    if (samples.length > MANY) await setImmediate();
  }
  return `${texts.join("\n\n")}\n`;
}
