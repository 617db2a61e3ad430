// Whether a node is alive and ready, and the words that say why not.

import { ThreadCounters } from "@odradek/network";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type BrokerCondition,
  type Condition,
  healthAnswer,
  liveness,
  MetadataLag,
  readiness,
} from "./health.ts";

const test = suite("health");

const READY: BrokerCondition = {
  isRegistered: true,
  isFenced: false,
  isServing: true,
  appliedEndOffset: 1200,
  knownEndOffset: 1200,
  isBehind: false,
};

function reasonsOf(condition: Partial<Condition>): readonly string[] {
  const ready: Condition = { isStopping: false, controller: undefined, broker: READY };
  return readiness({ ...ready, ...condition }).reasons;
}

test("liveness names threads that have not moved for ten seconds", () => {
  const threads = new Map(["main", "quorum", "reactor-0"].map((name) => [
    name,
    new ThreadCounters(),
  ]));
  threads.get("main")?.beat(100_000, 0);
  threads.get("quorum")?.beat(88_000, 0);
  const { isWell, status, reasons } = liveness(threads, 100_000);
  assert.equal([isWell, status], [false, "stuck"]);
  assert.equal(reasons, ["thread quorum has not moved for 12 s"]);
  assert.ok(liveness(threads, 97_000).isWell, "one that has not begun is not stuck");
});

test("readiness of a broker tells what it does instead", () => {
  const broker = (changes: Partial<BrokerCondition>) =>
    reasonsOf({ broker: { ...READY, ...changes } });
  assert.equal(broker({}), []);
  assert.equal(broker({ isRegistered: false }), [
    "broker: not registered with the controller yet",
  ]);
  const behind = { appliedEndOffset: 900, isBehind: true };
  const words = ["broker: catching up with the metadata (offset 900 of 1200)"];
  assert.equal(broker({ ...behind, isFenced: true }), words);
  assert.equal(broker(behind), words);
  assert.equal(broker({ isFenced: true }), ["broker: fenced by the controller"]);
  assert.equal(broker({ isServing: false }), ["broker: the logs are open, the ports are not yet"]);
  assert.equal(reasonsOf({ isStopping: true }), ["the node was told to stop"]);
});

test("healthAnswer is JSON, and 503 where something is the matter", () => {
  const { status, text } = healthAnswer({ isWell: false, status: "starting", reasons: ["a", "b"] });
  assert.equal([status, JSON.parse(text)], [503, { status: "starting", reasons: ["a", "b"] }]);
  assert.is(healthAnswer({ isWell: true, status: "ok", reasons: [] }).status, 200);
});

test("MetadataLag is long when what was there a second ago is not applied", () => {
  const lag = new MetadataLag();
  lag.look(0, 10, 12);
  lag.look(900, 11, 15);
  assert.not.ok(lag.isLong(900));
  assert.ok(lag.isLong(1100));
  lag.look(1200, 12, 16);
  assert.not.ok(lag.isLong(1300), "what came later has not been there as long");
  lag.look(1400, 16, 16);
  assert.not.ok(lag.isLong(9000));
});

test.run();
