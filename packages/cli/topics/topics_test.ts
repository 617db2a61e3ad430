// The verbs of `topics` against a fake broker.

import { Admin } from "@odradek/client";
import { FakeCluster } from "@odradek/client/testing/fake_cluster";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { MemoryTerminal } from "../testing/memory_terminal.ts";
import { parseAssignment } from "./assignment.ts";
import { alterTopics } from "./alter.ts";
import { createTopic } from "./create.ts";
import { deleteTopics } from "./delete.ts";
import { describeTopics } from "./describe.ts";
import type { TopicsContext, TopicsFlags } from "./flags.ts";
import { listTopics } from "./list.ts";

const test = suite("topics");

type Verb = (context: TopicsContext) => Promise<void>;

async function ran(fake: FakeCluster, verb: Verb, flags: TopicsFlags): Promise<string> {
  const terminal = new MemoryTerminal();
  const context = { admin: new Admin(fake.cluster()), flags, terminal };
  await fake.clock.runFor(verb(context));
  return terminal.output;
}

async function failure(fake: FakeCluster, verb: Verb, flags: TopicsFlags): Promise<string> {
  return await ran(fake, verb, flags).catch((error: Error) => error.message);
}

test("listTopics prints names in order", async () => {
  const fake = new FakeCluster();
  for (const name of ["orders", "audit", "__internal"]) fake.addTopic(name, 1);
  assert.is(await ran(fake, listTopics, {}), "__internal\naudit\norders\n");
  assert.is(await ran(fake, listTopics, { topic: "o.*|nothing" }), "orders\n");
  assert.is(await ran(fake, listTopics, { topic: "nothing" }), "");
});

test("createTopic warns of names that may collide, and says what it has made", async () => {
  const fake = new FakeCluster();
  assert.is(await ran(fake, createTopic, { topic: "t", partitions: 2 }), "Created topic t.\n");
  assert.match(await ran(fake, createTopic, { topic: "a.b" }), /^WARNING: [^\n]*\nCreated topic/);
  assert.is(await failure(fake, createTopic, { topic: "t" }), "Topic 't' already exists.");
  assert.is(await ran(fake, createTopic, { topic: "t", ifNotExists: true }), "");
  const none = await failure(fake, createTopic, { topic: "u", partitions: 0 });
  assert.is(none, "The partitions must be greater than 0");
  const many = await failure(fake, createTopic, { topic: "u", replicationFactor: 40_000 });
  assert.match(many, /between 1 and 32767 inclusive/);
});

test("describeTopics prints a line per topic and partition", async () => {
  const fake = new FakeCluster({ nodes: 2 });
  const { topicId } = fake.addTopic("t", 2);
  assert.is(
    await ran(fake, describeTopics, { topic: "t" }),
    `Topic: t\tTopicId: ${topicId}\tPartitionCount: 2\tReplicationFactor: 1\tConfigs: \n` +
      "\tTopic: t\tPartition: 0\tLeader: 1\tReplicas: 1\tIsr: 1\n" +
      "\tTopic: t\tPartition: 1\tLeader: 2\tReplicas: 2\tIsr: 2\n",
  );
});

test("describeTopics and listTopics show the same as JSON", async () => {
  const fake = new FakeCluster({ nodes: 2 });
  const { topicId } = fake.addTopic("t", 2);
  fake.addTopic("u", 1);
  fake.moveLeader("t", 1, -1);
  const flags = { topic: "t|u", unavailablePartitions: true, json: true };
  const { topics } = JSON.parse(await ran(fake, describeTopics, flags));
  assert.is(topics.length, 1);
  const [{ name, configs, partitions }] = topics;
  assert.equal([name, topics[0].topicId, configs, partitions.length], ["t", topicId, {}, 1]);
  assert.equal([partitions[0].partition, partitions[0].leader], [1, null]);
  assert.equal(JSON.parse(await ran(fake, listTopics, { json: true })), { topics: ["t", "u"] });
});

