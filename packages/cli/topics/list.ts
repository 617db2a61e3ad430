// topics --list

import type { TopicsContext } from "./flags.ts";
import { selectTopics } from "./select.ts";

export async function listTopics(context: TopicsContext): Promise<void> {
  const { flags, terminal } = context;
  // A pattern that nothing matches is no failure here.
  const found = await selectTopics({ ...context, flags: { ...flags, ifExists: true } });
  for (const { name } of found) terminal.print(name);
}
