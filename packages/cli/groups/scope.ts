// The partitions that `--topic t`, `--topic t:0,2` and `--all-topics` mean.

import { type Admin, BrokerRefused, done } from "@odradek/client";
import { Failure } from "../failure.ts";

export interface Which {
  readonly topic: string;
  readonly partition: number;
}

/** One `--topic`; undefined partitions: all. */
export interface TopicScope {
  readonly topic: string;
  readonly partitions: readonly number[] | undefined;
}

/** Failure for what is no number. */
export function parseTopicScope(text: string): TopicScope {
  const at = text.lastIndexOf(":");
  if (at < 0) return { topic: text, partitions: undefined };
  const partitions = text.slice(at + 1).split(",").map((one) => {
    if (/^\d+$/.test(one)) return Number(one);
    throw new Failure(`Partitions in "${text}" must be numbers with commas between: t:0,1,2`);
  });
  return { topic: text.slice(0, at), partitions };
}

/** Failure for topics that are not there. */
export async function partitionsIn(
  admin: Admin,
  scopes: readonly TopicScope[],
): Promise<Which[]> {
  const described = await admin.describeTopics(scopes.map(({ topic }) => topic));
  return scopes.flatMap(({ topic, partitions }) => {
    const known = described.get(topic);
    if (known instanceof BrokerRefused) {
      throw new Failure(`Cannot use topic "${topic}": ${known.message}`);
    }
    const count = done(known).partitions.length;
    for (const partition of partitions ?? []) {
      if (partition < count) continue;
      throw new Failure(`Topic "${topic}" has no partition ${partition}, only ${count}`);
    }
    return (partitions ?? Array.from({ length: count }, (_, i) => i))
      .map((partition) => ({ topic, partition }));
  });
}

export function textOf({ topic, partition }: Which): string {
  return `${topic}-${partition}`;
}
