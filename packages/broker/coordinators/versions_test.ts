// What becomes visible, and which replies leave, as offsets are committed.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Versions } from "./versions.ts";

const test = suite("coordinators/versions");

const decided = (state: string, ...calls: readonly number[]) => ({
  state,
  replies: calls.map((call) => ({ call, body: `${call}` })),
});
const calls = (replies: readonly { readonly call: number }[]) => replies.map(({ call }) => call);

test("Versions.take lets replies leave at once if nothing is under way", () => {
  const versions = new Versions<string, string>("a");
  assert.equal(calls(versions.take(0, decided("b", 1), false)), [1]);
  assert.is(versions.committed, "b");
});

test("Versions.take holds replies back behind what is under way", () => {
  const versions = new Versions<string, string>("a");
  assert.equal(versions.take(2, decided("b", 1), true), []);
  assert.equal(versions.take(2, decided("c", 2), false), []);
  assert.is(versions.committed, "a");
  assert.equal(calls(versions.commitTo(1)), []);
  assert.equal(calls(versions.commitTo(2)), [1, 2]);
  assert.is(versions.committed, "c", "with what was decided without a record meanwhile");
});

test("Versions.commitTo commits in order, as far as it goes", () => {
  const versions = new Versions<string, string>("a");
  versions.take(1, decided("b", 1), true);
  versions.take(4, decided("c", 2), true);
  versions.take(5, decided("d", 3), true);
  assert.equal(calls(versions.commitTo(4)), [1, 2]);
  assert.is(versions.committed, "c");
  assert.equal(calls(versions.commitTo(9)), [3]);
  assert.equal(versions.commitTo(9), []);
});

test("Versions.giveUp lets callers go, and keeps what they asked for", () => {
  const versions = new Versions<string, string>("a");
  versions.take(1, decided("b", 1), true);
  versions.take(2, decided("c", 2), true);
  assert.equal(versions.giveUp(1), [1]);
  assert.equal(versions.giveUp(1), []);
  assert.equal(calls(versions.commitTo(2)), [2]);
  assert.is(versions.committed, "c");
});

test.run();
