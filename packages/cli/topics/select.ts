// Which topics a command is about.

import type { TopicView } from "@odradek/client";
import { Failure } from "../failure.ts";
import { topicPattern } from "../flags/topic_pattern.ts";
import type { TopicsContext } from "./flags.ts";

/** By name. Failure if one is asked for and there is none, unless that may be. */
export async function selectTopics({ admin, flags }: TopicsContext): Promise<TopicView[]> {
  const { topic, topicId, excludeInternal = false, ifExists = false } = flags;
  const matches = topic === undefined ? () => true : topicPattern(topic);
  const found = (await admin.listTopics()).filter((one) =>
    topicId === undefined ? matches(one.name) : one.topicId === topicId
  ).filter(({ isInternal }) => !(excludeInternal && isInternal));
  if (found.length > 0 || ifExists) return found;
  if (topicId !== undefined) {
    throw new Failure(`TopicId '${topicId}' does not exist as expected`);
  }
  if (topic !== undefined) throw new Failure(`Topic '${topic}' does not exist as expected`);
  return found;
}
