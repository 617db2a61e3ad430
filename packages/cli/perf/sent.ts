// What `perf produce` tells of the records that were answered: now and then, and in the end.

import { Latencies } from "./latencies.ts";

const MEGABYTE = 1024 * 1024;

export class Sent {
  readonly #print: (line: string) => void;
  readonly #intervalMs: number;
  /** Behind the count of the summary. */
  readonly #what: string;
  readonly #all = new Latencies();
  readonly #beganMs = performance.now();
  #bytes = 0;
  #window = new Latencies();
  #windowBytes = 0;
  #windowBeganMs = this.#beganMs;

  constructor(
    print: (line: string) => void,
    { intervalMs, what = "" }: { readonly intervalMs: number; readonly what?: string },
  ) {
    this.#print = print;
    this.#intervalMs = intervalMs;
    this.#what = what;
  }

  answered(bytes: number, latencyMs: number): void {
    // Kafka's tool measures whole milliseconds.
    const time = Math.round(latencyMs);
    this.#all.add(time);
    this.#window.add(time);
    this.#bytes += bytes;
    this.#windowBytes += bytes;
    const now = performance.now();
    if (now - this.#windowBeganMs < this.#intervalMs) return;
    this.#print(this.#progress(now - this.#windowBeganMs));
    this.#window = new Latencies();
    this.#windowBytes = 0;
    this.#windowBeganMs = now;
  }

  #progress(elapsedMs: number): string {
    const { count, average, max } = this.#window;
    const rate = (1000 * count / elapsedMs).toFixed(1);
    const megabytes = (1000 * this.#windowBytes / elapsedMs / MEGABYTE).toFixed(2);
    return `${count} records sent, ${rate} records/sec (${megabytes} MB/sec), ` +
      `${average.toFixed(1)} ms avg latency, ${max.toFixed(1)} ms max latency.`;
  }

  /** The same, to programs. Rates are those of all the time. */
  get totals() {
    const elapsedMs = Math.max(1, performance.now() - this.#beganMs);
    const { count, average, max } = this.#all;
    const at = (part: number): number => this.#all.percentile(part);
    return {
      records: count,
      bytes: this.#bytes,
      elapsedMs,
      recordsPerSecond: 1000 * count / elapsedMs,
      bytesPerSecond: 1000 * this.#bytes / elapsedMs,
      latencyMs: { average, max, p50: at(0.5), p95: at(0.95), p99: at(0.99), p999: at(0.999) },
    };
  }

  summary(): string {
    const elapsedMs = Math.max(1, performance.now() - this.#beganMs);
    const { count, average, max } = this.#all;
    const rate = (1000 * count / elapsedMs).toFixed(6);
    const megabytes = (1000 * this.#bytes / elapsedMs / MEGABYTE).toFixed(2);
    const parts = [[0.5, "50th"], [0.95, "95th"], [0.99, "99th"], [0.999, "99.9th"]] as const;
    const percentiles = parts.map(([part, name]) => `${this.#all.percentile(part)} ms ${name}`);
    return `${count}${this.#what} records sent, ${rate} records/sec (${megabytes} MB/sec), ` +
      `${average.toFixed(2)} ms avg latency, ${max.toFixed(2)} ms max latency, ` +
      `${percentiles.join(", ")}.`;
  }
}
