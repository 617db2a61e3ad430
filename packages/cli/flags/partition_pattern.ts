// Partitions by pattern: `t:1`, `t:0-3` (without 3), `t:2-`, `t:-2`, `t`, `:1`; topics are regular
// expressions, commas stand between.

import { Failure } from "../failure.ts";
import { topicPattern } from "./topic_pattern.ts";

export type PartitionPattern = (
  which: { readonly topic: string; readonly partition: number },
) => boolean;

/** Both may be absent: then all. `partitions`: numbers with commas between. */
export function partitionPattern(
  topic: string | undefined,
  partitions: string | undefined,
): PartitionPattern {
  const isTopic = topicPattern(topic ?? ".*");
  if (partitions === undefined || partitions === "") return (which) => isTopic(which.topic);
  const wanted = partitions.split(",").map((text) => {
    if (/^\d+$/.test(text)) return Number(text);
    throw new Failure(
      "Error occurred: --partitions expects a comma separated list of numeric partition ids, " +
        `but received: ${partitions}`,
    );
  });
  return (which) => isTopic(which.topic) && wanted.includes(which.partition);
}

/** Any of the patterns. Failure if one cannot be read. */
export function parsePartitionPatterns(text: string): PartitionPattern {
  const patterns = text.split(",").map(parseOne);
  return (which) => patterns.some((pattern) => pattern(which));
}

function parseOne(text: string): PartitionPattern {
  const match = /^([^:,]*)(?::(?:(\d*)|(\d*)-(\d*)))?$/.exec(text);
  if (match === null) throw new Failure(`Error occurred: Invalid rule specification: ${text}`);
  const [, topic = "", only = "", from = "", to = ""] = match;
  const isTopic = topicPattern(topic === "" ? ".*" : topic);
  const first = Number(only === "" ? from : only);
  const end = only === "" ? to === "" ? Number.POSITIVE_INFINITY : Number(to) : Number(only) + 1;
  return ({ topic: name, partition }) => isTopic(name) && partition >= first && partition < end;
}
