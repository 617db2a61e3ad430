// An idempotent producer that sends numbered records of several keys at a steady rate, whatever
// becomes of them.

import { type ProducerRecord, Producer } from "@odradek/client";
import type { HistoryRecorder } from "../history/recorder.ts";
import type { Timeline } from "./timeline.ts";
import { patiently } from "./workload.ts";

export interface SteadyProducerOptions {
  readonly name: string;
  readonly addresses: string;
  readonly topic: string;
  readonly recordsPerSecond: number;
  readonly history: HistoryRecorder;
  readonly timeline: Timeline;
}

const KEYS = 20;
const VALUE_BYTES = 200;
const TICK_MS = 20;
const REPLICATION_MS_MAX = 5000;

export class SteadyProducer {
  readonly #options: SteadyProducerOptions;
  #isStopping = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: SteadyProducerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
    // Told by whoever stops it.
    this.#running.catch(() => undefined);
  }

  /** Resolves when everything that was sent has been answered or given up. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const { addresses, topic, recordsPerSecond } = this.#options;
    await using cluster = patiently(addresses);
    await using producer = new Producer(cluster, { replicationTimeoutMs: REPLICATION_MS_MAX });
    const began = Date.now();
    for (let sent = 0; !this.#isStopping;) {
      const due = Math.floor(((Date.now() - began) / 1000) * recordsPerSecond);
      for (; sent < due; sent++) this.#send(producer, { topic, key: `${sent % KEYS}` }, sent);
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    await producer.flush();
  }

  #send(producer: Producer, record: ProducerRecord, number: number): void {
    const { name, topic, history, timeline } = this.#options;
    const value = `${name}-${number}`;
    const operation = { process: name, op: "produce", topic, value } as const;
    history.add({ ...operation, type: "invoke" });
    const sentAt = Date.now();
    producer.send({ ...record, value: value.padEnd(VALUE_BYTES) }).then(
      ({ partition, offset }) => {
        timeline.acknowledged(sentAt);
        history.add({ ...operation, type: "ok", partition, offset });
      },
      (error: Error) => {
        timeline.failed("send", error);
        history.add({ ...operation, type: "info" });
      },
    );
  }
}
