// What operators do with a node, by the commands that they have: settings take effect at once, and
// what is told is what is so. The texts are those of Kafka's own tools.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "@odradek/cli/program";
import { MemoryTerminal } from "@odradek/cli/testing/memory_terminal";
import { Admin, BrokerRefused, type Cluster, connect, Producer } from "@odradek/client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { textOf } from "./commands.ts";
import {
  freePort,
  type NodeProcess,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "./processes.ts";

interface House {
  folder: string;
  node: NodeProcess;
  cluster: Cluster;
  admin: Admin;
}

const test = suite<House>("administration of a node");

test.before(async (house) => {
  house.folder = await temporaryFolder("admin");
  const overrides = ["odradek.reactors=2"];
  house.node = await startProcess({ port: await freePort(), dataDir: house.folder, overrides });
  house.cluster = connect(house.node.address);
  house.admin = new Admin(house.cluster);
});

test.after(async ({ folder, node, cluster }) => {
  cluster.close();
  await node.stop();
  await removeFolder(folder);
});

const ran = ({ node }: House, ...args: string[]): Promise<string> =>
  textOf(...args, "--bootstrap-server", node.address);
const altered = (house: House, ...args: string[]) => ran(house, "configs", "--alter", ...args);
const shown = (house: House, ...args: string[]) => ran(house, "configs", "--describe", ...args);

test("of 100 that create one topic at once, one has made it", async ({ node }) => {
  const clusters = Array.from({ length: 10 }, () => connect(node.address));
  const outcomes = await Promise.all(Array.from({ length: 100 }, async (_, i) => {
    const topic = { name: "wanted", partitions: 3 };
    const admin = new Admin(clusters[i % clusters.length] as Cluster);
    const outcome = (await admin.createTopics([topic])).get(topic);
    return outcome instanceof BrokerRefused ? outcome.error : "made";
  }));
  for (const cluster of clusters) cluster.close();
  assert.is(outcomes.filter((one) => one === "made").length, 1);
  assert.is(outcomes.filter((one) => one === "TOPIC_ALREADY_EXISTS").length, 99);
});

test("topics --alter adds partitions, which are written to at once", async (house) => {
  assert.is(await ran(house, "topics", "--create", "--topic", "grown", "--partitions", "1"),
    "Created topic grown.\n");
  assert.is(await ran(house, "topics", "--alter", "--topic", "grown", "--partitions", "4"), "");
  await using producer = new Producer(house.cluster);
  const { partition } = await producer.send({ topic: "grown", partition: 3, value: "x" });
  assert.is(partition, 3);
  assert.is(
    await ran(house, "topics", "--alter", "--topic", "grown", "--partitions", "2"),
    "Error while executing topic command : The topic grown currently has 4 partition(s); " +
      "2 would not be an increase.\nexit 1\n",
  );
});

test("configs of a topic take effect at once", async (house) => {
  await ran(house, "topics", "--create", "--topic", "orders");
  const some = "retention.ms=3600000,max.message.bytes=100";
  assert.is(
    await altered(house, "--topic", "orders", "--add-config", some),
    "Completed updating config for topic orders.\n",
  );
  assert.is(
    await shown(house, "--entity-type", "topics", "--entity-name", "orders"),
    "Dynamic configs for topic orders are:\n" +
      "  max.message.bytes=100 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:" +
      "max.message.bytes=100, DEFAULT_CONFIG:message.max.bytes=1048588}\n" +
      "  retention.ms=3600000 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:" +
      "retention.ms=3600000}\n",
  );
  await using producer = new Producer(house.cluster);
  const large = () => producer.send({ topic: "orders", value: "x".repeat(200) });
  const refused = await large().catch((error: unknown) => error);
  assert.ok(refused instanceof BrokerRefused && refused.error === "MESSAGE_TOO_LARGE");
  await altered(house, "--topic", "orders", "--delete-config", "max.message.bytes,retention.ms");
  assert.is(await shown(house, "--topic", "orders"), "Dynamic configs for topic orders are:\n");
  await large();
});

test("configs of all brokers and of one count for what topics do not set", async (house) => {
  await ran(house, "topics", "--create", "--topic", "small");
  const broker = ["--entity-type", "brokers"];
  assert.is(
    await altered(house, ...broker, "--entity-default", "--add-config", "message.max.bytes=500"),
    "Completed updating default config for brokers in the cluster.\n",
  );
  const set = "message.max.bytes=100,log.cleaner.threads=2";
  assert.is(
    await altered(house, "--broker", "1", "--add-config", set),
    "Completed updating config for broker 1.\n",
  );
  assert.is(
    await shown(house, ...broker),
    "Dynamic configs for broker 1 are:\n" +
      "  log.cleaner.threads=2 sensitive=false synonyms={DYNAMIC_BROKER_CONFIG:" +
      "log.cleaner.threads=2, DEFAULT_CONFIG:log.cleaner.threads=1}\n" +
      "  message.max.bytes=100 sensitive=false synonyms={DYNAMIC_BROKER_CONFIG:" +
      "message.max.bytes=100, DYNAMIC_DEFAULT_BROKER_CONFIG:message.max.bytes=500, " +
      "DEFAULT_CONFIG:message.max.bytes=1048588}\n" +
      "Default configs for brokers in the cluster are:\n" +
      "  message.max.bytes=500 sensitive=false synonyms={DYNAMIC_DEFAULT_BROKER_CONFIG:" +
      "message.max.bytes=500}\n" +
      "  min.insync.replicas=1 sensitive=false synonyms={DYNAMIC_DEFAULT_BROKER_CONFIG:" +
      "min.insync.replicas=1}\n",
  );
  await using producer = new Producer(house.cluster);
  const send = () => producer.send({ topic: "small", value: "x".repeat(200) });
  const refused = await send().catch((error: unknown) => error);
  assert.ok(refused instanceof BrokerRefused && refused.error === "MESSAGE_TOO_LARGE");
  const gone = "message.max.bytes";
  await altered(house, "--broker", "1", "--delete-config", `${gone},log.cleaner.threads`);
  await send();
  await altered(house, "--broker-defaults", "--delete-config", gone);
});

test("configs refuses in one line what may not be", async (house) => {
  const cases: [string[], string][] = [
    [["--topic", "wanted", "--add-config", "nosuch=1"], "Unknown topic config name: nosuch"],
    [["--topic", "nosuch", "--add-config", "retention.ms=1"], "The topic 'nosuch' does not exist."],
    [["--broker", "1", "--add-config", "num.partitions=7"],
      "Cannot update these configs dynamically: [num.partitions]"],
    [["--user", "u", "--add-config", "nosuch=1"],
      "Only quota configs can be added for 'users'. Unexpected config names: nosuch"],
    [["--user", "alice", "--delete-config", "SCRAM-SHA-512"],
      "Attempt to delete a user credential that does not exist"],
  ];
  for (const [args, message] of cases) {
    assert.is(await altered(house, ...args), `${message}\nexit 1\n`);
  }
});

test("configs of loggers change what a node writes, until it stops", async (house) => {
  const logger = ["--entity-type", "broker-loggers", "--entity-name", "1"];
  assert.is(await altered(house, ...logger, "--add-config", "reactor-0=DEBUG,root=ERROR"),
    "Completed updating config for broker-logger 1.\n");
  const lines = (await shown(house, ...logger)).split("\n");
  assert.is(lines[0], "Dynamic configs for broker-logger 1 are:");
  const levels = lines.slice(1, -1).map((line) => /^ {2}(\S+=[A-Z]+) /.exec(line)?.[1]);
  assert.equal(levels, [
    "main=ERROR",
    "quorum=ERROR",
    "reactor-0=DEBUG",
    "reactor-1=ERROR",
    "root=ERROR",
  ]);
  await altered(house, ...logger, "--add-config", "root=INFO", "--delete-config", "reactor-0");
  assert.match(await shown(house, ...logger), "reactor-0=INFO");
});

test("configs of groups, subscriptions, quotas and users are kept and shown", async (house) => {
  const groups = ["--entity-type", "groups", "--entity-name", "sg"];
  await altered(house, ...groups, "--add-config", "share.auto.offset.reset=earliest");
  assert.is(
    await shown(house, ...groups),
    "Dynamic configs for group sg are:\n  share.auto.offset.reset=earliest sensitive=false " +
      "synonyms={DYNAMIC_GROUP_CONFIG:share.auto.offset.reset=earliest, " +
      "DEFAULT_CONFIG:share.auto.offset.reset=latest}\n",
  );
  await altered(house, "--client-metrics", "m", "--add-config", "metrics=[a.,b.]");
  assert.match(await shown(house, "--entity-type", "client-metrics"), "  metrics=a.,b. sensitive");
  const bob = ["--entity-type", "users", "--entity-name", "bob", "--entity-type", "clients"];
  const rates = "producer_byte_rate=1024,consumer_byte_rate=2048";
  assert.is(await altered(house, ...bob, "--entity-name", "app", "--add-config", rates),
    "Completed updating config for user bob.\n");
  assert.is(
    await shown(house, ...bob),
    "Quota configs for user-principal 'bob', client-id 'app' are consumer_byte_rate=2048.0, " +
      "producer_byte_rate=1024.0\n",
  );
  await altered(house, "--client-defaults", "--add-config", "request_percentage=50");
  assert.is(await shown(house, "--entity-type", "clients"),
    "Quota configs for the default client-id are request_percentage=50.0\n");
  const secret = "SCRAM-SHA-256=[iterations=8192,password=alice-secret]";
  assert.is(await altered(house, "--user", "alice", "--add-config", secret),
    "Completed updating config for user alice.\n");
  assert.is(
    await shown(house, "--entity-type", "users"),
    "SCRAM credential configs for user-principal 'alice' are SCRAM-SHA-256=iterations=8192\n",
  );
});

test("log-dirs tells where replicas lie and how large they are", async (house) => {
  await ran(house, "topics", "--create", "--topic", "sized", "--partitions", "2");
  await using producer = new Producer(house.cluster);
  await producer.send({ topic: "sized", partition: 1, key: "1", value: "hello" });
  const partitions = [["sized-0", 0], ["sized-1", 74]].map(([partition, size]) => ({
    partition,
    size,
    offsetLag: 0,
    isFuture: false,
  }));
  const logDirs = [{ partitions, error: null, logDir: house.folder }];
  assert.is(
    await ran(house, "log-dirs", "--describe", "--topic-list", "sized"),
    "Querying brokers for log directories information\n" +
      "Received log directory information from brokers 1\n" +
      `${JSON.stringify({ brokers: [{ broker: 1, logDirs }], version: 1 })}\n`,
  );
  assert.match(await ran(house, "log-dirs", "--describe", "--broker-list", "7"), /7\. .*exit 1/s);
});

test("delete-records cuts off the beginning, and get-offsets shows it", async (house) => {
  await ran(house, "topics", "--create", "--topic", "cut");
  await using producer = new Producer(house.cluster);
  for (const value of ["a", "b", "c"]) await producer.send({ topic: "cut", value });
  const file = join(house.folder, "..", `${house.node.pid}-offsets.json`);
  const cut = async (topic: string, offset: number): Promise<string> => {
    const partitions = [{ topic, partition: 0, offset }];
    await writeFile(file, JSON.stringify({ partitions, version: 1 }));
    return await ran(house, "delete-records", "--offset-json-file", file);
  };
  const begun = "Executing records delete operation\nRecords delete operation completed:\n";
  assert.is(await cut("cut", 2), `${begun}partition: cut-0\tlow_watermark: 2\n`);
  const offsets = (...args: string[]) => ran(house, "get-offsets", "--topic", "cut", ...args);
  assert.is(await offsets("--time", "earliest"), "cut:0:2\n");
  assert.is(await offsets(), "cut:0:3\n");
  assert.match(await cut("cut", 9), /partition: cut-0\terror: .*exit 1/s);
  const nosuch = "There is no partition nosuch-0: nothing was deleted\nexit 1\n";
  assert.is(await cut("nosuch", 1), nosuch);
  await removeFolder(file);
});

test("cluster tells its id and its brokers, and forgets none that is not there", async (house) => {
  assert.match(await ran(house, "cluster", "cluster-id"), /^Cluster ID: [\w-]{22}\n$/);
  const [head, ...rows] = (await ran(house, "cluster", "list-endpoints")).split("\n");
  assert.is(head, "ID         HOST      PORT       RACK       STATE      ENDPOINT_TYPE  ");
  const port = String(house.node.port).padEnd(10);
  assert.equal(rows, [`1          127.0.0.1 ${port} null       unfenced   broker         `, ""]);
  assert.is(await ran(house, "cluster", "unregister", "--id", "99"),
    "Broker ID 99 is not currently registered\nexit 1\n");
  assert.match(await ran(house, "cluster", "unregister", "--id", "1"), /is alive.*exit 1/s);
});

test("features and quorum tell what the cluster has agreed on", async (house) => {
  const features = await ran(house, "features", "describe");
  assert.match(features, /^Feature: metadata.version +SupportedMinVersion: 3.3-IV3 +Supp.*\d$/m);
  assert.is(
    await ran(house, "features", "upgrade", "--feature", "metadata.version=99"),
    "Could not upgrade metadata.version to 99. The update failed for all features since the " +
      "following feature had an error: Invalid update version 99 for feature metadata.version. " +
      "Local controller 1 only supports versions 7-33\n1 out of 1 operation(s) failed.\nexit 1\n",
  );
  const status = (await ran(house, "quorum", "describe", "--status")).split("\n");
  assert.equal(status.map((line) => line.split(/ +/)[0]), [
    "ClusterId:",
    "LeaderId:",
    "LeaderEpoch:",
    "HighWatermark:",
    "MaxFollowerLag:",
    "MaxFollowerLagTimeMs:",
    "CurrentVoters:",
    "CurrentObservers:",
    "",
  ]);
  const replication = await ran(house, "quorum", "describe", "--replication");
  assert.match(replication, /^1 +\t[\w-]{22}\t\d+ +\t0 +\t\d+ +\t\d+ +\tLeader\t$/m);
});

test("cluster, features and quorum may be asked of a controller", async ({ node }) => {
  const ask = async (...args: string[]): Promise<string> => {
    const terminal = new MemoryTerminal();
    const controller = `127.0.0.1:${node.port + 10}`;
    const code = await run([...args, "--bootstrap-controller", controller], terminal);
    return code === 0 ? terminal.output : terminal.remarks.join("\n");
  };
  assert.match(await ask("cluster", "cluster-id"), /^Cluster ID: [\w-]{22}\n$/);
  assert.match(await ask("cluster", "list-endpoints"), /^1 .* null +controller +$/m);
  assert.is(
    await ask("cluster", "unregister", "--id", "9"),
    "Broker ID 9 is not currently registered",
  );
  assert.match(await ask("features", "describe"), /^Feature: metadata.version /m);
  assert.match(await ask("quorum", "describe", "--status"), /^LeaderId: +1$/m);
  assert.match(await ask("cluster", "cluster-id", "--bootstrap-server", "x:1"), /^Only one of/);
});

test("every command that shows something shows it as JSON as well", async (house) => {
  const some = ["--topic", "as.json", "--num-records", "9"];
  const cases: [string[], string][] = [
    [["topics", "--list"], "topics"],
    [["topics", "--describe"], "topics"],
    [["get-offsets"], "offsets"],
    [["configs", "--describe", "--entity-type", "brokers"], "entities"],
    [["configs", "--describe", "--entity-type", "users"], "quotas"],
    [["log-dirs", "--describe"], "brokers"],
    [["cluster", "cluster-id"], "clusterId"],
    [["cluster", "list-endpoints"], "endpoints"],
    [["features", "describe"], "features"],
    [["quorum", "describe"], "voters"],
    [["api-versions"], "brokers"],
    [["topics", "--create", "--topic", "as.json", "--partitions", "1"], "created"],
    [["topics", "--alter", "--topic", "as.json", "--partitions", "2"], "altered"],
    [["configs", "--alter", "--topic", "as.json", "--add-config", "segment.ms=5000"], "altered"],
    [["perf", "produce", ...some, "--record-size", "9"], "all"],
    [["perf", "e2e", ...some, "--record-size", "9"], "latencyMs"],
    [["perf", "consume", ...some], "records"],
    [["groups", "--list"], "groups"],
    [["groups", "--describe", "--all-groups"], "groups"],
    [["groups", "--validate-regex", "a.*"], "isValid"],
    [["leader-election", "--election-type", "preferred", "--all-topic-partitions"], "partitions"],
    [["features", "upgrade", "--dry-run", "--metadata", "4.3"], "changes"],
    [["topics", "--delete", "--topic", "as.json"], "deleted"],
  ];
  for (const [args, key] of cases) {
    const terminal = new MemoryTerminal();
    const asked = [...args, "--json", "--bootstrap-server", house.node.address];
    assert.is(await run(asked, terminal), 0, args.join(" "));
    const told = JSON.parse(terminal.output) as Record<string, unknown>;
    assert.ok(told[key], args.join(" "));
  }
});

test.run();
