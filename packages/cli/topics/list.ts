// topics --list

import type { TopicsContext } from "./flags.ts";
import { selectTopics } from "./select.ts";

export async function listTopics(context: TopicsContext): Promise<void> {
  const { flags, terminal } = context;
  // A pattern that nothing matches is no failure here.
  const found = await selectTopics({ ...context, flags: { ...flags, ifExists: true } });
  if (flags.json === true) {
    return terminal.print(JSON.stringify({ topics: found.map(({ name }) => name) }));
  }
  for (const { name } of found) terminal.print(name);
}
