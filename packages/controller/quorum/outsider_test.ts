// Who is an outsider to a cluster, and who is only told so by one node of it.

import { nodeId } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { createLogger, LogLevels } from "@odradek/network";
import { Refusal } from "@odradek/protocol/refusal";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Outsider } from "./outsider.ts";

const test = suite("outsider");
const REFUSAL = new Refusal("INCONSISTENT_CLUSTER_ID");

function outsiderAmong(voters: number): { clock: SimulatedClock; outsider: Outsider } {
  const clock = new SimulatedClock();
  const levels = LogLevels.of(["test"], "off").state;
  const logger = createLogger({ node: 1, format: "json", levels, thread: "test" });
  return { clock, outsider: new Outsider({ clock, logger, voters: () => voters }) };
}

test("Outsider.refusal says why when most of the voters refuse", async () => {
  const { outsider } = outsiderAmong(3);
  void outsider.refused(nodeId(2), REFUSAL);
  void outsider.refused(nodeId(2), REFUSAL);
  assert.is(outsider.refusal, undefined);
  void outsider.refused(nodeId(3), REFUSAL);
  assert.is(outsider.refusal, REFUSAL);
});

test("Outsider.refusal is none for whoever has been taken once", () => {
  const { outsider } = outsiderAmong(1);
  outsider.taken();
  void outsider.refused(nodeId(2), REFUSAL);
  assert.is(outsider.refusal, undefined);
});

test("Outsider.refusal is decided by one that has the same number", () => {
  const { outsider } = outsiderAmong(3);
  outsider.taken();
  const double = new Refusal("DUPLICATE_BROKER_REGISTRATION");
  void outsider.refused(nodeId(2), double);
  assert.is(outsider.refusal, double);
});

test("Outsider.refused lets a second pass before the next try, or less if all ends", async () => {
  const { clock, outsider } = outsiderAmong(1);
  const began = clock.monotonic();
  await clock.runFor(outsider.refused(nodeId(2), REFUSAL), 5000);
  assert.is(clock.monotonic() - began, 1000);
  const waiting = outsider.refused(nodeId(2), REFUSAL);
  outsider.stop();
  await clock.runFor(waiting, 5000);
  assert.is(clock.monotonic() - began, 1000);
});

test.run();
