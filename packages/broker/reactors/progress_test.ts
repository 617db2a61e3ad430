// What the threads of a broker know of each other, over the memory that they share.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BrokerEpoch, MetadataProgress } from "./progress.ts";

const test = suite("reactors/progress");

test("MetadataProgress.lowest is what all reactors have applied", () => {
  const progress = MetadataProgress.of(3);
  assert.is(progress.lowest, -1);
  progress.applied(0, 70);
  progress.applied(1, 50);
  assert.is(progress.lowest, -1, "one has not begun");
  progress.applied(2, 90);
  assert.is(progress.lowest, 50);
  progress.applied(1, 80);
  assert.is(progress.lowest, 70);
});

test("MetadataProgress is seen through the memory by other threads", () => {
  const mine = MetadataProgress.of(2);
  const theirs = new MetadataProgress(mine.memory);
  theirs.applied(0, 2 ** 40);
  theirs.applied(1, 2 ** 41);
  assert.is(mine.lowest, 2 ** 40);
});

test("MetadataProgress.until waits for the slowest of all reactors", async () => {
  const progress = MetadataProgress.of(2);
  const order: string[] = [];
  const waited = progress.until(50).then(() => order.push("all"));
  progress.applied(0, 60);
  await Promise.resolve();
  order.push("one");
  new MetadataProgress(progress.memory).applied(1, 50);
  await waited;
  await progress.until(50);
  assert.equal(order, ["one", "all"]);
});

test("MetadataProgress.untilDropped waits for what is deleted, not for what is new", async () => {
  const progress = MetadataProgress.of(2);
  const other = new MetadataProgress(progress.memory);
  progress.dropped(0, 50);
  let hasAll = false;
  const waited = progress.untilDropped(50).then(() => (hasAll = true));
  other.applied(1, 50);
  await Promise.resolve();
  assert.not(hasAll);
  other.dropped(1, 50);
  await waited;
  assert.is(progress.lowest, -1, "nothing is applied by all");
});

test("BrokerEpoch is none at first, then the registration's, for all threads", () => {
  const mine = BrokerEpoch.none();
  const theirs = new BrokerEpoch(mine.memory);
  assert.is(theirs.value, -1);
  mine.value = 2 ** 42;
  assert.is(theirs.value, 2 ** 42);
});

test.run();
