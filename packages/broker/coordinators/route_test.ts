// Where groups belong: the same partitions as in Kafka.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { coordinatorPartition, javaHash } from "./route.ts";

const test = suite("coordinators/route");

test("coordinatorPartition places names as Kafka does", () => {
  const places: [string, number][] = [
    ["my-group", 12],
    ["test", 48],
    ["console-consumer", 40],
    ["group-1", 49],
    ["", 0],
  ];
  for (const [name, partition] of places) assert.is(coordinatorPartition(name, 50), partition);
});

test("coordinatorPartition has a place for the hash that has no positive counterpart", () => {
  const name = "polygenelubricants";
  assert.is(javaHash(name), -2147483648);
  assert.is(coordinatorPartition(name, 50), 0);
});

test.run();
