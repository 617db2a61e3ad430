// The commands that ask controllers themselves: with --bootstrap-controller, as Kafka's tools do.

import { once } from "node:events";
import net from "node:net";
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
  /** Of its controller. */
  controller: string;
}

const test = suite<House>("the listener of controllers");

test.before(async (house) => {
  house.folder = await temporaryFolder("controller-listener");
  const port = await freePort();
  house.controller = `127.0.0.1:${port + 10}`;
  const listeners = `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://${house.controller}`;
  const overrides = [listeners, "max.connections.per.ip.overrides=localhost:20"];
  house.node = await startProcess({ port, dataDir: house.folder, overrides });
  assert.is(await at(house.node.address, "topics --create --topic t --partitions 1"),
    "Created topic t.\n");
});

test.after(async ({ folder, node }) => {
  await node.stop();
  await removeFolder(folder);
});

const at = (server: string, command: string): Promise<string> =>
  textOf(...command.split(" "), "--bootstrap-server", server);
const of = (controller: string, command: string): Promise<string> =>
  textOf(...command.split(" "), "--bootstrap-controller", controller);

test("quorum, cluster and features tell what brokers tell", async ({ node, controller }) => {
  for (const command of ["quorum describe --status", "cluster cluster-id", "features describe"]) {
    // Time goes on, and with it the end of the metadata.
    const same = (text: string): string => text.replaceAll(/(HighWatermark|Epoch): +\d+/g, "$1");
    const told = same(await of(controller, command));
    assert.is(told, same(await at(node.address, command)), command);
    assert.not.match(told, "exit");
  }
});

test("cluster list-endpoints lists the controllers, without states", async ({ controller }) => {
  const port = controller.replace(/^.*:/, "");
  assert.is(
    await of(controller, "cluster list-endpoints"),
    "ID         HOST      PORT       RACK       ENDPOINT_TYPE  \n" +
      `1          127.0.0.1 ${port}      null       controller     \n`,
  );
  assert.is(
    await of(controller, "cluster unregister --id 77"),
    "Broker ID 77 is not currently registered\nexit 1\n",
  );
});

test("features upgrade --dry-run is answered by the controller", async ({ controller }) => {
  assert.is(
    await of(controller, "features upgrade --dry-run --metadata 4.3"),
    "metadata.version can be upgraded to 30.\n",
  );
});

test("configs are told and altered", async ({ node, controller }) => {
  const topic = "--entity-type topics --entity-name t";
  assert.is(
    await of(controller, `configs --alter ${topic} --add-config retention.ms=70000`),
    "Completed updating config for topic t.\n",
  );
  const told = await of(controller, `configs --describe ${topic}`);
  assert.match(told, /^Dynamic configs for topic t are:\n  retention\.ms=70000 sensitive=false/);
  assert.is(told, await at(node.address, `configs --describe ${topic}`));
  for (const entity of ["--entity-type brokers --entity-name 1", "--broker-defaults"]) {
    const change = "--add-config log.retention.ms=80000";
    assert.match(await of(controller, `configs --alter ${entity} ${change}`), /^Completed/);
    const shown = await of(controller, `configs --describe ${entity}`);
    assert.match(shown, "  log.retention.ms=80000 sensitive=false synonyms={DYNAMIC_");
    assert.is(shown, await at(node.address, `configs --describe ${entity}`));
  }
  const all = await of(controller, "configs --describe --entity-type brokers --all");
  assert.match(all, /^All configs for broker 1 are:\n/);
});

test("configs of loggers are those of the controller's node", async ({ node, controller }) => {
  const loggers = "--entity-type broker-loggers --entity-name 1";
  assert.is(
    await of(controller, `configs --alter ${loggers} --add-config quorum=DEBUG`),
    "Completed updating config for broker-logger 1.\n",
  );
  const told = await of(controller, `configs --describe ${loggers}`);
  assert.match(told, "  quorum=DEBUG sensitive=false");
  assert.is(told, await at(node.address, `configs --describe ${loggers}`));
  assert.is(
    await of(controller, `configs --alter ${loggers} --add-config nobody=DEBUG`),
    "Logger nobody does not exist!\nexit 1\n",
  );
});

test("configs that only brokers know are refused in one line", async ({ controller }) => {
  for (
    const [entity, why] of [
      ["--entity-type topics", "Controllers do not list topics"],
      ["--entity-type users", `${controller} does not offer DescribeClientQuotas`],
      ["--entity-type groups", `${controller} does not offer ListConfigResources`],
    ] as const
  ) {
    assert.is(
      await of(controller, `configs --describe ${entity}`),
      `${why}: ask a broker with --bootstrap-server\nexit 1\n`,
    );
  }
});

test("a broker is no controller, and the other way round", async ({ node, controller }) => {
  const commands = [
    "quorum describe --status",
    "cluster cluster-id",
    "features describe",
    "configs --describe --entity-type brokers --entity-name 1",
  ];
  for (const command of commands) {
    assert.is(
      await of(node.address, command),
      `${node.address} is a broker, not a controller: ask it with --bootstrap-server\nexit 1\n`,
      command,
    );
  }
  const wrong = `${controller} is a controller, not a broker`;
  assert.is(
    await at(controller, "cluster cluster-id"),
    `${wrong}: --bootstrap-server takes brokers\nexit 1\n`,
  );
  assert.match(await at(controller, "topics --list"), wrong);
});

test("it takes so many connections from one address, beside those of the broker", async (house) => {
  const ends: Promise<unknown>[] = [];
  const sockets: net.Socket[] = [];
  for (const port of [house.node.port, house.node.port + 10]) {
    const opened = Array.from({ length: 25 }, () => net.connect({ host: "127.0.0.1", port }));
    sockets.push(...opened);
    ends.push(firstEnds(opened, 5));
  }
  await Promise.all(ends);
  assert.ok(sockets.filter(({ destroyed }) => destroyed).length < 20, "the others stay");
  for (const socket of sockets) socket.destroy();
});

/** Resolves when so many of them have ended. */
async function firstEnds(sockets: readonly net.Socket[], count: number): Promise<void> {
  let ended = 0;
  await new Promise<void>((resolve) => {
    for (const socket of sockets) {
      socket.on("error", () => undefined);
      socket.resume();
      void once(socket, "close").then(() => {
        ended++;
        if (ended === count) resolve();
      });
    }
  });
}

test.run();
