// Names of replicas' directories, and the file that says which topic they belong to.

import { readFileSync } from "node:fs";
import type { Uuid } from "@odradek/base";
import { systemClock } from "@odradek/base";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { diskFiles } from "../disk/files.ts";
import { goldenFiles, hasGolden, unpackGolden } from "../testing/golden.ts";
import { SimulatedLog } from "../testing/simulated_log.ts";
import { inTemporaryDirectory } from "../testing/temporary.ts";
import {
  doomedDirectoryName,
  parsePartitionDirectory,
  partitionDirectoryName,
  readTopicId,
  writeTopicId,
} from "./partition_directory.ts";

const test = suite("partition directories");

const HEX = "ca5c6dcff4fe49c6a2bc8e4b2df12621";
const ID = "J8aAPcfLQt2bqs1JT_rMgQ" as Uuid;

test("parsePartitionDirectory knows replicas and nothing else", () => {
  const table: [name: string, topic: string | undefined, partition: number][] = [
    ["t-0", "t", 0],
    ["a-b-12", "a-b", 12],
    ["__consumer_offsets-49", "__consumer_offsets", 49],
    ["-5", undefined, 0],
    ["t", undefined, 0],
    ["t-", undefined, 0],
    ["t-x", undefined, 0],
    [`t-0.${HEX}-delete`, undefined, 0],
    [`t-0.${HEX}-future`, undefined, 0],
    [`t-0.${HEX}-stray`, undefined, 0],
    ["meta.properties", undefined, 0],
    ["lost+found", undefined, 0],
  ];
  for (const [name, topic, partition] of table) {
    const expected = topic === undefined ? undefined : { topic, partition };
    assert.equal(parsePartitionDirectory(name), expected, name);
  }
});

const topicName = fc.stringMatching(/^[a-zA-Z0-9._-]{1,249}$/);

test("parsePartitionDirectory gives back what partitionDirectoryName made", () => {
  fc.assert(fc.property(topicName, fc.nat(100_000), (topic, partition) => {
    const name = partitionDirectoryName({ topic, partition });
    assert.equal(parsePartitionDirectory(name), { topic, partition });
  }));
});

test("doomedDirectoryName keeps name and fate, and no replica is found in it", () => {
  const doomed = doomedDirectoryName("od-gone-0", { hex: HEX, fate: "delete" });
  assert.is(doomed, `od-gone-0.${HEX}-delete`);
  fc.assert(
    fc.property(topicName, fc.nat(999), fc.constantFrom("delete", "stray"), (topic, id, fate) => {
      const name = partitionDirectoryName({ topic, partition: id });
      const taken = doomedDirectoryName(name, { hex: HEX, fate });
      assert.ok(taken.length <= 255 && taken.endsWith(`-${id}.${HEX}-${fate}`));
      assert.ok(topic.startsWith(taken.slice(0, taken.lastIndexOf(`-${id}.`))));
      assert.is(parsePartitionDirectory(taken), undefined);
    }),
  );
});

test("writeTopicId writes Kafka's 43 bytes, readTopicId reads them", async () => {
  const log = new SimulatedLog();
  await log.settle(log.files.makeDirectory(log.directory));
  assert.is(await log.settle(readTopicId(log.files, log.directory)), undefined);
  await log.settle(writeTopicId(log.files, log.directory, ID));
  const bytes = (await log.contents()).get("partition.metadata");
  assert.is(bytes?.length, 43);
  assert.is(new TextDecoder().decode(bytes), `version: 0\ntopic_id: ${ID}`);
  assert.is(await log.settle(readTopicId(log.files, log.directory)), ID);
});

test("readTopicId of a file that names no id is undefined", async () => {
  const log = new SimulatedLog();
  await log.settle(log.files.makeDirectory(log.directory));
  for (const text of ["", "garbage", "topic_id: ", "topic_id: short", `topic_id: ${ID}x`]) {
    await log.put("partition.metadata", new TextEncoder().encode(text));
    assert.is(await log.settle(readTopicId(log.files, log.directory)), undefined, text);
  }
});

const goldenTest = hasGolden ? test : test.skip;

goldenTest("writeTopicId gives back Kafka's own files, byte for byte", () =>
  inTemporaryDirectory(async (folder) => {
    const files = diskFiles({ clock: systemClock });
    const paths = goldenFiles(unpackGolden("kafka-data-dir", folder), "partition.metadata");
    for (const path of paths) {
      const before = readFileSync(path, "utf8");
      const directory = path.slice(0, path.lastIndexOf("/"));
      const id = await readTopicId(files, directory);
      await writeTopicId(files, directory, id as Uuid);
      assert.is(readFileSync(path, "utf8"), before, path);
    }
    assert.ok(paths.length > 20);
  }));

test.run();
