// The admin client against fake brokers on a simulated network.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { OFFSET_TIMES } from "../consumer/offsets.ts";
import { Producer } from "../producer/producer.ts";
import { BrokerRefused } from "../refused.ts";
import { FakeCluster } from "../testing/fake_cluster.ts";
import { Admin } from "./admin.ts";
import { done } from "./outcome.ts";

const test = suite("admin");

const errors = (outcomes: ReadonlyMap<unknown, unknown>) =>
  [...outcomes.values()].map((one) => (one instanceof BrokerRefused ? one.error : "done"));

test("Admin.createTopics and deleteTopics tell what became of each", async () => {
  const fake = new FakeCluster();
  fake.addTopic("old", 1);
  const admin = new Admin(fake.cluster());
  const drafts = [{ name: "new", partitions: 3 }, { name: "old" }];
  const created = await fake.clock.runFor(admin.createTopics(drafts));
  assert.equal(errors(created), ["done", "TOPIC_ALREADY_EXISTS"]);
  assert.is(fake.topics.get("new")?.partitions.length, 3);
  assert.throws(() => done(created.get(drafts[1] as { name: string })), /Topic 'old' already/);
  const listed = await fake.clock.runFor(admin.listTopics());
  assert.equal(listed.map(({ name }) => name), ["new", "old"]);
  const deleted = await fake.clock.runFor(admin.deleteTopics(["old", "none"]));
  assert.equal(errors(deleted), ["done", "UNKNOWN_TOPIC_OR_PARTITION"]);
});

test("Admin.createTopics asks again for what only the moment forbids", async () => {
  const fake = new FakeCluster();
  fake.plan("CreateTopics", "NOT_CONTROLLER", 2);
  const created = new Admin(fake.cluster()).createTopics([{ name: "a" }, { name: "b" }]);
  assert.equal(errors(await fake.clock.runFor(created)), ["done", "done"]);
});

test("Admin.listOffsets asks every leader, and again after a leader has moved", async () => {
  const fake = new FakeCluster({ nodes: 3 });
  fake.addTopic("t", 3);
  const cluster = fake.cluster();
  const producer = new Producer(cluster);
  await fake.clock.runFor(producer.send({ topic: "t", partition: 1, value: "x" }));
  fake.moveLeader("t", 1, 1);
  fake.plan("ListOffsets", "OFFSET_NOT_AVAILABLE");
  const queries = [0, 1, 2].map((partition) => ({
    topic: "t",
    partition,
    timestamp: OFFSET_TIMES.latest,
  }));
  const found = await fake.clock.runFor(new Admin(cluster).listOffsets(queries));
  assert.equal(queries.map((query) => done(found.get(query)).offset), [0, 1, 0]);
});

test("Admin.describeTopics falls back to Metadata where brokers have no pages", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 2);
  const described = await fake.clock.runFor(new Admin(fake.cluster()).describeTopics(["t", "x"]));
  assert.equal(errors(described), ["done", "UNKNOWN_TOPIC_OR_PARTITION"]);
  assert.is(done(described.get("t")).partitions.length, 2);
});

test("Admin.describeCluster and apiVersions tell of the brokers", async () => {
  const fake = new FakeCluster({ nodes: 3 });
  const admin = new Admin(fake.cluster());
  const { nodes, clusterId } = await fake.clock.runFor(admin.describeCluster());
  assert.equal([clusterId, nodes.map(({ id }) => id)], ["fake", [1, 2, 3]]);
  const { versions } = await fake.clock.runFor(admin.apiVersions(2));
  assert.equal(versions.get(22), [0, 5]);
});

test("Admin.electLeaders gives partitions back, and tells what became of each", async () => {
  const fake = new FakeCluster({ nodes: 2 });
  fake.addTopic("t", 3);
  fake.moveLeader("t", 0, 2);
  fake.moveLeader("t", 2, 2);
  fake.plan("ElectLeaders", "NOT_CONTROLLER");
  const admin = new Admin(fake.cluster());
  const partitions = [
    { topic: "t", partition: 0 },
    { topic: "t", partition: 1 },
    { topic: "u", partition: 0 },
  ];
  const elected = await fake.clock.runFor(admin.electLeaders("preferred", partitions));
  const names = elected.map(({ topic, partition }) => `${topic}-${partition}`);
  assert.equal(names, ["t-0", "t-1", "u-0"]);
  assert.equal(errors(new Map(elected.map((one) => [one, one.outcome]))), [
    "done",
    "ELECTION_NOT_NEEDED",
    "UNKNOWN_TOPIC_OR_PARTITION",
  ]);
  assert.is(fake.topics.get("t")?.partitions[0]?.leader, 1);
  const rest = await fake.clock.runFor(admin.electLeaders("preferred", "all"));
  assert.equal(rest, [{ topic: "t", partition: 2, outcome: true }]);
});

test.run();
