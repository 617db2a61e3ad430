// Which replica a consumer asks.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { NearReplica } from "./near_replica.ts";

const test = suite("NearReplica");

const TIMES = { preferredMs: 1000, avoidedMs: 100 };

test("NearReplica.at is whom the leader has named, for a time", () => {
  const near = new NearReplica(TIMES);
  assert.is(near.at(0), undefined);
  assert.is(near.isWanted(0), true);
  near.named(2, 10);
  assert.is(near.at(1009), 2);
  assert.is(near.at(1010), undefined);
  assert.is(near.isWanted(1010), true);
});

test("NearReplica.failed goes back to the leader, and keeps the rack from it for a while", () => {
  const near = new NearReplica(TIMES);
  assert.is(near.failed(0), false, "it was the leader who failed");
  near.named(2, 10);
  assert.is(near.failed(20), true);
  assert.is(near.at(20), undefined);
  assert.is(near.isWanted(119), false);
  assert.is(near.isWanted(120), true);
  near.named(3, 130);
  assert.is(near.at(130), 3);
});

test.run();
