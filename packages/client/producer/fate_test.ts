// What becomes of a batch, by the error.

import { Fault } from "@odradek/base";
import type { ErrorName } from "@odradek/protocol/errors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BrokerRefused } from "../refused.ts";
import { type Fate, fateOf, isUncertain } from "./fate.ts";

const test = suite("fate");

test("fateOf decides by the error, and for sequences by what came before", () => {
  const cases: [ErrorName, boolean, Fate][] = [
    ["NOT_LEADER_OR_FOLLOWER", false, "again"],
    ["REQUEST_TIMED_OUT", false, "again"],
    ["MESSAGE_TOO_LARGE", false, "given up"],
    ["DUPLICATE_SEQUENCE_NUMBER", false, "delivered"],
    ["OUT_OF_ORDER_SEQUENCE_NUMBER", true, "again"],
    ["OUT_OF_ORDER_SEQUENCE_NUMBER", false, "given up"],
    ["UNKNOWN_PRODUCER_ID", false, "renamed"],
    ["INVALID_PRODUCER_EPOCH", false, "renamed"],
  ];
  for (const [error, isOneMissing, fate] of cases) {
    assert.is(fateOf(new BrokerRefused(error), isOneMissing), fate, error);
  }
  assert.is(fateOf(new Fault("network", "cut"), false), "again");
  assert.is(fateOf(new TypeError("a bug"), false), "given up");
});

test("isUncertain tells what may be in the log from what is not", () => {
  assert.ok(isUncertain(new Fault("network", "cut")));
  for (
    const error of [
      "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
      "NOT_LEADER_OR_FOLLOWER",
      "REQUEST_TIMED_OUT",
      "KAFKA_STORAGE_ERROR",
    ] as const
  ) assert.ok(isUncertain(new BrokerRefused(error)), error);
  for (const error of ["NOT_ENOUGH_REPLICAS", "OUT_OF_ORDER_SEQUENCE_NUMBER"] as const) {
    assert.not(isUncertain(new BrokerRefused(error)), error);
  }
});

test.run();
