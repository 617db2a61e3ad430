// How much of a machine a node's clients may use.

import { configOf } from "@odradek/metadata/configs/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { connectionsMax, logDescriptorsMax, nodeBounds, requestBytesMax } from "./resources.ts";

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
  assert.is(connectionsMax(20_000), 15_000);
  assert.is(connectionsMax(1_048_576), 1_048_576 - 8192);
  assert.is(connectionsMax(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY);
});

test("logDescriptorsMax is what reactors have together of what is left", () => {
  assert.is(logDescriptorsMax(1, 1024), 192);
  assert.is(logDescriptorsMax(3, 1024), 64);
  assert.is(logDescriptorsMax(1, 1_048_576), 6144);
  assert.is(logDescriptorsMax(0, 1024), 192);
});

test("nodeBounds has room for connections on this machine", () => {
  assert.ok(nodeBounds(configOf({})).connectionsMax > 0);
});

test.run();
