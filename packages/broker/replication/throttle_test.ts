// How many bytes throttled replicas get.

import { nodeId } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { configOf } from "@odradek/metadata/configs/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Throttle, type Throttleable, type ThrottledSide } from "./throttle.ts";

const test = suite("Throttle");

const S = 1000;

function bench(side: ThrottledSide, reactors = 1) {
  const clock = new SimulatedClock();
  const config = configOf({
    "leader.replication.throttled.rate": "1000",
    "follower.replication.throttled.rate": "2000",
  });
  const throttle = new Throttle({ nodeId: nodeId(2), side, config: () => config, clock, reactors });
  return { clock, throttle };
}

function partitionOf(partition: number, leader: string[], follower: string[] = []): Throttleable {
  const config = { leaderThrottledReplicas: leader, followerThrottledReplicas: follower };
  return { partition, config };
}

test("Throttle.covers what the topic names, each side for itself", () => {
  const table: [replicas: string[], covers: boolean][] = [
    [[], false],
    [["*"], true],
    [["3:2"], true],
    [["3:1", "4:2"], false],
    [["3:1", "3:2"], true],
  ];
  for (const [replicas, covers] of table) {
    assert.is(bench("leader").throttle.covers(partitionOf(3, replicas)), covers);
    assert.is(bench("follower").throttle.covers(partitionOf(3, [], replicas)), covers);
    assert.is(bench("follower").throttle.covers(partitionOf(3, replicas)), false);
  }
});

test("Throttle.holdsBack above the rate of the last ten seconds, and then no more", async () => {
  const { clock, throttle } = bench("leader");
  const [covered, other] = [partitionOf(0, ["*"]), partitionOf(0, [])];
  throttle.moved(other, 1_000_000);
  throttle.moved(covered, 10_000);
  assert.is(throttle.holdsBack(covered), false);
  throttle.moved(covered, 1);
  assert.is(throttle.holdsBack(covered), true);
  assert.is(throttle.holdsBack(other), false);
  await clock.runUntil(10 * S);
  assert.is(throttle.holdsBack(covered), true);
  await clock.runUntil(11 * S);
  assert.is(throttle.holdsBack(covered), false);
});

test("Throttle lets through about its rate, and each reactor its share of it", async () => {
  for (const reactors of [1, 2]) {
    const { clock, throttle } = bench("follower", reactors);
    const covered = partitionOf(0, [], ["0:2"]);
    let moved = 0;
    for (let second = 0; second < 100; second++) {
      await clock.runUntil(second * S);
      while (!throttle.holdsBack(covered)) {
        throttle.moved(covered, 100);
        moved += 100;
      }
    }
    const rate = moved * reactors / 100;
    assert.ok(rate > 1500 && rate < 2500, `${rate} bytes a second with ${reactors} reactors`);
  }
});

test.run();
