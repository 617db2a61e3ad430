// How the flags of `configs` are read.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Failure } from "../failure.ts";
import { parseAdditions, parseDeletions, withoutBrackets } from "./changes.ts";
import { type EntityFlag, readEntities } from "./entity.ts";
import { scramCredential } from "./scram.ts";

const test = suite("configs");

const isFailure = (thrown: unknown): boolean => thrown instanceof Failure;
const type = (text: string): EntityFlag => ({ flag: "type", text });
const name = (text: string): EntityFlag => ({ flag: "name", text });

test("readEntities gives names and defaults to the types before them", () => {
  const cases: [EntityFlag[], unknown[]][] = [
    [[type("topics"), name("t")], [{ type: "topics", name: "t" }]],
    [[type("brokers")], [{ type: "brokers", name: undefined }]],
    [[type("brokers"), { flag: "default" }], [{ type: "brokers", name: null }]],
    [[type("users"), name("u"), type("clients"), { flag: "default" }], [
      { type: "users", name: "u" },
      { type: "clients", name: null },
    ]],
    [[type("users"), type("clients"), name("u"), name("c")], [
      { type: "users", name: "u" },
      { type: "clients", name: "c" },
    ]],
    [[{ flag: "entity", entity: { type: "groups", name: "g" } }], [{ type: "groups", name: "g" }]],
  ];
  for (const [flags, entities] of cases) assert.equal(readEntities(flags), entities);
});

test("readEntities wants one type, or users with clients", () => {
  for (
    const flags of [
      [],
      [name("t")],
      [type("topic"), name("t")],
      [type("topics"), type("brokers")],
      [type("users"), type("ips")],
    ]
  ) assert.throws(() => readEntities(flags), isFailure);
});

test("parseAdditions leaves the commas within brackets alone", () => {
  const additions = parseAdditions("a=1, b=[x,y],c=d=e,d=,SCRAM-SHA-256=[iterations=1,password=p]");
  assert.equal([...additions], [
    ["a", "1"],
    ["b", "[x,y]"],
    ["c", "d=e"],
    ["d", ""],
    ["SCRAM-SHA-256", "[iterations=1,password=p]"],
  ]);
  assert.is(withoutBrackets("[x,y]"), "x,y");
  assert.throws(() => parseAdditions("a=1,b"), isFailure);
  assert.equal(parseDeletions("a, b,,"), ["a", "b"]);
});

test("scramCredential salts and stretches a password", () => {
  const { mechanism, iterations, salt, saltedPassword } = scramCredential(
    "SCRAM-SHA-512",
    "[iterations=8192,password=a=b]",
  );
  assert.equal([mechanism, iterations, salt.length, saltedPassword.length], [
    "SCRAM-SHA-512",
    8192,
    24,
    64,
  ]);
  for (const text of ["[iterations=8192]", "[iterations=1,password=p]", "[password=]"]) {
    assert.throws(() => scramCredential("SCRAM-SHA-256", text), isFailure);
  }
});

test.run();
