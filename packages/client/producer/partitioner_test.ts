// Java's own vectors of the hash, and what becomes of records without a key.

import { seededRandom } from "@odradek/base";
import { encodeText } from "@odradek/protocol/wire/writer";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { TopicView } from "../cluster/view.ts";
import { murmur2 } from "./murmur2.ts";
import { Partitioner, partitionOfKey } from "./partitioner.ts";

const test = suite("partitioner");

test("murmur2 gives what Java gives", () => {
  const cases: [string, number][] = [
    ["21", -973932308],
    ["foobar", -790332482],
    ["a-little-bit-long-string", -985981536],
    ["a-little-bit-longer-string", -1486304829],
    ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
    ["abc", 479470107],
  ];
  for (const [key, hash] of cases) assert.is(murmur2(encodeText(key)), hash, key);
});

test("murmur2 reads a view that does not begin with its buffer", () => {
  const bytes = encodeText("..foobar");
  assert.is(murmur2(bytes.subarray(2)), -790332482);
});

test("partitionOfKey clears the sign instead of taking the absolute value", () => {
  assert.is(partitionOfKey(encodeText("21"), 10), (-973932308 & 0x7fffffff) % 10);
  assert.is(partitionOfKey(encodeText("abc"), 3), 479470107 % 3);
});

function topicOf(leaders: readonly (number | undefined)[]): TopicView {
  const partitions = leaders.map((leader, partition) => ({
    partition,
    leader,
    leaderEpoch: 0,
    replicas: [],
    inSyncReplicas: [],
    offlineReplicas: [],
  }));
  return { name: "t", topicId: "" as TopicView["topicId"], isInternal: false, partitions };
}

test("Partitioner keeps records without a key together for a batch's worth of bytes", () => {
  const partitioner = new Partitioner({ random: seededRandom(7), stickyBytes: 100 });
  const topic = topicOf([1, 1, 1, 1]);
  const chosen = Array.from({ length: 40 }, () => partitioner.partition(topic, null, 25));
  const runs = chosen.filter((partition, i) => partition !== chosen[i - 1]).length;
  assert.is(runs, 10);
  assert.is(new Set(chosen).size, 4);
});

test("Partitioner passes over partitions without a leader, as long as one has one", () => {
  const partitioner = new Partitioner({ random: seededRandom(7), stickyBytes: 1 });
  const some = topicOf([undefined, 1, undefined]);
  for (let i = 0; i < 20; i++) assert.is(partitioner.partition(some, null, 10), 1);
  const none = topicOf([undefined, undefined]);
  assert.ok(partitioner.partition(none, null, 10) < 2);
});

test("Partitioner stays where there is no other partition", () => {
  const partitioner = new Partitioner({ random: seededRandom(7), stickyBytes: 1 });
  for (let i = 0; i < 5; i++) assert.is(partitioner.partition(topicOf([1]), null, 10), 0);
});

test("Partitioner sends a key to its partition, with a leader or without", () => {
  const partitioner = new Partitioner({ random: seededRandom(7), stickyBytes: 1 });
  const key = encodeText("foobar");
  const topic = topicOf([undefined, 1, undefined]);
  assert.is(partitioner.partition(topic, key, 10), partitionOfKey(key, 3));
});

test.run();
