// What callers of a coordinator hear of a log that takes nothing.

import { Fault } from "@odradek/base";
import type { ErrorName } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { appendRefusal } from "./refusals.ts";

const test = suite("coordinators/refusals");

test("appendRefusal tells errors of a log as clients of groups know them", () => {
  const told: [ErrorName, ErrorName][] = [
    ["NOT_ENOUGH_REPLICAS", "COORDINATOR_NOT_AVAILABLE"],
    ["NOT_ENOUGH_REPLICAS_AFTER_APPEND", "COORDINATOR_NOT_AVAILABLE"],
    ["UNKNOWN_TOPIC_OR_PARTITION", "COORDINATOR_NOT_AVAILABLE"],
    ["REQUEST_TIMED_OUT", "COORDINATOR_NOT_AVAILABLE"],
    ["NOT_LEADER_OR_FOLLOWER", "NOT_COORDINATOR"],
    ["FENCED_LEADER_EPOCH", "NOT_COORDINATOR"],
    ["KAFKA_STORAGE_ERROR", "NOT_COORDINATOR"],
    ["RECORD_LIST_TOO_LARGE", "UNKNOWN_SERVER_ERROR"],
    ["INVALID_GROUP_ID", "INVALID_GROUP_ID"],
  ];
  for (const [thrown, error] of told) {
    assert.is(appendRefusal(new Refusal(thrown)).error, error, thrown);
  }
});

test("appendRefusal sends clients of a broken disk elsewhere, and does not hide bugs", () => {
  const refusal = appendRefusal(new Fault("disk full", "Cannot write: no space left"));
  assert.equal([refusal.error, refusal.detail], ["NOT_COORDINATOR", "Cannot write: no space left"]);
  assert.throws(() => appendRefusal(new TypeError("x")), /x/);
});

test.run();
