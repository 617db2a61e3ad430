// Outsiders, which cannot be a part of the cluster that they are led to: they end with a line that
// says why, and the controller has one as well.

import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  failedStart,
  freePort,
  type NodeProcess,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "./processes.ts";

interface House {
  folder: string;
  node: NodeProcess;
  /** Of a broker that goes to the node's controller. */
  broker: readonly string[];
}

const test = suite<House>("outsiders");
const CLUSTER = "cluster.id=AAAAAAAAQACAAAAAAAAAAQ";

test.before(async (house) => {
  house.folder = await temporaryFolder("outsiders");
  const port = await freePort();
  const controller = `127.0.0.1:${port + 10}`;
  const names = "controller.listener.names=CONTROLLER";
  house.node = await startProcess({
    port,
    dataDir: join(house.folder, "1"),
    overrides: [
      "process.roles=broker,controller",
      "node.id=1",
      `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://${controller}`,
      `controller.quorum.bootstrap.servers=${controller}`,
      ...[names, CLUSTER],
    ],
  });
  house.broker = [
    "process.roles=broker",
    names,
    `controller.quorum.bootstrap.servers=${controller}`,
    "odradek.metrics.listener=",
  ];
});

test.after(async ({ folder, node }) => {
  await node.stop();
  await removeFolder(folder);
});

async function refused({ folder, broker }: House, ...settings: string[]): Promise<string> {
  const own = [
    `listeners=PLAINTEXT://127.0.0.1:${await freePort()}`,
    `log.dirs=${join(folder, `${Math.random()}`)}`,
    ...settings,
  ];
  const args = [...broker, ...own].flatMap((setting) => ["--override", setting]);
  const { code, output } = await failedStart(args);
  assert.is(code, 1);
  return output;
}

const linesWith = (output: string, text: string): string[] =>
  output.split("\n").filter((line) => line.includes(text));

test("a broker of another cluster ends at once, with a line on both sides", async (house) => {
  const output = await refused(house, "node.id=2", "cluster.id=BBBBBBBBQACAAAAAAAAAAQ");
  assert.match(
    output,
    /does not take broker 2 \(INCONSISTENT_CLUSTER_ID\): its controllers belong to another/,
  );
  const told = linesWith(house.node.output(), "INCONSISTENT_CLUSTER_ID");
  // Another one after ten seconds, on a machine that is slow.
  assert.ok(told.length > 0 && told.length < 5);
  assert.match(told[0] ?? "", /Refused Fetch of raft-2 at 127\.0\.0\.1: It is of cluster BBBB/);
});

test("a second process of a node that lives is told so, and gives up", async (house) => {
  const output = await refused(
    house,
    "node.id=1",
    CLUSTER,
    "initial.broker.registration.timeout.ms=1500",
  );
  assert.match(output, /Cannot register broker 1: DUPLICATE_BROKER_REGISTRATION/);
  const told = linesWith(house.node.output(), "DUPLICATE_BROKER_REGISTRATION");
  // Another one after ten seconds, on a machine that is slow.
  assert.ok(told.length > 0 && told.length < 5);
  assert.match(told[0] ?? "", /Another process is node 1: give this one another node\.id/);
});

test.run();
