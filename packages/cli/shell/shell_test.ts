// The metadata shell over a snapshot: Kafka's names and texts, seen with its shell of 4.3.1.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeCheckpoint } from "@odradek/controller/checkpoint_file";
import { inTemporaryDirectory } from "@odradek/log/testing/temporary";
import { brokerRecord, topicRecords, uuidOf } from "@odradek/metadata/testing/image_of";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { run } from "../program.ts";
import { MemoryTerminal } from "../testing/memory_terminal.ts";

const test = suite("metadata shell");

const QUOTA = "ClientQuotaRecord";
const RECORDS: readonly MetadataRecordDraft[] = [
  { type: "FeatureLevelRecord", name: "metadata.version", featureLevel: 30 },
  { type: "FeatureLevelRecord", name: "group.version", featureLevel: 1 },
  brokerRecord({ id: 1, rack: "a" }),
  ...topicRecords("foo", 7, [{ replicas: [1] }, { replicas: [1, 2], isr: [2] }]),
  ...topicRecords("bar", 8, [{ replicas: [1] }]),
  {
    type: "ConfigRecord",
    resourceType: 2,
    resourceName: "foo",
    name: "retention.ms",
    value: "1000",
  },
  {
    type: "ConfigRecord",
    resourceType: 4,
    resourceName: "",
    name: "log.cleaner.threads",
    value: "2",
  },
  ...[{ entityType: "user", entityName: "alice" }, { entityType: "user", entityName: null }].map(
    (one): MetadataRecordDraft => ({
      type: QUOTA,
      entity: [...one.entityName === null ? [] : [{ entityType: "client-id", entityName: "app" }],
        one],
      key: "producer_byte_rate",
      value: 1000,
      remove: false,
    }),
  ),
];

async function withSnapshot(
  work: (shell: (words: readonly string[], input?: string) => Promise<string>) => Promise<void>,
): Promise<void> {
  await inTemporaryDirectory(async (folder) => {
    const path = join(folder, "00000000000000000174-0000000001.checkpoint");
    const now = Date.UTC(2026, 10, 27, 6, 30, 21, 820);
    await writeFile(path, encodeCheckpoint({ control: [], records: RECORDS, now }));
    await work(async (words, input = "") => {
      const terminal = new MemoryTerminal(input);
      const code = await run(["metadata-shell", "--snapshot", path, ...words], terminal);
      return terminal.output + (code === 0 ? "" : `exit ${code}\n`);
    });
  });
}

test("one command shows what is in a snapshot", () =>
  withSnapshot(async (shell) => {
    assert.is(await shell(["ls"]), "image\nlocal\n");
    assert.is(
      await shell(["cat", "/image/topics/byName/foo/1"]),
      `PartitionRegistration(replicas=[1, 2], directories=[${uuidOf(1001)}, ${uuidOf(1002)}], ` +
        "isr=[2], removingReplicas=[], addingReplicas=[], elr=[], lastKnownElr=[], leader=2, " +
        "leaderRecoveryState=RECOVERED, leaderEpoch=0, partitionEpoch=0)\n",
    );
    assert.match(
      await shell(["cat", "image/cluster/brokers/1"]),
      "listeners=[Endpoint(listenerName='PLAINTEXT', securityProtocol=PLAINTEXT, host='b1', " +
        "port=9092)], supportedFeatures={metadata.version: 7-30}, rack=Optional[a], fenced=false,",
    );
    assert.is(
      await shell(["tree", "image/configs", "image/clientQuotas", "image/features"]),
      [
        ...["BROKER:", "  log.cleaner.threads:", "    2"],
        ...["TOPIC:foo:", "  retention.ms:", "    1000"],
        ...["clientId(app)_user(alice):", "  producer_byte_rate:", "    1000.0"],
        ...["user():", "  producer_byte_rate:", "    1000.0"],
        ...["finalized_group.version:", "  1", "metadataVersion:", "  Optional[4.3-IV0]", ""],
      ].join("\n"),
    );
    assert.is(
      await shell(["cat", "image/provenance"]),
      `offset ${RECORDS.length}, epoch 0, time 2026-11-27T06:30:21.82Z[UTC]\n`,
    );
    assert.is(await shell(["find", "image/producerIds"]),
      "image/producerIds\nimage/producerIds/nextProducerId\n");
  }));

test("one command that finds nothing, or is none, says so and fails", () =>
  withSnapshot(async (shell) => {
    assert.is(await shell(["cat", "n"]), "cat: n: No such file or directory.\nexit 1\n");
    const known = "(choose from 'cat', 'find', 'ls', 'tree')";
    assert.is(await shell(["pwd"]), `invalid choice: 'pwd' ${known}\nexit 1\n`);
  }));

test("commands that are typed go through the tree as through folders", () =>
  withSnapshot(async (shell) => {
    const said = async (...lines: string[]): Promise<string[]> =>
      (await shell([], lines.map((line) => `${line}\n`).join(""))).trimEnd().split("\n");
    const foo = ["0", "1", "id", "name"];
    const bar = ["0", "id", "name"];
    assert.equal(await said("cd image/topics/byName", "pwd", "ls", "ls f*", "ls foo bar"), [
      ...["/image/topics/byName", "bar", "foo", ...foo],
      ...["foo:", ...foo, "", "bar:", ...bar],
    ]);
    assert.equal(await said("cd image/topics", "cat byName/{foo,b?r}/name", "cat foo", "cd .."), [
      ...["bar", "foo", "cat: foo: No such file or directory."],
    ]);
    assert.equal(await said("cd nope", "cd local/version", "cat local", "find nope"), [
      ...["cd: nope: no such directory.", "cd: local/version: not a directory."],
      ...["cat: local: Is a directory", "find: nope: no such file or directory."],
    ]);
    assert.equal(await said("ls -l", "man", "bogus", "man cd", "pwd now"), [
      ...["unrecognized arguments: '-l'", "too few arguments"],
      "invalid choice: 'bogus' (choose from 'cat', 'cd', 'exit', 'find', 'help', 'history', " +
      "'ls', 'man', 'pwd', 'tree')",
      ...["cd: Set the current working directory.", "", "usage: cd [target]", ""],
      ...["positional arguments:", "  target                 The directory to change to."],
      "unrecognized arguments: 'now'",
    ]);
    assert.equal(await said("pwd", "", "history", "history 1", "exit", "pwd"), [
      ...["/", "    0  pwd", "    1  history", "    2  history 1"],
    ]);
  }));

test("a file that is no metadata is told, and one that is not there", () =>
  inTemporaryDirectory(async (folder) => {
    const terminal = new MemoryTerminal();
    const path = join(folder, "some.checkpoint");
    await writeFile(path, "nothing of the kind");
    assert.is(await run(["metadata-shell", "--snapshot", path, "ls"], terminal), 1);
    assert.is(await run(["metadata-shell", "--snapshot", `${path}s`, "ls"], terminal), 1);
    assert.match(terminal.remarks[0] ?? "", "it is no snapshot of the metadata, and no log of it");
    assert.match(terminal.remarks[1] ?? "", /Cannot read ".*some\.checkpoints": /);
  }));

test.run();
