// One of two log directories of a broker fails: other brokers lead what lies there, and what lies
// in the other one stays.

import { readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { Admin, connect, done, Producer } from "@odradek/client";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ThreeNodes } from "./three_nodes.ts";

const test = suite("a directory of a broker fails");

const PARTITIONS = 4;
const LOOK_MS = 50;
const COMES_MS_MAX = 60_000;

test("leaders leave a log directory that has failed, and no other", async () => {
  const folders: string[] = [];
  await using nodes = await ThreeNodes.start({
    overridesOf: (id, folder) => {
      if (id !== 1) return [];
      folders.push(...["a", "b"].map((name) => join(folder, name)));
      return [`log.dirs=${folders.join(",")}`, `metadata.log.dir=${join(folder, "metadata")}`];
    },
  });
  await using cluster = connect(nodes.addresses);
  const admin = new Admin(cluster);
  const replicas = Array.from({ length: PARTITIONS }, () => [1, 2]);
  const topic = { name: "t", replicas };
  done((await admin.createTopics([topic])).get(topic));
  await using producer = new Producer(cluster);
  const write = () =>
    Promise.all(replicas.map((_, partition) =>
      producer.send({ topic: "t", partition, value: "x".repeat(1000) })
    ));
  await write();
  const partitionsIn = (folder: string): number[] =>
    readdirSync(folder).flatMap((name) => /^t-(\d)$/.exec(name)?.slice(1).map(Number) ?? []);
  const [victims = [], others = []] = folders.map(partitionsIn);
  assert.ok(victims.length > 0 && others.length > 0, "both directories are used");
  for (const partition of victims) {
    truncateSync(join(folders[0] ?? "", `t-${partition}`, "00000000000000000000.log"), 0);
  }
  // Whoever reads or writes there finds it out.
  await write();
  const leaders = async (): Promise<number[]> => {
    const { partitions } = done((await admin.describeTopics(["t"])).get("t"));
    return partitions.map(({ leader = -1 }) => leader);
  };
  const expected = replicas.map((_, partition) => (victims.includes(partition) ? 2 : 1));
  const deadline = Date.now() + COMES_MS_MAX;
  while (`${await leaders()}` !== `${expected}` && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  assert.equal(await leaders(), expected);
  await write();
});

test.run();
