// How much of a machine a node's clients may use.

import { configOf } from "@odradek/metadata/configs/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { connectionsMax, nodeBounds, requestBytesMax } from "./resources.ts";

const test = suite("node/resources");

const MIB = 2 ** 20;

test("requestBytesMax is what is configured, or a part of the memory", () => {
  const given = configOf({ "queued.max.request.bytes": "200000000" });
  assert.is(requestBytesMax(given, 8192 * MIB), 200_000_000);
  assert.is(requestBytesMax(configOf({}), 2048 * MIB), 512 * MIB);
  assert.is(requestBytesMax(configOf({}), 65_536 * MIB), 1024 * MIB);
});

test("requestBytesMax holds two of the largest requests even where memory is short", () => {
  assert.is(requestBytesMax(configOf({}), 256 * MIB), 2 * 104_857_600);
});

test("connectionsMax leaves descriptors to the logs", () => {
  assert.is(connectionsMax(1024), 768);
  assert.is(connectionsMax(20_000), 18_976);
  assert.is(connectionsMax(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY);
});

test("nodeBounds has room for connections on this machine", () => {
  assert.ok(nodeBounds(configOf({})).connectionsMax > 0);
});

test.run();
