// Metrics of the process and of its threads. Of another thread's heap V8 tells between two pieces
// of its work; one that is busy is left out rather than waited for.

import { readdirSync } from "node:fs";
import { type EventLoopUtilization, performance } from "node:perf_hooks";
import { getHeapStatistics, type HeapInfo } from "node:v8";
import type { Worker } from "node:worker_threads";
import { sleep, systemClock } from "@odradek/base";
import { quantileMs, type ThreadCounters } from "@odradek/network";
import { counter, type Family, gauge, type Sample } from "../family.ts";
import type { Windows } from "../window.ts";

export interface ProcessThread {
  readonly name: string;
  readonly counters: ThreadCounters;
  /** Undefined: the main thread. */
  readonly worker: Worker | undefined;
}

const HEAP_MS_MAX = 200;

/** `descriptorsMax`: Infinity where the system does not say. */
export function processFamilies(descriptorsMax: number): Family[] {
  const { user, system } = process.cpuUsage();
  const open = openDescriptors();
  return [
    counter("process_cpu_seconds_total", "Processor time.", (user + system) / 1e6),
    counter("process_cpu_user_seconds_total", "Of it in the program.", user / 1e6),
    counter("process_cpu_system_seconds_total", "Of it in the system.", system / 1e6),
    gauge("process_resident_memory_bytes", "Resident memory.", process.memoryUsage.rss()),
    gauge(
      "process_start_time_seconds",
      "When the process began, in s since 1970.",
      performance.timeOrigin / 1000,
    ),
    ...(open === undefined ? [] : [gauge("process_open_fds", "Open descriptors.", open)]),
    ...(Number.isFinite(descriptorsMax)
      ? [gauge("process_max_fds", "As many may be open.", descriptorsMax)]
      : []),
  ];
}

function openDescriptors(): number | undefined {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    // Other systems have no such folder.
    return undefined;
  }
}

/** How busy each thread was since it was last asked. */
export class Utilizations {
  readonly #last = new Map<string, EventLoopUtilization>();

  of({ name, worker }: ProcessThread): number {
    const { eventLoopUtilization } = worker?.performance ?? performance;
    const now = eventLoopUtilization();
    const last = this.#last.get(name);
    this.#last.set(name, now);
    return last === undefined ? now.utilization : eventLoopUtilization(now, last).utilization;
  }
}

export interface ThreadsRead {
  readonly utilizations: Utilizations;
  readonly windows: Windows;
  /** Monotonic ms. */
  readonly nowMs: number;
}

export async function threadFamilies(
  threads: readonly ProcessThread[],
  { utilizations, windows, nowMs }: ThreadsRead,
): Promise<Family[]> {
  const heaps = await Promise.all(threads.map(heapOf));
  const busy = threads.map((thread) => [thread.name, utilizations.of(thread)] as const);
  const lags = new Map(threads.map(({ name, counters }) => [name, counters.lags]));
  const recent = [...windows.recent(lags, nowMs)];
  const lag = (name: string, part: number): Family =>
    ofThreads(
      `nodejs_eventloop_lag_${name}_seconds`,
      "How late a thread is; of the last minute or two.",
      recent.map(([thread, counts]) => [thread, quantileMs(counts, part) / 1000]),
    );
  const heap = (name: string, help: string, of: (heap: HeapInfo) => number): Family =>
    ofThreads(
      name,
      help,
      threads.flatMap(({ name: thread }, i) => {
        const one = heaps[i];
        return one === undefined ? [] : [[thread, of(one)] as const];
      }),
    );
  return [
    ...idleFamilies(busy),
    ofThreads("nodejs_eventloop_utilization", "The part of the time that a thread works.", busy),
    lag("p50", 0.5),
    lag("p99", 0.99),
    heap("nodejs_heap_size_used_bytes", "Of V8, in use.", (one) => one.used_heap_size),
    heap("nodejs_heap_size_total_bytes", "Of V8, taken.", (one) => one.total_heap_size),
    heap("nodejs_external_memory_bytes", "Outside of V8's heap.", (one) => one.external_memory),
    {
      name: "nodejs_version_info",
      help: "The version of Node.",
      type: "gauge",
      samples: [{ labels: { version: process.version }, value: 1 }],
    },
  ];
}

/** The reactors do what Kafka's network threads and its request handlers do. */
function idleFamilies(busy: readonly (readonly [string, number])[]): Family[] {
  const reactors = busy.filter(([name]) => name.startsWith("reactor-"));
  if (reactors.length === 0) return [];
  const idle = 1 - reactors.reduce((sum, [, part]) => sum + part, 0) / reactors.length;
  const help = "The part of the time that reactors wait for something to do.";
  return [
    gauge("kafka_network_socketserver_networkprocessoravgidle_percent", help, idle),
    gauge("kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent", help, idle),
  ];
}

function ofThreads(
  name: string,
  help: string,
  values: readonly (readonly [thread: string, value: number])[],
): Family {
  const samples: Sample[] = values.map(([thread, value]) => ({ labels: { thread }, value }));
  return { name, help, type: "gauge", samples };
}

async function heapOf({ worker }: ProcessThread): Promise<HeapInfo | undefined> {
  if (worker === undefined) return getHeapStatistics();
  const late = sleep(systemClock, HEAP_MS_MAX).then(() => undefined);
  // A thread that ends meanwhile has no heap.
  return await Promise.race([worker.getHeapStatistics().catch(() => undefined), late]);
}
