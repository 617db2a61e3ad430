// Controllers that come to vote and go again while the cluster works (KIP-853), by the commands
// that operators have.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Admin, type Cluster, connect } from "@odradek/client";
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

const test = suite("voters");
const CLUSTER = "AAAAAAAAQACAAAAAAAAAAQ";
const UNTIL_MS_MAX = 60_000;

interface Prepared {
  readonly id: number;
  readonly port: number;
  readonly dataDir: string;
  /** Its properties file. */
  readonly file: string;
  readonly overrides: readonly string[];
}

/** Formats the directory of a controller, as one of the first voters or not. */
async function prepare(
  folder: string,
  { id, port, servers, flag }: {
    readonly id: number;
    readonly port: number;
    readonly servers: string;
    readonly flag: readonly string[];
  },
): Promise<Prepared> {
  const dataDir = join(folder, `${id}`);
  const overrides = [
    "process.roles=controller",
    `node.id=${id}`,
    `listeners=CONTROLLER://127.0.0.1:${port}`,
    "controller.listener.names=CONTROLLER",
    // However slow the machine is.
    "controller.quorum.request.timeout.ms=30000",
    `controller.quorum.bootstrap.servers=${servers}`,
  ];
  const file = join(folder, `${id}.properties`);
  await writeFile(file, [...overrides, `log.dirs=${dataDir}`].join("\n"));
  const format = ["storage", "format", "-c", file, "-t", CLUSTER, ...flag];
  assert.match(await textOf(...format), /^Formatting/);
  return { id, port, dataDir, file, overrides };
}

interface Pair extends AsyncDisposable {
  /** Votes alone. */
  readonly first: Prepared;
  readonly second: Prepared;
  /** Those that it ends. */
  readonly nodes: NodeProcess[];
}

/** Two controllers, of which none runs yet. */
async function pair(): Promise<Pair> {
  const folder = await temporaryFolder("voters");
  const ports = [await freePort(), await freePort()] as const;
  const servers = ports.map((port) => `127.0.0.1:${port}`).join(",");
  const nodes: NodeProcess[] = [];
  return {
    first: await prepare(folder, { id: 1, port: ports[0], servers, flag: ["-s"] }),
    second: await prepare(folder, { id: 2, port: ports[1], servers, flag: ["-N"] }),
    nodes,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
      await removeFolder(folder);
    },
  };
}

const started = (one: Prepared): Promise<NodeProcess> => startProcess(one);

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + UNTIL_MS_MAX;
  while (!await isSo().catch(() => false)) {
    assert.ok(Date.now() < deadline, "It takes too long");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function clusterOf(controllers: readonly Prepared[]): Cluster {
  const addresses = controllers.map(({ port }) => `127.0.0.1:${port}`);
  return connect(addresses.join(","), { ofControllers: true });
}

async function idsOf(admin: Admin): Promise<{ voters: number[]; observers: number[] }> {
  const { voters, observers } = await admin.describeQuorum();
  const ids = (all: typeof voters) => all.map(({ id }) => id).sort();
  return { voters: ids(voters), observers: ids(observers) };
}

test("a controller is added and the first one removed, and the cluster goes on", async () => {
  await using two = await pair();
  const { first, second, nodes } = two;
  nodes.push(await started(first), await started(second));
  await using cluster = clusterOf([first, second]);
  const admin = new Admin(cluster);
  await until(async () => (await idsOf(admin)).observers.includes(2));
  const at = ["--bootstrap-controller", `127.0.0.1:${first.port}`];
  const add = ["quorum", "add-controller", "--command-config", second.file, ...at];
  const [observer] = (await admin.describeQuorum()).observers;
  const directoryId = observer?.directoryId ?? "";
  const where = `CONTROLLER://127.0.0.1:${second.port}`;
  const what = `controller 2 with directory id ${directoryId} and endpoints: ${where}\n`;
  assert.is(await textOf(...add, "--dry-run"), `DRY RUN of adding ${what}`);
  assert.equal((await idsOf(admin)).voters, [1]);
  // It may have to catch up first.
  let said = "";
  await until(async () => !(said = await textOf(...add)).includes("lagging"));
  assert.is(said, `Added ${what}`);
  assert.equal(await idsOf(admin), { voters: [1, 2], observers: [] });
  assert.match(await textOf(...add), /The voter id for ReplicaKey\(id=2, .*\nexit 1\n$/);

  const own = (await admin.describeQuorum()).voters.find(({ id }) => id === 1)?.directoryId ?? "";
  const remove = ["quorum", "remove-controller", "-i", "1", ...at];
  assert.match(
    await textOf(...remove, "-d", directoryId),
    /Cannot remove voter ReplicaKey\(id=1, .*\nexit 1\n$/,
  );
  assert.is(
    await textOf(...remove, "-d", own),
    `Removed  KRaft controller 1 with directory id ${own}\n`,
  );
  await using rest = clusterOf([second]);
  await until(async () => (await idsOf(new Admin(rest))).voters.join() === "2");
  await nodes.shift()?.stop();
  const { leaderId, voters } = await new Admin(rest).describeQuorum();
  assert.equal([leaderId, voters.map(({ id }) => id)], [2, [2]]);
  // The last one stays.
  const last = ["-i", "2", "-d", directoryId, "--bootstrap-controller"];
  assert.match(
    await textOf("quorum", "remove-controller", ...last, `127.0.0.1:${second.port}`),
    /Cannot remove voter ReplicaKey\(id=2, /,
  );
});

test("a controller that is to join by itself does", async () => {
  await using two = await pair();
  const { first, second, nodes } = two;
  nodes.push(await started(first));
  const joins = "controller.quorum.auto.join.enable=true";
  nodes.push(await started({ ...second, overrides: [...second.overrides, joins] }));
  await using cluster = clusterOf([first]);
  await until(async () => (await idsOf(new Admin(cluster))).voters.join() === "1,2");
});

test("three first voters elect one, and one says where it listens from now on", async () => {
  const folder = await temporaryFolder("voters");
  const ports = [await freePort(), await freePort(), await freePort()];
  const servers = ports.map((port) => `127.0.0.1:${port}`).join(",");
  const ids = ["AAAAAAAAQACAAAAAAAAACA", "AAAAAAAAQACAAAAAAAAADA", "AAAAAAAAQACAAAAAAAAAEA"];
  const first = ports.map((port, i) => `${i + 1}@127.0.0.1:${port}:${ids[i]}`).join(",");
  const nodes: NodeProcess[] = [];
  try {
    const prepared = await Promise.all(ports.map((port, i) =>
      prepare(folder, { id: i + 1, port, servers, flag: ["-I", first] })));
    nodes.push(...await Promise.all(prepared.map(started)));
    await using cluster = clusterOf(prepared);
    const admin = new Admin(cluster);
    await until(async () => (await idsOf(admin)).voters.length === 3);
    const { voters } = await admin.describeQuorum();
    assert.equal(voters.map(({ directoryId }) => directoryId).sort(), ids);
    // The others are a majority meanwhile.
    const [one, moved] = prepared as [Prepared, Prepared];
    await nodes[1]?.stop();
    const port = await freePort();
    const overrides = [...moved.overrides, `listeners=CONTROLLER://127.0.0.1:${port}`];
    nodes[1] = await started({ ...moved, port, overrides });
    const log = join(one.dataDir, "__cluster_metadata-0", "00000000000000000000.log");
    const told = new RegExp(`KRaftVoters .*"port":${port}[,}]`);
    await until(async () =>
      told.test(await textOf("dump-log", "--cluster-metadata-decoder", "--files", log)));
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    await removeFolder(folder);
  }
});

test.run();
