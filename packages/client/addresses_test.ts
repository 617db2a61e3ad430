// Addresses as users write them.

import { Fault } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseAddresses } from "./addresses.ts";

const test = suite("addresses");

test("parseAddresses reads hosts, ports and what may be left out", () => {
  const cases: [string, { host: string; port: number }[]][] = [
    ["broker:29092", [{ host: "broker", port: 29092 }]],
    [":9093", [{ host: "localhost", port: 9093 }]],
    ["broker", [{ host: "broker", port: 9092 }]],
    ["a:1, b:2,", [{ host: "a", port: 1 }, { host: "b", port: 2 }]],
    ["[::1]:9092", [{ host: "::1", port: 9092 }]],
    ["PLAINTEXT://a:1", [{ host: "a", port: 1 }]],
  ];
  for (const [text, addresses] of cases) assert.equal(parseAddresses(text), addresses);
});

test("parseAddresses refuses what is no address", () => {
  for (const text of ["", " , ", "a:b", "a:0", "a:70000", "a b:1", "::1:9092"]) {
    assert.throws(
      () => parseAddresses(text),
      (thrown: unknown) => thrown instanceof Fault && thrown.kind === "configuration",
      text,
    );
  }
});

test.run();
