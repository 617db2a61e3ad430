// Nodes of one role: controllers without a broker, brokers without a controller.

import { join } from "node:path";
import { Admin, connect, done } from "@odradek/client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  failedStart,
  freePort,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "./processes.ts";

const test = suite("nodes of one role");

const CLUSTER = "cluster.id=AAAAAAAAQACAAAAAAAAAAQ";
const NAMES = "controller.listener.names=CONTROLLER";

test("a controller and brokers that find it by either key are a cluster", async () => {
  const folder = await temporaryFolder("roles");
  const port = await freePort();
  const voters = `controller.quorum.voters=1@127.0.0.1:${port}`;
  const controller = await startProcess({
    port,
    dataDir: join(folder, "c1"),
    overrides: [
      "process.roles=controller",
      "node.id=1",
      `listeners=CONTROLLER://127.0.0.1:${port}`,
      ...[NAMES, CLUSTER, voters],
    ],
  });
  const servers = `controller.quorum.bootstrap.servers=127.0.0.1:${port}`;
  const start = async (id: number, quorum: string) =>
    await startProcess({
      port: await freePort(),
      dataDir: join(folder, `b${id}`),
      overrides: ["process.roles=broker", `node.id=${id}`, NAMES, CLUSTER, quorum],
    });
  const brokers = await Promise.all([start(2, voters), start(3, servers)]);
  try {
    assert.match(
      controller.output(),
      new RegExp(`odradek 1 ready in \\d+ ms on 127\\.0\\.0\\.1:${port}, data in`),
    );
    await using cluster = connect(brokers[1].address);
    const admin = new Admin(cluster);
    const topic = { name: "greetings", partitions: 2, replicationFactor: 2 };
    done((await admin.createTopics([topic])).get(topic));
    const { nodes } = await admin.describeCluster();
    assert.equal(nodes.map(({ id }) => id).sort(), [2, 3]);
    const { voters: voting, observers } = await admin.describeQuorum();
    assert.equal(voting.map(({ id }) => id), [1]);
    assert.equal(observers.map(({ id }) => id).sort(), [2, 3]);
  } finally {
    const codes = await Promise.all(brokers.map((broker) => broker.stop()));
    assert.equal([...codes, await controller.stop()], [0, 0, 0]);
    await removeFolder(folder);
  }
});

test("a node that is one of several does not make up what all must agree on", async () => {
  const folder = await temporaryFolder("roles");
  const args = (...settings: readonly string[]) =>
    [`log.dirs=${folder}`, NAMES, ...settings].flatMap((setting) => ["--override", setting]);
  const [port, other] = [await freePort(), await freePort()];
  const servers =
    `controller.quorum.bootstrap.servers=127.0.0.1:${other},127.0.0.1:${port}`;
  const broker = ["process.roles=broker", "node.id=2", `listeners=PLAINTEXT://127.0.0.1:${port}`];
  const controller = ["process.roles=controller", `listeners=CONTROLLER://127.0.0.1:${port}`];
  try {
    const anyCluster = await failedStart(args(...broker, servers));
    assert.is(anyCluster.code, 1);
    assert.match(anyCluster.output, /must have one cluster id; set cluster\.id to that of the/);
    const anyVoter = await failedStart(args(...controller, "node.id=1", servers, CLUSTER));
    assert.is(anyVoter.code, 1);
    assert.match(anyVoter.output, /nothing says who of the controllers votes at first; use/);
  } finally {
    await removeFolder(folder);
  }
});

test.run();
