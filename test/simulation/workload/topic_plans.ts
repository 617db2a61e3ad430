// Topics to be made: few partitions, small segments, and configurations by chance.

import type { Random } from "@odradek/base";
import type { TopicPlan } from "../truth/topics.ts";
import { between, oneOf, weighted } from "./chances.ts";

const NAMES = ["orders", "payments", "clicks", "letters", "stars"];

/** One whose name is not among these; undefined: all are. */
export function newTopicPlan(random: Random, taken: readonly string[]): TopicPlan | undefined {
  const free = NAMES.filter((name) => !taken.includes(name));
  if (free.length === 0) return undefined;
  return { name: oneOf(random, free), partitions: between(random, 1, 3), configs: by(random) };
}

function by(random: Random): Record<string, string> {
  const flush = weighted(random, [[4, 0], [3, 1], [1, between(random, 2, 20)]]);
  const codec = weighted(random, [[16, "producer"], [1, "zstd"], [2, "uncompressed"], [2, "lz4"]]);
  const sometimes = (oneIn: number, key: string, value: number | string) =>
    random.below(oneIn) === 0 ? { [key]: String(value) } : {};
  return {
    "internal.segment.bytes": String(between(random, 5000, 30_000)),
    "index.interval.bytes": String(between(random, 0, 1000)),
    "compression.type": codec,
    "file.delete.delay.ms": String(between(random, 0, 5000)),
    ...(flush === 0 ? {} : { "flush.messages": String(flush) }),
    ...sometimes(4, "message.timestamp.type", "LogAppendTime"),
    ...sometimes(5, "segment.ms", between(random, 3000, 30_000)),
    ...sometimes(5, "segment.index.bytes", between(random, 40, 400)),
  };
}

export function planText({ name, partitions, configs }: TopicPlan): string {
  const settings = Object.entries(configs).map(([key, value]) => `${key}=${value}`).join(" ");
  return `${name}, ${partitions} partitions, ${settings}`;
}
