// The map against one of the language, version by version.

import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Edit, PersistentMap } from "./persistent_map.ts";

const test = suite("PersistentMap");

type Change = readonly ["with", string, number | undefined] | readonly ["without", string];

/** Of one hash (FNV-1a): where the map cannot tell them apart by it. */
const ALIKE = ["7yzx33zx", "7yzxepad", "e6ad33zx", "e6adepad"];

/** Few keys, so that changes meet; odd ones among them. */
const key = fc.oneof(
  fc.integer({ min: 0, max: 60 }).map((n) => `k${n}`),
  fc.constantFrom("", "a", "__proto__", "constructor", "ü", "\ud800"),
  fc.constantFrom(...ALIKE, "7yzx", "e6ad"),
);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(fc.constant("with" as const), key, fc.option(fc.nat(5), { nil: undefined })),
  fc.tuple(fc.constant("without" as const), key),
);

function carryOut(map: PersistentMap<number | undefined>, one: Change) {
  return one[0] === "with" ? map.with(one[1], one[2]) : map.without(one[1]);
}

function sorted<V>(entries: Iterable<readonly [string, V]>): (readonly [string, V])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

test("PersistentMap is what a Map is, and no version of it ever changes", () => {
  fc.assert(fc.property(fc.array(change, { maxLength: 150 }), fc.array(key), (changes, asked) => {
    const model = new Map<string, number | undefined>();
    let map = PersistentMap.empty<number | undefined>();
    const versions = [{ map, model: new Map(model) }];
    for (const one of changes) {
      if (one[0] === "with") model.set(one[1], one[2]);
      else model.delete(one[1]);
      map = carryOut(map, one);
      versions.push({ map, model: new Map(model) });
    }
    for (const { map, model } of versions) {
      assert.is(map.size, model.size);
      assert.equal(sorted(map), sorted(model));
      assert.equal(sorted([...map.values()].map((v) => [`${v}`, v])), valuesOf(model));
      for (const one of [...asked, ...model.keys()]) {
        assert.is(map.get(one), model.get(one));
        assert.is(map.has(one), model.has(one));
      }
    }
  }));
});

test("PersistentMap.with changes in place under an edit, and nothing from before it", () => {
  const some = fc.array(change, { maxLength: 60 });
  fc.assert(fc.property(fc.array(some, { maxLength: 6 }), (runs) => {
    const model = new Map<string, number | undefined>();
    let map = PersistentMap.empty<number | undefined>();
    const shown: { map: typeof map; model: typeof model }[] = [];
    for (const run of runs) {
      const edit = new Edit();
      for (const [what, name, value] of run) {
        const before = map;
        map = what === "with" ? map.with(name, value, edit) : map.without(name);
        if (what === "with") model.set(name, value);
        else model.delete(name);
        assert.is(map.size, model.size);
        if (what === "with") assert.is(map, map.with(name, value, edit));
        if (before.size === 0 && what === "with") assert.is.not(map, before, "the empty one stays");
      }
      shown.push({ map, model: new Map(model) });
    }
    for (const { map, model } of shown) assert.equal(sorted(map), sorted(model));
  }));
});

function valuesOf(model: ReadonlyMap<string, number | undefined>) {
  return sorted([...model.values()].map((value) => [`${value}`, value]));
}

test("PersistentMap.changedKeys are the keys whose value differs, both ways", () => {
  const some = fc.array(change, { maxLength: 60 });
  fc.assert(fc.property(some, some, some, (common, left, right) => {
    const base = common.reduce(carryOut, PersistentMap.empty<number | undefined>());
    const one = left.reduce(carryOut, base);
    const other = right.reduce(carryOut, base);
    const keys = new Set([...one, ...other].map(([name]) => name));
    const expected = [...keys].filter((name) =>
      one.has(name) !== other.has(name) || one.get(name) !== other.get(name)
    );
    assert.equal([...one.changedKeys(other)].sort(), expected.sort());
    assert.equal([...other.changedKeys(one)].sort(), expected.sort());
    assert.is(one.changedKeys(one).size, 0);
  }));
});

test("PersistentMap.from takes the last value of a key", () => {
  const map = PersistentMap.from([["a", 1], ["b", 2], ["a", 3]]);
  assert.equal(sorted(map), [["a", 3], ["b", 2]]);
});

test("PersistentMap.without gives the same version if the key is not there", () => {
  const map = PersistentMap.from([["a", 1]]);
  assert.is(map.without("b"), map);
  assert.is(map.without("a").size, 0);
});

test("PersistentMap shares what did not change: a version is compared by its difference", () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `topic-${i}`);
  const map = PersistentMap.from(names.map((name) => [name, name]));
  const changed = map.with("topic-77", "other");
  const looks = looksOf(() => assert.equal([...changed.changedKeys(map)], ["topic-77"]));
  assert.ok(looks > 0 && looks < 200, `${looks} of 20000 entries were looked at`);
  const strange = PersistentMap.from(names.map((name) => [name, name]));
  assert.ok(looksOf(() => strange.changedKeys(map)) >= names.length);
});

/** How often entries are compared: each time through a Map of the language. */
function looksOf(action: () => void): number {
  const { get } = Map.prototype;
  let looks = 0;
  Map.prototype.get = function (name) {
    looks++;
    return get.call(this, name);
  };
  try {
    action();
  } finally {
    Map.prototype.get = get;
  }
  return looks;
}

test.run();
