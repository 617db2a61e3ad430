// Coordinators come and go with the partitions that they keep their state in.

import { type Uuid } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isRefused, type Outcome } from "../partitions/refused.ts";
import type { Partition } from "../partitions/partition.ts";
import { clusterImage, partitionImage, testUuid } from "../testing/images.ts";
import { type TallyCommand, tallyFold, type TallyReply } from "../testing/tally_fold.ts";
import { openPartition, simulatedWorld, type World } from "../testing/world.ts";
import type { Fold, FoldTypes } from "./fold.ts";
import { OwnCoordinators } from "./own_coordinators.ts";
import { RoutedCoordinators } from "./routed_coordinators.ts";

const test = suite("coordinators/own_coordinators");

const TOPIC = "__tallies";
const ID = testUuid(1);
const KIND = {
  topic: TOPIC,
  fold: tallyFold as unknown as Fold<FoldTypes>,
  settings: { lingerMs: 0, commitTimeoutMs: 5000, loadBytes: 1 << 20, codec: 0 },
};

interface Bench {
  readonly world: World;
  readonly own: OwnCoordinators;
  open(partition: number, topic?: string): Promise<Partition>;
  pass(ms?: number): Promise<void>;
}

function bench(): Bench {
  const world = simulatedWorld();
  const warn = (message: string): never => {
    throw new Error(message);
  };
  const own = new OwnCoordinators({ kinds: [KIND], clock: world.clock, warn });
  return {
    world,
    own,
    async open(partition, topic = TOPIC) {
      const opened = await openPartition(world, { topic, topicId: ID, partition });
      own.follow(opened);
      return opened;
    },
    pass: (ms = 10) => world.clock.runUntil(world.clock.monotonic() + ms),
  };
}

const at = (partition: number, topicId: Uuid = ID) => ({ topicId, partition });
const add = (name: string): TallyCommand => ({ type: "add", name, amount: 1 });

function toldOf(outcome: Outcome<object>): number | string {
  return isRefused(outcome) ? outcome.refused : (outcome as TallyReply).sum;
}

test("OwnCoordinators has one for each partition that it leads, after loading", async () => {
  const { own, open, pass, world } = bench();
  await open(0);
  assert.is(toldOf(await own.ask(at(0), add("a"))), "COORDINATOR_LOAD_IN_PROGRESS");
  await pass();
  assert.is(toldOf(await world.settle(own.ask(at(0), add("a")))), 1);
  assert.is(toldOf(await own.query(at(0), "a")), 1);
  assert.is(toldOf(await own.ask(at(1), add("a"))), "NOT_COORDINATOR");
});

test("OwnCoordinators has none for topics of other kinds", async () => {
  const { own, open, pass } = bench();
  await open(0, "orders");
  await pass();
  assert.is(toldOf(await own.query(at(0), "a")), "NOT_COORDINATOR");
});

test("OwnCoordinators.follow drops the state with the leadership, and loads it again", async () => {
  const { own, open, pass, world } = bench();
  const partition = await open(0);
  await pass();
  await world.settle(own.ask(at(0), add("a")));
  const waiting = own.ask(at(0), { type: "wait", name: "w" });
  partition.follow(partitionImage({ replicas: [1, 2], leader: 2, leaderEpoch: 1 }));
  own.follow(partition);
  assert.is(toldOf(await world.settle(waiting)), "NOT_COORDINATOR");
  assert.is(toldOf(await own.query(at(0), "a")), "NOT_COORDINATOR");
  partition.follow(partitionImage({ leader: 1, leaderEpoch: 2 }));
  own.follow(partition);
  await pass();
  assert.is(toldOf(await own.query(at(0), "a")), 1);
});

test("OwnCoordinators.follow keeps the state through a new epoch of the same leader", async () => {
  const { own, open, pass, world } = bench();
  const partition = await open(0);
  await pass();
  await world.settle(own.ask(at(0), add("a")));
  partition.follow(partitionImage({ leaderEpoch: 5 }));
  own.follow(partition);
  assert.is(toldOf(await world.settle(own.ask(at(0), add("a")))), 2);
});

test("OwnCoordinators.queryAll asks those that serve, and tells of those that load", async () => {
  const { own, open, pass } = bench();
  await open(0);
  await open(1);
  await pass();
  const lost = await open(2);
  await open(3);
  lost.follow(partitionImage({ partition: 2, leader: 2, replicas: [1, 2], leaderEpoch: 1 }));
  own.follow(lost);
  const answers = await own.queryAll(TOPIC, "a");
  assert.equal(answers.map(toldOf), [0, 0, "COORDINATOR_LOAD_IN_PROGRESS"]);
  assert.equal(await own.queryAll("__others", "a"), []);
});

test("OwnCoordinators.apply has topics forgotten that are gone, also while it loads", async () => {
  const { own, open, pass } = bench();
  const topics = ["kept", "gone"].map((name, i) => ({ name, id: testUuid(10 + i) }));
  own.apply(clusterImage({ topics }));
  await open(0);
  await pass();
  await open(1);
  own.apply(clusterImage({ topics: topics.slice(0, 1) }));
  await pass();
  const asked = [0, 1].map((partition) => own.query(at(partition), "without gone"));
  assert.equal((await Promise.all(asked)).map(toldOf), [1, 1]);
  assert.is(toldOf(await own.query(at(0), "without kept")), 0);
});

test("OwnCoordinators.close lets everybody go, and opens nothing more", async () => {
  const { own, open, pass } = bench();
  await open(0);
  await pass();
  const waiting = own.ask(at(0), { type: "wait", name: "w" });
  own.close();
  assert.is(toldOf(await waiting), "NOT_COORDINATOR");
  await open(1);
  await pass();
  assert.is(toldOf(await own.query(at(1), "a")), "NOT_COORDINATOR");
});

test("RoutedCoordinators asks the reactor that owns the partition, or all of them", async () => {
  const [one, other] = [bench(), bench()];
  await one.open(0);
  await other.open(1);
  await one.pass();
  await other.pass();
  const routed = new RoutedCoordinators([one.own, other.own], (_, partition) => partition % 2);
  await one.world.settle(routed.ask(at(0), add("a")));
  await other.world.settle(routed.ask(at(1), add("b")));
  const asked = [routed.query(at(0), "a"), routed.query(at(1), "b"), routed.query(at(1), "a")];
  assert.equal((await Promise.all(asked)).map(toldOf), [1, 1, 0]);
  assert.equal((await routed.queryAll(TOPIC, "a")).map(toldOf), [1, 0]);
});

test.run();
