// What of the lines of several nodes is shown, and how.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Lines, saysReady, shownLine } from "./merged_log.ts";

const test = suite("cli/cluster/merged_log");

const ready = '{"level":"info","msg":"odradek 2 ready in 41 ms on 127.0.0.1:9093, data in d"}';
const warning = '{"level":"warn","node":2,"msg":"No heartbeat"}';
const info = '{"level":"info","node":2,"msg":"Formatted d"}';

const SHOWN: readonly (readonly [string, string | undefined, string | undefined])[] = [
  ["Error: a stack", "2 | Error: a stack", "2 | Error: a stack"],
  [warning, "2 | warn: No heartbeat", `2 | ${warning}`],
  [info, undefined, `2 | ${info}`],
  ["{half", "2 | {half", "2 | {half"],
  [ready, undefined, undefined],
  ["", undefined, undefined],
];

for (const [line, people, pipe] of SHOWN) {
  test(`shownLine of ${line || "nothing"} is ${people} for people, and ${pipe} in a pipe`, () => {
    assert.is(shownLine(2, line, true), people);
    assert.is(shownLine(2, line, false), pipe);
  });
}

test("saysReady knows the line of a node, and no other", () => {
  assert.ok(saysReady(ready));
  assert.not.ok(saysReady(warning));
});

test("Lines puts together what came in pieces, and lets nothing grow without end", () => {
  const lines = new Lines();
  assert.equal(lines.add("a\nb"), ["a"]);
  assert.equal(lines.add("c\n"), ["bc"]);
  assert.equal(lines.add("rest"), []);
  assert.equal(lines.end(), ["rest"]);
  assert.is(lines.add("x".repeat(100_000)).length, 1);
  assert.equal(lines.end(), []);
});

test.run();
