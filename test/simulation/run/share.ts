// Work that is shared by several hands.

/**
 * Carries out `work` for all items, begun in their order, one at a time by each of so many hands;
 * gives the results in the order of the items.
 */
export async function* shared<Item, Result>(
  items: readonly Item[],
  hands: number,
  work: (item: Item, hand: number) => Promise<Result>,
): AsyncGenerator<Result> {
  const results = items.map(() => Promise.withResolvers<Result>());
  const left = results.entries();
  const help = async (_: unknown, hand: number): Promise<void> => {
    for (const [i, result] of left) {
      await work(items[i] as Item, hand).then(result.resolve, result.reject);
    }
  };
  const helping = Promise.all(Array.from({ length: hands }, help));
  for (const { promise } of results) yield await promise;
  await helping;
}
