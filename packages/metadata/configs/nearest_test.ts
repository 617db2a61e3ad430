// Distances between names, and which name is close enough.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { distance, nearest } from "./nearest.ts";

const test = suite("configs/nearest");

test("distance counts the characters that must change", () => {
  const cases = [["", "", 0], ["a", "", 1], ["kitten", "sitting", 3], ["ab", "ba", 2]] as const;
  for (const [a, b, expected] of cases) assert.is(distance(a, b), expected);
});

test("nearest finds what was probably meant, and nothing rather than nonsense", () => {
  const names = ["log.retention.hours", "log.retention.bytes", "node.id"];
  assert.is(nearest("log.retention.hour", names), "log.retention.hours");
  assert.is(nearest("nodeid", names), "node.id");
  assert.is(nearest("something.else", names), undefined);
});

test.run();
