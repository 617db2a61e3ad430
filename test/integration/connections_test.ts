// The bounds on connections of a real node, which its threads share: how many there are, how many
// from one address, and what is configured while it runs.

import { once } from "node:events";
import net from "node:net";
import { Admin, connect, done } from "@odradek/client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  freePort,
  type NodeProcess,
  removeFolder,
  startProcess,
  temporaryFolder,
} from "./processes.ts";

const WAIT_MS_MAX = 30_000;

const test = suite<{ folder: string; node: NodeProcess }>("connections of a node");

test.before(async (house) => {
  house.folder = await temporaryFolder("connections");
  house.node = await startProcess({
    port: await freePort(),
    dataDir: house.folder,
    overrides: ["odradek.reactors=3", "max.connections.per.ip.overrides=localhost:20"],
  });
});

test.after(async ({ folder, node }) => {
  await node.stop();
  await removeFolder(folder);
});

interface Many {
  readonly sockets: net.Socket[];
  readonly ended: () => number;
}

async function open(port: number, count: number): Promise<Many> {
  let ended = 0;
  const sockets = Array.from({ length: count }, () => {
    const socket = net.connect({ host: "127.0.0.1", port });
    socket.on("error", () => undefined);
    socket.once("close", () => ended++);
    // What is not read does not end.
    socket.resume();
    return socket;
  });
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  return { sockets, ended: () => ended };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WAIT_MS_MAX;
  while (!await holds()) {
    assert.ok(Date.now() < deadline, "It takes too long");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("a node takes so many connections from one address, on all threads", async ({ node }) => {
  const many = await open(node.port, 30);
  await until(() => many.ended() >= 10);
  assert.is(many.ended(), 10);
  for (const socket of many.sockets) socket.destroy();
  await until(() => many.ended() === 30);
  // All of them have room again.
  const again = await open(node.port, 20);
  assert.is(again.ended(), 0);
  for (const socket of again.sockets) socket.destroy();
});

test("a node ends connections when max.connections is lowered", async ({ node }) => {
  const cluster = connect(node.address);
  const admin = new Admin(cluster);
  const set = async (max: string): Promise<void> => {
    const change = { type: "broker", name: "", set: { "max.connections": max } } as const;
    done((await admin.alterConfigs([change])).get(change));
  };
  const many = await open(node.port, 12);
  await set("5");
  await until(() => many.ended() >= 7);
  for (const socket of many.sockets) socket.destroy();
  await set("100");
  cluster.close();
});

test.run();