/** As in a cluster of three after `reassign --execute`: 0 goes from 1,2 to 2,3, 1 gets a third. */
function moving(): FakeCluster {
  const fake = new FakeCluster({ nodes: 3 });
  const [first, second] = fake.addTopic("moved", 2).partitions;
  Object.assign(first ?? {}, {
    replicas: [2, 3, 1],
    inSync: [1, 2],
    move: { adding: [3], removing: [1] },
  });
  Object.assign(second ?? {}, {
    replicas: [3, 2, 1],
    inSync: [2, 3],
    move: { adding: [1], removing: [] },
  });
  return fake;
}

test("describeTopics shows which replicas come and go, and counts what is to be", async () => {
  const fake = moving();
  const text = await ran(fake, describeTopics, { topic: "moved" });
  assert.match(text, "PartitionCount: 2\tReplicationFactor: 2\tConfigs: \n");
  const lines = "\tTopic: moved\tPartition: 0\tLeader: 1\tReplicas: 2,3,1\tIsr: 1,2\t" +
    "Adding Replicas: 3\tRemoving Replicas: 1\n" +
    "\tTopic: moved\tPartition: 1\tLeader: 2\tReplicas: 3,2,1\tIsr: 2,3\t" +
    "Adding Replicas: 1\tRemoving Replicas: \n";
  assert.ok(text.endsWith(lines), text);
  const under = { topic: "moved", underReplicatedPartitions: true };
  assert.is(await ran(fake, describeTopics, under), "");
  // One that was there before is out of sync.
  Object.assign(fake.topics.get("moved")?.partitions[1] ?? {}, { inSync: [2] });
  const line = await ran(fake, describeTopics, under);
  assert.match(line, /^\tTopic: moved\tPartition: 1\t[^\n]*\n$/);
  const { topics } = JSON.parse(await ran(fake, describeTopics, { topic: "moved", json: true }));
  const [{ addingReplicas, removingReplicas }] = topics[0].partitions;
  assert.equal([addingReplicas, removingReplicas], [[3], [1]]);
});

test("describeTopics goes without moves where brokers do not tell them", async () => {
  for (const why of ["UNSUPPORTED_VERSION", "CLUSTER_AUTHORIZATION_FAILED"] as const) {
    const fake = moving();
    fake.plan("ListPartitionReassignments", why);
    assert.not.match(await ran(fake, describeTopics, { topic: "moved" }), "Adding Replicas");
  }
});

test("describeTopics shows partitions alone when asked what is wrong with them", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 2);
  fake.moveLeader("t", 1, -1);
  assert.is(
    await ran(fake, describeTopics, { unavailablePartitions: true }),
    "\tTopic: t\tPartition: 1\tLeader: none\tReplicas: -1\tIsr: -1\n",
  );
  assert.is(await ran(fake, describeTopics, { underReplicatedPartitions: true }), "");
});

test("describeTopics and deleteTopics want a topic that is there, unless it need not", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 1);
  for (const verb of [describeTopics, deleteTopics]) {
    const missing = await failure(fake, verb, { topic: "nosuch" });
    assert.is(missing, "Topic 'nosuch' does not exist as expected");
    assert.is(await ran(fake, verb, { topic: "nosuch", ifExists: true }), "");
  }
  await ran(fake, deleteTopics, { topic: "." });
  assert.is(fake.topics.size, 0);
});

test("alterTopics says in one line that brokers cannot add partitions", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 1);
  const message = await failure(fake, alterTopics, { topic: "t", partitions: 3 });
  assert.match(message, /do not offer CreatePartitions/);
});

test("parseAssignment reads nodes by partition, and refuses what is none", () => {
  assert.equal(parseAssignment("0:1,1:2"), [[0, 1], [1, 2]]);
  assert.throws(() => parseAssignment("0:0"), /duplicate entries: 0/);
  assert.throws(() => parseAssignment("0:1,2"), /Partition 1 has different replication factor: 2/);
  assert.throws(() => parseAssignment("0:x"), /no node id/);
});

test.run();
