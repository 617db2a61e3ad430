// Properties files as Java reads them.

import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseProperties } from "./properties.ts";

const test = suite("configs/sources/properties");

function pairs(text: string): [string, string][] {
  return parseProperties(text).map(({ name, text }) => [name, text]);
}

const CASES: readonly (readonly [string, string, [string, string][]])[] = [
  ["the three separators", "a=1\nb:2\nc 3\nd\t4", [["a", "1"], ["b", "2"], ["c", "3"], ["d", "4"]]],
  ["blanks around a separator", "  a  =  1", [["a", "1"]]],
  ["blanks at the end as part of the value", "a=1  ", [["a", "1  "]]],
  ["one separator only", "a==1\nb = : 2", [["a", "=1"], ["b", ": 2"]]],
  ["comments and blank lines as nothing", "# a=1\n! b=2\n\n   \n  # c\nd=4", [["d", "4"]]],
  ["a sign of comments within a value", "a=#1", [["a", "#1"]]],
  ["a name without a value", "a\nb=", [["a", ""], ["b", ""]]],
  ["a line that goes on", "a=1,\\\n   2,\\\n\t3\nb=4", [["a", "1,2,3"], ["b", "4"]]],
  ["an even number of backslashes as an end", "a=1\\\\\nb=2", [["a", "1\\"], ["b", "2"]]],
  ["a comment that cannot go on", "# a \\\nb=2", [["b", "2"]]],
  ["a continued line that looks like a comment", "a=1\\\n#2", [["a", "1#2"]]],
  ["a backslash at the end of the file", "a=1\\", [["a", "1"]]],
  ["escapes", "a=\\t\\n\\u0041\\:\\q", [["a", "\t\nA:q"]]],
  ["escaped separators in a name", "a\\=b\\ c\\:d=1", [["a=b c:d", "1"]]],
  ["line ends of any system", "a=1\r\nb=2\rc=3", [["a", "1"], ["b", "2"], ["c", "3"]]],
  ["a name that comes twice, twice", "a=1\na=2", [["a", "1"], ["a", "2"]]],
];

for (const [what, text, expected] of CASES) {
  test(`parseProperties reads ${what}`, () => {
    assert.equal(pairs(text), expected);
  });
}

test("parseProperties counts lines from 1, by where a property begins", () => {
  const lines = parseProperties("# one\na=1,\\\n 2\n\nb=3").map(({ name, line }) => [name, line]);
  assert.equal(lines, [["a", 2], ["b", 5]]);
});

test("parseProperties refuses a broken escape and names the line", () => {
  assert.throws(() => parseProperties("a=1\nb=\\u00zz"), /Cannot read line 2 .*four hexadecimal/);
});

/** Writes one property so that every reader of the format gets the same back. */
function written(name: string, text: string): string {
  const escaped = (part: string): string =>
    [...part].map((ch) => {
      if (/[a-z0-9.]/i.test(ch)) return ch;
      const codes = Array.from({ length: ch.length }, (_, i) => ch.charCodeAt(i));
      return codes.map((code) => `\\u${code.toString(16).padStart(4, "0")}`).join("");
    }).join("");
  return `${escaped(name)}=${escaped(text)}`;
}

test("parseProperties reads back any properties that are written with escapes", () => {
  const texts = fc.string({ unit: "binary" });
  const names = fc.string({ unit: "binary", minLength: 1 });
  fc.assert(fc.property(fc.array(fc.tuple(names, texts)), (properties) => {
    const text = properties.map(([name, value]) => written(name, value)).join("\n");
    assert.equal(pairs(text), properties);
  }));
});

test("parseProperties reads any text of the format's signs", () => {
  const signs = ["a", "=", ":", " ", "\\", "\n", "\r", "#", "!", "\t", "u0041", "\f"];
  const pieces = fc.constantFrom(...signs);
  fc.assert(fc.property(fc.array(pieces), (parts) => {
    for (const { line } of parseProperties(parts.join(""))) assert.ok(line >= 1);
  }));
});

test.run();
