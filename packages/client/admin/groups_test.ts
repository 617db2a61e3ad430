// Groups as operators ask for them, against a fake coordinator.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { encodeAssignment } from "../groups/consumer_protocol.ts";
import { GroupConsumer } from "../groups/group_consumer.ts";
import { BrokerRefused } from "../refused.ts";
import { FakeCluster } from "../testing/fake_cluster.ts";
import { Admin } from "./admin.ts";
import { done, type Outcome } from "./outcome.ts";

const test = suite("admin/groups");

/** Group "live" with a member, "done" with offsets alone. */
async function bench() {
  const fake = new FakeCluster({ nodes: 2 });
  fake.coordinator = 2;
  fake.addTopic("t", 2);
  const cluster = fake.cluster();
  const consumer = new GroupConsumer(cluster, { groupId: "live" });
  void consumer.consume({ topic: "t" }).next();
  fake.group("done").offsets.set("t 0", 5);
  await fake.clock.runUntil(3000);
  const admin = new Admin(cluster);
  const run = <T>(promise: Promise<T>): Promise<T> => fake.clock.runFor(promise);
  return { fake, admin, run };
}

const errorOf = (outcome: Outcome<unknown> | undefined) =>
  outcome instanceof BrokerRefused ? outcome.error : "done";

test("Admin.listGroups asks every node", async () => {
  const { admin, run } = await bench();
  const all = await run(admin.listGroups());
  assert.equal(all.map(({ groupId }) => groupId).sort(), ["done", "live"]);
  const stable = await run(admin.listGroups({ states: ["Stable"] }));
  assert.equal(stable, [
    { groupId: "live", protocolType: "consumer", state: "Stable", type: "classic" },
  ]);
});

test("Admin.describeGroups tells members and what they read, and who keeps the group", async () => {
  const { admin, run, fake } = await bench();
  fake.plan("DescribeGroups", "COORDINATOR_LOAD_IN_PROGRESS");
  const described = await run(admin.describeGroups(["live", "nosuch"]));
  const live = done(described.get("live"));
  assert.equal([live.state, live.protocol, live.coordinator.id], ["Stable", "range", 2]);
  assert.equal(live.members.map(({ assignment }) => assignment), [
    [{ topic: "t", partition: 0 }, { topic: "t", partition: 1 }],
  ]);
  assert.is(errorOf(described.get("nosuch")), "GROUP_ID_NOT_FOUND");
});

test("Admin.deleteGroups tells what became of each", async () => {
  const { admin, run, fake } = await bench();
  const deleted = await run(admin.deleteGroups(["live", "done"]));
  assert.equal([...deleted.values()].map(errorOf), ["NON_EMPTY_GROUP", "done"]);
  assert.not(fake.groups.has("done"));
});

test("Admin.alterGroupOffsets and deleteGroupOffsets change what is committed", async () => {
  const { admin, run, fake } = await bench();
  assert.equal(await run(admin.listGroupOffsets("nosuch")), []);
  fake.plan("OffsetCommit", "NOT_COORDINATOR");
  const offset = { topic: "t", partition: 1, offset: 9 };
  const altered = await run(admin.alterGroupOffsets("done", [offset]));
  assert.is(altered.get(offset), true);
  const listed = await run(admin.listGroupOffsets("done"));
  assert.equal(listed.map((one) => [one.partition, one.offset]), [[0, 5], [1, 9]]);
  const which = { topic: "t", partition: 0 };
  assert.is((await run(admin.deleteGroupOffsets("done", [which]))).get(which), true);
  assert.equal([...fake.group("done").offsets], [["t 1", 9]]);
  const refused = await run(admin.alterGroupOffsets("live", [offset]));
  assert.is(errorOf(refused.get(offset)), "UNKNOWN_MEMBER_ID");
});

test("Admin.describeGroups shows nothing of assignments that it cannot read", async () => {
  const { admin, run, fake } = await bench();
  const [[memberId] = [""]] = fake.group("live").assignments;
  const bytes = encodeAssignment([{ topic: "t", partition: 0 }]);
  fake.group("live").assign(memberId, bytes.subarray(0, 9));
  const described = await run(admin.describeGroups(["live"]));
  assert.equal(done(described.get("live")).members[0]?.assignment, []);
});

test.run();
