// Texts of addresses, taken and refused.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  ipVersion,
  isLoopback,
  isWildcard,
  parseAddress,
  parseNamedAddress,
  parseVoter,
} from "./endpoints.ts";

const test = suite("configs/node/endpoints");

test("parseAddress takes names, IPv4, IPv6 in brackets, and no host at all", () => {
  const cases = [
    ["kafka-1.example.com:9092", { host: "kafka-1.example.com", port: 9092 }],
    ["127.0.0.1:0", { host: "127.0.0.1", port: 0 }],
    ["[::1]:65535", { host: "::1", port: 65535 }],
    [":9092", { host: "", port: 9092 }],
  ] as const;
  for (const [text, address] of cases) assert.equal(parseAddress(text), address);
});

test("parseAddress refuses what has no port, or one that there is not", () => {
  for (const text of ["kafka", "kafka:", "kafka:65536", "kafka:-1", "a b:1", "kafka:1x", ""]) {
    assert.is(parseAddress(text), undefined, text);
  }
});

test("parseNamedAddress puts the name in capitals", () => {
  assert.equal(parseNamedAddress("in-side_1://[::]:1"), { name: "IN-SIDE_1", host: "::", port: 1 });
  for (const text of ["://a:1", "A:/a:1", "A.B://a:1", "A://a"]) {
    assert.is(parseNamedAddress(text), undefined, text);
  }
});

test("parseVoter needs an id and a host", () => {
  assert.equal(parseVoter("3@[::1]:9093"), { id: 3, host: "::1", port: 9093 });
  for (const text of ["a:1", "@a:1", "x@a:1", "1@:1"]) assert.is(parseVoter(text), undefined, text);
});

test("isWildcard, isLoopback and ipVersion tell hosts apart", () => {
  const rows = [
    ["", true, false, undefined],
    ["0.0.0.0", true, false, 4],
    ["::", true, false, 6],
    ["0:0:0:0:0:0:0:0", true, false, 6],
    ["::1", false, true, 6],
    ["127.0.0.2", false, true, 4],
    ["LocalHost", false, true, undefined],
    ["10.0.0.1", false, false, 4],
    ["kafka", false, false, undefined],
  ] as const;
  for (const [host, ...expected] of rows) {
    assert.equal([isWildcard(host), isLoopback(host), ipVersion(host)], expected, host);
  }
});

test.run();
