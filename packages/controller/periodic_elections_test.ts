// When elections are carried out that nobody asks for.

import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import type { ClusterImage } from "@odradek/metadata";
import { configOf } from "@odradek/metadata/configs/mod";
import { brokerRecord, imageOf, topicRecords } from "@odradek/metadata/testing/image_of";
import { Refusal } from "@odradek/protocol/refusal";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Circumstances, Decision } from "./decide/decision.ts";
import { ELECTIONS_MAX } from "./decide/periodic_elections.ts";
import { PeriodicElections } from "./periodic_elections.ts";
import { circumstances } from "./testing/circumstances.ts";

const test = suite("PeriodicElections");

const S = 1000;
const MIN = 60 * S;

function imageOfAway(count: number): ClusterImage {
  const away = { replicas: [1, 2], leader: 2 };
  return imageOf([
    brokerRecord({ id: 1 }),
    brokerRecord({ id: 2 }),
    ...topicRecords("t", 1, new Array(count).fill(away)),
  ]);
}

/** With a controller that decides on the image alone, until it is told to refuse. */
function bench(image: ClusterImage, texts: Parameters<typeof configOf>[0] = {}) {
  const clock = new SimulatedClock();
  const state = { image, isRefusing: false, decided: 0, lines: [] as string[] };
  const controller = {
    decide: <Reply>(decide: (next: ClusterImage, given: Circumstances) => Decision<Reply>) => {
      if (state.isRefusing) return Promise.reject(new Refusal("NOT_CONTROLLER"));
      const { records, reply } = decide(state.image, circumstances());
      state.image = imageOf(records, state.image);
      state.decided += records.length;
      return Promise.resolve(reply);
    },
  };
  const logger = { info: (line: string) => state.lines.push(line), warn: () => undefined };
  const elections = new PeriodicElections({
    controller,
    config: configOf(texts),
    clock,
    logger: logger as never,
  });
  return { clock, elections, state };
}

test("PeriodicElections move leaderships back every five minutes", async () => {
  const { clock, elections, state } = bench(imageOfAway(2));
  await clock.runUntil(6 * MIN);
  assert.is(state.decided, 0);
  elections.activity(true);
  await clock.runUntil(11 * MIN - 1);
  assert.is(state.decided, 0);
  await clock.runUntil(11 * MIN);
  assert.is(state.decided, 2);
  assert.equal(state.lines, ["2 partitions are led by their preferred replicas again"]);
  state.image = imageOfAway(1);
  elections.activity(false);
  await clock.runUntil(30 * MIN);
  assert.is(state.decided, 2);
});

test("PeriodicElections go on at once where there is more to do", async () => {
  const texts = { "leader.imbalance.check.interval.seconds": "10" };
  const { clock, elections, state } = bench(imageOfAway(ELECTIONS_MAX + 5), texts);
  elections.activity(true);
  await clock.runUntil(10 * S);
  assert.is(state.decided, ELECTIONS_MAX + 5);
});

test("PeriodicElections leave leaders alone where they should, and outlive refusals", async () => {
  const texts = {
    "auto.leader.rebalance.enable": "false",
    "unclean.leader.election.enable": "true",
  };
  const { clock, elections, state } = bench(imageOfAway(1), texts);
  elections.activity(true);
  state.isRefusing = true;
  await clock.runUntil(9 * MIN);
  state.isRefusing = false;
  await clock.runUntil(20 * MIN);
  assert.is(state.decided, 0);
  const lost = { replicas: [1, 2], isr: [], leader: -1 };
  state.image = imageOf([
    brokerRecord({ id: 2 }),
    ...topicRecords("t", 1, [lost]),
    { type: "ConfigRecord", resourceType: 2, resourceName: "t",
      name: "unclean.leader.election.enable", value: "true" },
  ]);
  await clock.runUntil(25 * MIN);
  assert.is(state.decided, 1);
});

test.run();
