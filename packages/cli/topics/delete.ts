// topics --delete

import { done } from "@odradek/client";
import type { TopicsContext } from "./flags.ts";
import { selectTopics } from "./select.ts";

export async function deleteTopics(context: TopicsContext): Promise<void> {
  const { admin, flags, terminal } = context;
  const names = (await selectTopics(context)).map(({ name }) => name);
  const outcomes = names.length === 0 ? new Map() : await admin.deleteTopics(names);
  for (const outcome of outcomes.values()) done(outcome);
  if (flags.json === true) terminal.print(JSON.stringify({ deleted: names }));
}
