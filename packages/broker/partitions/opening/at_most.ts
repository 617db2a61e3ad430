// Many tasks, of which only so many may be under way.

/** Carries out all, so many at a time, in the order in which they stand. */
export async function atMost(
  count: number,
  tasks: readonly (() => Promise<void>)[],
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let task = tasks[next++]; task !== undefined; task = tasks[next++]) await task();
  };
  await Promise.all(Array.from({ length: Math.min(count, tasks.length) }, worker));
}
