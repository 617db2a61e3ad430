// What clients do meanwhile: idempotent producers at a steady rate with acks=all, and a group that
// reads what they write and commits. All that they are told goes into a history.

import { type Cluster, connect } from "@odradek/client";
import type { HistoryRecorder } from "../history/recorder.ts";
import { GroupMember } from "./group_member.ts";
import { SteadyProducer } from "./steady_producer.ts";
import type { Timeline } from "./timeline.ts";

export interface Target {
  readonly topic: string;
  readonly partitions: number;
  readonly group: string;
}

export interface WorkloadOptions extends Target {
  readonly addresses: string;
  readonly history: HistoryRecorder;
  readonly timeline: Timeline;
  readonly producers: number;
  readonly members: number;
  /** Of each producer. */
  readonly recordsPerSecond: number;
}

/** A node that is paused answers nobody: it is given up soon. */
const REQUEST_MS_MAX = 5000;

/** As all clients of these runs connect. */
export function patiently(addresses: string): Cluster {
  return connect(addresses, { requestTimeoutMs: REQUEST_MS_MAX });
}

export class Workload {
  readonly #producers: readonly SteadyProducer[];
  readonly #members: readonly GroupMember[];

  constructor(options: WorkloadOptions) {
    const { producers, members } = options;
    this.#producers = Array.from(
      { length: producers },
      (_, i) => new SteadyProducer({ ...options, name: `producer-${i + 1}` }),
    );
    this.#members = Array.from(
      { length: members },
      (_, i) => new GroupMember({ ...options, name: `member-${i + 1}` }),
    );
  }

  start(): void {
    for (const client of [...this.#producers, ...this.#members]) client.start();
  }

  /** Resolves when nothing is under way any more. */
  async stopWriting(): Promise<void> {
    await Promise.all(this.#producers.map((producer) => producer.stop()));
  }

  /** Whether the group has read everything below these ends, by partition. */
  hasReadUpTo(ends: readonly number[]): boolean {
    return ends.every((end, partition) =>
      this.#members.some((member) => (member.readUpTo.get(partition) ?? 0) >= end)
    );
  }

  async stopReading(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.stop()));
  }
}
