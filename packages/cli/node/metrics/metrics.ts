// The text of metrics, as Prometheus reads it.

import { type Metric, Registry } from "prom-client";
import type { Family } from "./family.ts";

export const CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** One with no series is left out. */
export async function metricsText(families: readonly Family[]): Promise<string> {
  const registry = new Registry();
  for (const { name, help, type, samples } of families) {
    if (samples.length === 0) continue;
    const values = samples.map(({ labels = {}, value, suffix }) => ({
      labels,
      value,
      ...(suffix !== undefined && { metricName: `${name}${suffix}` }),
    }));
    // The counts are kept elsewhere: a registry asks no more of a metric than this.
    const metric = { name, get: () => Promise.resolve({ name, help, type, values }) };
    registry.registerMetric(metric as unknown as Metric);
  }
  return await registry.metrics();
}
