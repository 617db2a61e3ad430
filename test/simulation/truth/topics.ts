// The topics that there should be: those whose creation was acknowledged, until their deletion is
// asked for. A name that is used again is another topic.

import type { Uuid } from "@odradek/base";
import type { SimulatedDisk } from "@odradek/log/testing/simulated_disk";
import { DiskLog } from "./disk_log.ts";
import { LogTruth } from "./log_truth.ts";

export interface TopicPlan {
  readonly name: string;
  readonly partitions: number;
  readonly configs: Readonly<Record<string, string>>;
}

export interface TopicTruth extends TopicPlan {
  readonly id: Uuid;
  /** By partition. */
  readonly logs: readonly LogTruth[];
  /** "doomed": somebody has asked for its deletion, and it is not known what became of it. */
  state: "exists" | "doomed" | "gone";
}

/** Where a node keeps its logs, and how. */
export interface Places {
  readonly logDirs: readonly string[];
  /** Whatever a topic says. */
  readonly flushMessagesMax: number;
}

export class Topics {
  readonly #disk: SimulatedDisk;
  readonly #logDirs: readonly string[];
  readonly #flushMessagesMax: number;
  readonly #all: TopicTruth[] = [];

  constructor(disk: SimulatedDisk, { logDirs, flushMessagesMax }: Places) {
    this.#disk = disk;
    this.#logDirs = logDirs;
    this.#flushMessagesMax = flushMessagesMax;
  }

  get all(): readonly TopicTruth[] {
    return this.#all;
  }

  get existing(): TopicTruth[] {
    return this.#all.filter(({ state }) => state === "exists");
  }

  /** Of all topics that exist. */
  get logs(): LogTruth[] {
    return this.existing.flatMap(({ logs }) => logs);
  }

  named(name: string): TopicTruth | undefined {
    return this.#all.find((topic) => topic.name === name && topic.state === "exists");
  }

  log(name: string, partition: number): LogTruth | undefined {
    return this.named(name)?.logs[partition];
  }

  /** Its creation was acknowledged. */
  created(plan: TopicPlan, id: Uuid): TopicTruth {
    const asked = Number(plan.configs["flush.messages"] ?? Number.POSITIVE_INFINITY);
    const flushMessages = Math.min(asked, this.#flushMessagesMax);
    const logs = Array.from({ length: plan.partitions }, (_, partition) => {
      const name = `${plan.name}-${partition}`;
      const log = new DiskLog(this.#disk, () => this.#directory(name, id));
      return new LogTruth(name, log, { flushMessages });
    });
    const topic: TopicTruth = { ...plan, id, logs, state: "exists" };
    this.#all.push(topic);
    return topic;
  }

  /** The directory with this name may be that of a topic before it. */
  #directory(name: string, id: Uuid): string | undefined {
    return this.#logDirs.map((dir) => `${dir}/${name}`).find((path) => {
      const file = this.#disk.find(`${path}/partition.metadata`);
      if (file?.kind !== "file") return false;
      const text = new TextDecoder().decode(file.content.subarray(0, file.size));
      return text.endsWith(`topic_id: ${id}`);
    });
  }
}
