// Connections, versions and metadata against fake brokers on a simulated network.

import { Fault, seededRandom } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { SimulatedNetwork } from "@odradek/network/testing/simulated_network";
import { DescribeConfigs } from "@odradek/protocol/messages/describe_configs";
import { Metadata } from "@odradek/protocol/messages/metadata";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Admin } from "./admin/admin.ts";
import { backoffMs } from "./cluster/backoff.ts";
import { Cluster } from "./cluster.ts";
import { BrokerRefused } from "./refused.ts";
import { FakeCluster } from "./testing/fake_cluster.ts";

const test = suite("cluster");

test("Cluster.ask speaks the highest version that both sides have", async () => {
  const fake = new FakeCluster();
  const link = await fake.clock.runFor(fake.cluster().link("any"));
  assert.is(link.versionOf(Metadata), Metadata.versions[1]);
  assert.is(link.versionOf(Metadata, 5), 5);
  const old = new FakeCluster({ hasTopicIds: false });
  assert.is((await old.clock.runFor(old.cluster().link("any"))).versionOf(Metadata), 9);
});

test("Cluster.ask falls back to version 0 of ApiVersions where a broker wants it", async () => {
  for (const apiVersionsMax of [0, 2, 3, 4, 5]) {
    const fake = new FakeCluster({ apiVersionsMax });
    fake.addTopic("t", 1);
    const topic = await fake.clock.runFor(fake.cluster().topic("t"));
    assert.is(topic.partitions.length, 1, `${apiVersionsMax}`);
  }
});

test("Cluster.ask refuses by itself what the broker does not offer", async () => {
  const fake = new FakeCluster();
  const asked = fake.cluster().ask("any", DescribeConfigs, { resources: [] });
  const thrown = await fake.clock.runFor(asked.catch((error: unknown) => error));
  assert.ok(thrown instanceof BrokerRefused && thrown.error === "UNSUPPORTED_VERSION");
  assert.match(thrown.message, /does not offer DescribeConfigs/);
});

test("Cluster.topic asks once, for whoever wants it, and again when it was wrong", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 1);
  const cluster = fake.cluster();
  await fake.clock.runFor(
    Promise.all([cluster.topic("t"), cluster.topic("t"), cluster.topic("t")]),
  );
  await fake.clock.runFor(cluster.topic("t"));
  assert.equal(fake.asked, ["Metadata"]);
  cluster.noteFailure(new BrokerRefused("NOT_ENOUGH_REPLICAS"));
  await fake.clock.runFor(cluster.topic("t"));
  assert.is(fake.asked.length, 1);
  cluster.noteFailure(new BrokerRefused("NOT_LEADER_OR_FOLLOWER"));
  await fake.clock.runFor(cluster.topic("t"));
  assert.is(fake.asked.length, 2);
});

test("Cluster.topic asks again when what is known is old", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 1);
  const cluster = fake.cluster({ metadataAgeMsMax: 1000 });
  await fake.clock.runFor(cluster.topic("t"));
  await fake.clock.runUntil(fake.clock.monotonic() + 1001);
  await fake.clock.runFor(cluster.topic("t"));
  assert.is(fake.asked.length, 2);
});

test("Cluster.topic does not lose a reason to ask that comes while it is asking", async () => {
  const fake = new FakeCluster();
  fake.addTopic("t", 1);
  const cluster = fake.cluster();
  await fake.clock.runFor(cluster.link("any"));
  const topic = cluster.topic("t");
  await fake.clock.runUntil(fake.clock.monotonic() + 0.001);
  cluster.noteFailure(new BrokerRefused("NOT_LEADER_OR_FOLLOWER"));
  await fake.clock.runFor(topic);
  assert.is(fake.asked.length, 2);
});

test("Cluster.persist waits longer each time, and gives up with the last failure", async () => {
  const clock = new SimulatedClock();
  const random = seededRandom(1);
  const network = new SimulatedNetwork({ clock, random });
  const bootstrap = [{ host: "nobody", port: 1 }];
  const cluster = new Cluster({ bootstrap, transport: network.transport("c"), clock, random });
  const times: number[] = [];
  const attempt = async () => {
    times.push(clock.monotonic());
    return await cluster.link("any");
  };
  const persisted = cluster.persist(attempt, { timeoutMs: 5000 });
  const thrown = await clock.runFor(persisted.catch((error: unknown) => error));
  assert.ok(thrown instanceof Fault && thrown.kind === "network");
  assert.ok(times.length > 5 && times.length < 20, `${times.length}`);
  assert.ok((times.at(-1) as number) <= 5000);
  const waits = times.slice(1).map((ms, i) => ms - (times[i] as number));
  assert.ok((waits.at(-1) as number) > 4 * (waits[0] as number));
});

