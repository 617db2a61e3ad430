// Patterns of names, and what the patterns of ignored keys must not take in.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isIgnored } from "./ignored.ts";
import { matchesAny } from "./key_pattern.ts";
import { consistentKeys } from "./node/consistency.ts";

const test = suite("configs/key_pattern");

test("matchesAny lets * stand for anything, at either end or between", () => {
  const table: [pattern: string, name: string, expect: boolean][] = [
    ["port", "port", true],
    ["port", "ports", false],
    ["port", "a.port", false],
    ["zookeeper.*", "zookeeper.connect", true],
    ["zookeeper.*", "zookeeper.", true],
    ["zookeeper.*", "zookeeper", false],
    ["*.requests", "a.requests", true],
    ["*.requests", "a.requests.max", false],
    ["ssl.*manager.algorithm", "ssl.keymanager.algorithm", true],
    ["ssl.*manager.algorithm", "ssl.manager.algorithm", true],
    ["ab*bc", "abc", false],
    ["ab*bc", "abbc", true],
  ];
  for (const [pattern, name, expect] of table) {
    assert.is(matchesAny([pattern], name), expect, `${pattern} ${name}`);
    assert.is(matchesAny(["other", pattern], name), expect);
  }
  assert.is(matchesAny([], "port"), false);
});

test("isIgnored is true of no key that a rule between keys looks at", () => {
  assert.equal(consistentKeys().filter(isIgnored), []);
  assert.ok(isIgnored("zookeeper.connect"));
});

test.run();
