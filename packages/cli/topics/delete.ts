// topics --delete

import { done } from "@odradek/client";
import type { TopicsContext } from "./flags.ts";
import { selectTopics } from "./select.ts";

export async function deleteTopics(context: TopicsContext): Promise<void> {
  const { admin } = context;
  const names = (await selectTopics(context)).map(({ name }) => name);
  if (names.length === 0) return;
  for (const outcome of (await admin.deleteTopics(names)).values()) done(outcome);
}
