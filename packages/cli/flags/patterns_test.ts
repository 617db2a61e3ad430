// Which names and partitions patterns match.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Failure } from "../failure.ts";
import { parsePartitionPatterns, partitionPattern } from "./partition_pattern.ts";
import { topicPattern } from "./topic_pattern.ts";

const test = suite("patterns");

const isFailure = (thrown: unknown): boolean => thrown instanceof Failure;

test("topicPattern matches whole names, with commas for or", () => {
  const cases: [string, string, boolean][] = [
    ["orders", "orders", true],
    ["orders", "orders-2", false],
    ["ord.*", "orders", true],
    ["a, b", "b", true],
    [`"quoted"`, "quoted", true],
  ];
  for (const [pattern, topic, matches] of cases) assert.is(topicPattern(pattern)(topic), matches);
  assert.throws(() => topicPattern("a("), isFailure);
});

test("partitionPattern takes a topic and numbers, either absent", () => {
  const at = (topic: string, partition: number) => ({ topic, partition });
  assert.ok(partitionPattern(undefined, undefined)(at("t", 5)));
  assert.ok(partitionPattern("t", "1,5")(at("t", 5)));
  assert.not(partitionPattern("t", "1,5")(at("t", 2)));
  assert.not(partitionPattern("t", undefined)(at("u", 5)));
  assert.throws(() => partitionPattern("t", "1,x"), isFailure);
});

test("parsePartitionPatterns reads numbers and ranges without their end", () => {
  const cases: [string, number[]][] = [
    ["t:1", [1]],
    ["t:0-3", [0, 1, 2]],
    ["t:2-", [2, 3, 4]],
    ["t:-2", [0, 1]],
    ["t", [0, 1, 2, 3, 4]],
    ["t:", [0, 1, 2, 3, 4]],
    [":4", [4]],
    ["u:0,t:3,.*:4-", [3, 4]],
    ["u", []],
  ];
  for (const [text, partitions] of cases) {
    const matches = parsePartitionPatterns(text);
    const found = [0, 1, 2, 3, 4].filter((partition) => matches({ topic: "t", partition }));
    assert.equal(found, partitions, text);
  }
  assert.throws(() => parsePartitionPatterns("t:a"), isFailure);
});

test.run();
