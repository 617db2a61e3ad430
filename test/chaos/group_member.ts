// A member of a group that reads, and commits what it has read; made anew when it fails.

import { type ConsumerRecord, GroupConsumer, type GroupOffset } from "@odradek/client";
import type { PlacedOffset } from "../history/events.ts";
import type { HistoryRecorder } from "../history/recorder.ts";
import type { Timeline } from "./timeline.ts";
import { patiently } from "./workload.ts";

export interface GroupMemberOptions {
  readonly name: string;
  readonly addresses: string;
  readonly topic: string;
  readonly group: string;
  readonly history: HistoryRecorder;
  readonly timeline: Timeline;
}

const COMMIT_MS = 500;
const SESSION_MS_MAX = 10_000;
const AGAIN_MS = 500;

export class GroupMember {
  /** By partition: the offset behind what was read. */
  readonly readUpTo = new Map<number, number>();
  readonly #options: GroupMemberOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #lives = 0;

  constructor(options: GroupMemberOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { timeline } = this.#options;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#live();
      } catch (error) {
        timeline.failed("read", error as Error);
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }

  async #live(): Promise<void> {
    const { name, addresses, topic, group: groupId, history, timeline } = this.#options;
    const { signal } = this.#stopping;
    const process = `${name}.${++this.#lives}`;
    await using cluster = patiently(addresses);
    const reading = new Reading(this.#options, process);
    await using consumer = new GroupConsumer(cluster, {
      groupId,
      autoCommitMs: false,
      sessionTimeoutMs: SESSION_MS_MAX,
      // What comes begins where the group has committed; what goes was committed, or is read again.
      rebalanced: () => reading.restart(),
    });
    let commitAt = Date.now() + COMMIT_MS;
    for await (const record of consumer.consume({ topic, signal })) {
      reading.take(record);
      this.readUpTo.set(record.partition, record.offset + 1);
      if (Date.now() < commitAt) continue;
      commitAt = Date.now() + COMMIT_MS;
      const offsets = reading.offsets();
      const placed = offsets.map((one): PlacedOffset => [topic, one.partition, one.offset]);
      const operation = { process, op: "commit", group: groupId, offsets: placed } as const;
      history.add({ ...operation, type: "invoke" });
      try {
        await consumer.commit(offsets);
        history.add({ ...operation, type: "ok" });
      } catch (error) {
        timeline.failed("commit", error as Error);
        history.add({ ...operation, type: "info" });
      }
    }
  }
}

/** What one life of a member reads, as the history has it. */
class Reading {
  readonly #options: GroupMemberOptions;
  readonly #process: string;
  /** By partition. */
  readonly #next = new Map<number, number>();

  constructor(options: GroupMemberOptions, process: string) {
    this.#options = options;
    this.#process = process;
  }

  restart(): void {
    this.#next.clear();
  }

  take({ topic, partition, offset, value }: ConsumerRecord): void {
    const text = new TextDecoder().decode(value ?? undefined).trimEnd();
    this.#options.history.add({
      type: "ok",
      process: this.#process,
      op: "fetch",
      topic,
      partition,
      group: this.#options.group,
      records: [[offset, text]],
      ...(this.#next.has(partition) ? {} : { from: offset }),
    });
    this.#next.set(partition, offset + 1);
  }

  /** To be committed: everything that was read. */
  offsets(): GroupOffset[] {
    const { topic } = this.#options;
    return [...this.#next].map(([partition, offset]) => ({ topic, partition, offset }));
  }
}