test("Cluster.persist ends with its signal", async () => {
  const fake = new FakeCluster();
  const abort = new AbortController();
  const refused = () => Promise.reject(new BrokerRefused("REQUEST_TIMED_OUT"));
  const persisted = fake.cluster().persist(refused, { signal: abort.signal });
  const outcome = persisted.catch((error: unknown) => error);
  await fake.clock.runUntil(500);
  abort.abort(new Error("enough"));
  assert.match(String(await fake.clock.runFor(outcome)), /enough/);
});

test("Cluster.link makes a connection anew after it was cut", async () => {
  const fake = new FakeCluster();
  const cluster = fake.cluster();
  const first = await fake.clock.runFor(cluster.link("any"));
  fake.cut();
  await fake.clock.runUntil(100);
  assert.not(first.isOpen);
  const second = await fake.clock.runFor(cluster.link("any"));
  assert.ok(second.isOpen);
});

test("backoffMs doubles up to its limit, give or take a fifth", () => {
  const backoff = { firstMs: 100, mostMs: 1000 };
  const cases: [number, number][] = [[1, 100], [2, 200], [3, 400], [4, 800], [5, 1000], [99, 1000]];
  for (const [failures, ms] of cases) {
    const waits = Array.from(
      { length: 50 },
      (_, i) => backoffMs(failures, backoff, seededRandom(i)),
    );
    assert.ok(Math.min(...waits) >= ms * 0.8 && Math.max(...waits) <= ms * 1.2, `${failures}`);
    assert.ok(new Set(waits).size > 10);
  }
});

test("Cluster of controllers asks the one that leads, and finds the next one", async () => {
  const fake = new FakeCluster({ nodes: 3 });
  fake.activeController = 2;
  const cluster = fake.cluster({ ofControllers: true });
  const admin = new Admin(cluster);
  await fake.clock.runFor(admin.electLeaders("preferred", "all"));
  assert.equal(fake.asked, ["DescribeCluster", "ElectLeaders"]);
  assert.is(fake.askedNodes.at(-1), 2);
  fake.activeController = 3;
  fake.plan("ElectLeaders", "NOT_CONTROLLER");
  await fake.clock.runFor(admin.electLeaders("preferred", "all"));
  assert.equal(fake.askedNodes.filter((_, i) => fake.asked[i] === "ElectLeaders"), [2, 2, 3]);
  const { nodes } = await fake.clock.runFor(admin.describeCluster());
  assert.equal(nodes.map(({ id }) => id), [1, 2, 3]);
});

test("Cluster of controllers waits for one that leads, and knows no topics", async () => {
  const fake = new FakeCluster({ nodes: 3 });
  fake.activeController = -1;
  const cluster = fake.cluster({ ofControllers: true });
  fake.clock.schedule(5000, () => void (fake.activeController = 1));
  await fake.clock.runFor(cluster.persist(() => cluster.link("any")));
  assert.ok(fake.clock.monotonic() >= 5000);
  const refused = (thrown: unknown, name: string): boolean =>
    thrown instanceof BrokerRefused && thrown.error === name;
  const topics = fake.clock.runFor(cluster.topics());
  assert.ok(refused(await topics.catch((error) => error), "UNSUPPORTED_ENDPOINT_TYPE"));
});

test("Cluster of controllers refuses brokers in words", async () => {
  const fake = new FakeCluster();
  fake.plan("DescribeCluster", "MISMATCHED_ENDPOINT_TYPE");
  const cluster = fake.cluster({ ofControllers: true });
  const thrown = await fake.clock.runFor(cluster.link("any").catch((error: unknown) => error));
  assert.ok(thrown instanceof BrokerRefused);
  assert.is(thrown.error, "MISMATCHED_ENDPOINT_TYPE");
  assert.match(thrown.message, /^broker:9002 is a broker, not a controller$/);
});

test.run();
