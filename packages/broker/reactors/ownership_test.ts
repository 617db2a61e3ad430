// Every partition has one owner, and the owners share the work.

import { randomUuid, seededRandom, type Uuid } from "@odradek/base";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ownerOf } from "./ownership.ts";

const test = suite("reactors/ownership");

const uuids: fc.Arbitrary<Uuid> = fc.integer().map((seed) => randomUuid(seededRandom(seed)));
const counts = fc.integer({ min: 1, max: 8 });
const partitions = fc.integer({ min: 0, max: 100_000 });

test("ownerOf is one of the reactors, the same whoever asks", () => {
  fc.assert(fc.property(uuids, partitions, counts, (topicId, partition, count) => {
    const owner = ownerOf(topicId, partition, count);
    assert.ok(Number.isInteger(owner) && owner >= 0 && owner < count);
    assert.is(ownerOf(`${topicId}` as Uuid, partition, count), owner);
    const claimed = Array.from({ length: count }, (_, reactor) => reactor)
      .filter((reactor) => ownerOf(topicId, partition, count) === reactor);
    assert.is(claimed.length, 1);
  }));
});

test("ownerOf gives a topic's partitions to the reactors in turn", () => {
  fc.assert(fc.property(uuids, partitions, counts, (topicId, from, count) => {
    const owners = Array.from({ length: count }, (_, i) => ownerOf(topicId, from + i, count));
    assert.is(new Set(owners).size, count);
  }));
});

test("ownerOf spreads topics of one partition", () => {
  const random = seededRandom(5);
  for (let count = 1; count <= 8; count++) {
    const owned = Array.from({ length: count }, () => 0);
    for (let i = 0; i < 4000; i++) {
      const owner = ownerOf(randomUuid(random), 0, count);
      owned[owner] = (owned[owner] ?? 0) + 1;
    }
    const fair = 4000 / count;
    assert.ok(owned.every((n) => Math.abs(n - fair) < fair / 5), `${count}: ${owned.join(" ")}`);
  }
});

test.run();
