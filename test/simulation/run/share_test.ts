// Results in order, work begun in order, by as many hands as were asked for.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { shared } from "./share.ts";

const test = suite("shared");

async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of from) found.push(one);
  return found;
}

test("shared gives results in the order of the items, whichever is done first", async () => {
  const slow = Promise.withResolvers<void>();
  const work = async (item: number): Promise<number> => {
    if (item === 1) await slow.promise;
    if (item === 4) slow.resolve();
    return item * 10;
  };
  assert.equal(await all(shared([1, 2, 3, 4], 2, work)), [10, 20, 30, 40]);
});

test("shared has each hand do one thing at a time", async () => {
  const busy = new Set<number>();
  let most = 0;
  const work = async (_: number, hand: number): Promise<void> => {
    assert.not(busy.has(hand));
    busy.add(hand);
    most = Math.max(most, busy.size);
    for (let i = 0; i < 5; i++) await Promise.resolve();
    busy.delete(hand);
  };
  await all(shared(Array.from({ length: 20 }, (_, i) => i), 3, work));
  assert.is(most, 3);
});

test("shared passes on why work has failed", async () => {
  const work = (item: number): Promise<number> =>
    item === 2 ? Promise.reject(new Error("no")) : Promise.resolve(item);
  let error: unknown;
  await all(shared([1, 2, 3], 2, work)).catch((thrown: unknown) => (error = thrown));
  assert.match(String(error), /no/);
});

test.run();
