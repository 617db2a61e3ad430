// The error table, and refusals that are made of it.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { errorCode, type ErrorEntry, errorName, errorOfCode, errors } from "./errors.ts";
import { Refusal } from "./refusal.ts";

const test = suite("errors");
const entries: ErrorEntry[] = Object.values(errors);

test("errors has each code from -1 to 136 once", () => {
  const codes = entries.map(({ code }) => code);
  assert.equal(codes, Array.from({ length: 138 }, (_, i) => i - 1));
});

test("errors says something about each, and not twice the same", () => {
  assert.is(new Set(entries.map(({ message }) => message)).size, entries.length);
  for (const { message } of entries) assert.match(message, /^\w[^.]+$/);
});

test("errors that invalidate metadata are retriable", () => {
  const names = Object.entries(errors as Record<string, ErrorEntry>)
    .filter(([, entry]) => entry.invalidatesMetadata);
  assert.is(names.length, 13);
  for (const [name, { retriable }] of names) assert.ok(retriable, name);
  assert.is(entries.filter(({ retriable }) => retriable).length, 32);
});

test("errorName and errorCode find the same entries", () => {
  for (const [name, { code }] of Object.entries(errors as Record<string, ErrorEntry>)) {
    assert.is(errorName(code), name);
    assert.is(errorCode(errorName(code)), code);
    assert.is(errorOfCode(code).code, code);
  }
});

test("errorName takes a code that is not known for a failure of the server", () => {
  assert.equal([137, -2, 1000].map(errorName), Array(3).fill("UNKNOWN_SERVER_ERROR"));
});

test("Refusal carries the code and the table's message, or its own", () => {
  const plain = new Refusal("NOT_LEADER_OR_FOLLOWER");
  assert.equal([plain.error, plain.code], ["NOT_LEADER_OR_FOLLOWER", 6]);
  assert.is(plain.message, errors.NOT_LEADER_OR_FOLLOWER.message);
  assert.is(plain.detail, undefined);
  const detailed = new Refusal("INVALID_CONFIG", "retention.ms is no number");
  assert.equal([detailed.code, detailed.message], [40, "retention.ms is no number"]);
  assert.is(detailed.detail, "retention.ms is no number");
  assert.instance(detailed, Error);
});

test.run();
