// Transcripts of an interpreter that prints what it was given.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Command, transcribe } from "./transcript.ts";

const test = suite("transcript");

const lines = (...all: string[]): string => `${all.join("\n")}\n`;

function echo({ name, arguments: given }: Command): string {
  if (name === "quiet") return "";
  if (name === "gap") return "a\n\nb";
  if (name === "fail") throw new RangeError("too far");
  return [name, ...[...given].map(([key, value]) => `  ${key}:${value}`)].join("\n");
}

test("transcribe replaces what stands below the commands, and nothing else", () => {
  const given = lines(
    "# First.",
    "",
    "one at=3 word",
    "two k=a=b",
    "----",
    "old",
    "",
    "",
    "# Last.",
  );
  const expected = lines(
    "# First.",
    "",
    "one at=3 word",
    "two k=a=b",
    "----",
    "one",
    "  at:3",
    "  :word",
    "two",
    "  k:a=b",
    "",
    "",
    "# Last.",
  );
  assert.is(transcribe(given, echo), expected);
  assert.is(transcribe(expected, echo), expected, "a second time changes nothing");
});

test("transcribe shows silence and what is thrown", () => {
  const given = lines("quiet", "fail", "----");
  const expected = lines("quiet", "fail", "----", "(nothing)", "RangeError: too far");
  assert.is(transcribe(given, echo), expected);
});

test("transcribe shows output that a transcript cannot hold as an error", () => {
  assert.match(transcribe(lines("gap", "----"), echo), /Error: An empty line would end/);
});

test("transcribe refuses commands that nothing answers", () => {
  for (const rest of [[], [""], ["", "two", "----"], ["# Why."]]) {
    assert.throws(() => transcribe(lines("one", ...rest), echo), /Cannot run "one"/);
  }
});

test.run();
