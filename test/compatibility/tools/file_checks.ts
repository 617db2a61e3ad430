// The files that a node leaves when it is stopped: read by Kafka's dump tool, held against the
// forms that Kafka gives them, and taken over by a Kafka that is started on them.

import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { recordsIn } from "../../integration/log_files.ts";
import { type Bench, type Check, lines, WRITTEN } from "./check.ts";
import { checkServed } from "./served.ts";

export const FILE_CHECKS: readonly Check[] = [
  {
    name: "kafka-dump-log reads logs and indexes without an error line",
    run: async (bench) => {
      const files = await filesOf(bench, /^(?!__)/, /\.(log|index|timeindex)$/);
      const { printed, odd } = await dumped(bench, files, []);
      assert.equal(odd, []);
      const sections = sectionsOf(printed);
      assert.is(sections.size, files.length);
      for (const [topic, counts] of Object.entries(WRITTEN)) {
        for (const [partition, count] of counts.entries()) {
          const folder = join(bench.dataDir, `${topic}-${partition}`);
          const found = [...sections].filter(([path]) => path.startsWith(`${folder}/`))
            .flatMap(([, section]) => section.filter((line) => line.startsWith("| offset: ")));
          assert.is(found.length, count, folder);
          assert.is(await recordsIn(folder), count, folder);
        }
      }
    },
  },
  {
    name: "kafka-dump-log finds the entries of an index sound, and there are some",
    run: async (bench) => {
      const files = await filesOf(bench, /^perf-0$/, /\.(index|timeindex)$/);
      for (const flag of ["--index-sanity-check", "--verify-index-only"]) {
        const { printed } = await dumped(bench, files, [flag]);
        assert.equal(printed.filter((line) => !SANE.test(line)), [], flag);
      }
      const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size));
      assert.ok(sizes.filter((size) => size > 0).length > 2, `sizes of indexes: ${sizes}`);
    },
  },
  {
    name: "kafka-dump-log --cluster-metadata-decoder reads the metadata log and its snapshot",
    run: async (bench) => {
      const decoder = ["--cluster-metadata-decoder"];
      const files = await filesOf(bench, /^__cluster_metadata-0$/, /\.(log|checkpoint|.*index)$/);
      const { printed, odd } = await dumped(bench, files, decoder);
      assert.equal(odd, []);
      const records = printed.filter((line) => line.startsWith("| offset: "));
      const types = records.filter((line) => !CONTROL.test(line)).map((line) =>
        / payload: \{"type":"(\w+)_RECORD","version":\d+,"data":\{/.exec(line)?.[1] ?? line
      );
      assert.equal([...new Set(types)].sort(), [
        "BROKER_REGISTRATION_CHANGE",
        "CONFIG",
        "FEATURE_LEVEL",
        "PARTITION",
        "PARTITION_CHANGE",
        "PRODUCER_IDS",
        "REGISTER_BROKER",
        "REGISTER_CONTROLLER",
        "REMOVE_TOPIC",
        "TOPIC",
      ]);
      assert.ok(records.some((line) => line.includes("LeaderChange: {")));
    },
  },
  {
    name: "the files beside the logs have Kafka's form",
    run: async ({ dataDir }) => {
      const folders = (await readdir(dataDir)).filter((name) => /-\d+$/.test(name));
      for (const name of ["", ...folders]) {
        for (const [file, form] of name === "" ? DIRECTORY_FORMS : PARTITION_FORMS) {
          assert.match(await readFile(join(dataDir, name, file), "utf8"), form, `${name}/${file}`);
        }
      }
      const quorumState = join(dataDir, "__cluster_metadata-0", "quorum-state");
      assert.match(await readFile(quorumState, "utf8"), QUORUM_STATE);
    },
  },
  {
    name: "kafka-storage knows whose the directory is",
    run: async ({ tools, folder, dataDir }) => {
      const properties = join(folder, "info.properties");
      await writeFile(properties, INFO_PROPERTIES.replace("DIRECTORY", dataDir));
      const info = await tools.kafka("kafka-storage", ["info", "-c", properties]);
      assert.is(info.code, 0, `${info.output}${info.errors}`);
      const meta = await readFile(join(dataDir, "meta.properties"), "utf8");
      const [, cluster = ""] = /^cluster\.id=(.*)$/m.exec(meta) ?? [];
      const [, directory = ""] = /^directory\.id=(.*)$/m.exec(meta) ?? [];
      const found = `cluster.id=${cluster}, directory.id=${directory}, node.id=1, version=1`;
      assert.match(info.output, found);
    },
  },
  {
    name: "Apache Kafka starts on the directory, finds nothing to mend and serves every record",
    run: async (bench) => {
      const { tools, folder, port } = bench;
      const started = await tools.peer(["start", "--port", `${port}`, "--dir", folder]);
      try {
        assert.is(started.code, 0, started.errors);
        await checkServed(bench);
        const log = await readFile(join(folder, "node-1", "server.log"), "utf8");
        const complaints = lines(log).filter((line) => COMPLAINT.test(line));
        assert.equal(complaints.filter((line) => !NO_COMPLAINT.test(line)), []);
      } finally {
        await tools.peer(["stop", "--dir", folder]);
      }
    },
  },
];

/** A version, a count, and a line for each entry. */
const CHECKPOINT = /^0\n\d+\n(?:\S+ \d+ \d+\n)*$/;

const DIRECTORY_FORMS: readonly (readonly [string, RegExp])[] = [
  ["meta.properties", /^#\n#\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}\n(?:[a-z.]+=\S+\n){4}$/],
  ["recovery-point-offset-checkpoint", CHECKPOINT],
  ["replication-offset-checkpoint", CHECKPOINT],
  ["log-start-offset-checkpoint", CHECKPOINT],
  [".kafka_cleanshutdown", /^\{"version":0,"brokerEpoch":\d+\}$/],
];

const PARTITION_FORMS: readonly (readonly [string, RegExp])[] = [
  ["leader-epoch-checkpoint", /^0\n\d+\n(?:\d+ \d+\n)*$/],
  ["partition.metadata", /^version: 0\ntopic_id: [\w-]{22}$/],
];

const QUORUM_STATE = new RegExp(
  '^\\{"leaderId":1,"leaderEpoch":\\d+,"votedId":-?\\d+,"votedDirectoryId":"[\\w-]{22}",' +
    '"data_version":1\\}$',
);

const INFO_PROPERTIES = `process.roles=broker,controller
node.id=1
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:1
listeners=PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:1
log.dirs=DIRECTORY
`;

const COMPLAINT = /^\[[^\]]+\] (?:ERROR|FATAL|WARN) /;
/** With which every controller begins, and what a slow machine says of itself. */
const NO_COMPLAINT = /Performing controller activation|EventPerformanceMonitor\)$/;

/** Records that are the quorum's own. */
const CONTROL = /\b(?:LeaderChange|SnapshotHeader|SnapshotFooter|KRaftVersion|KRaftVoters):? \{/;

const SANE = /^Dumping \S+$|^\S+ passed sanity check\.$|^\S+\.index is empty\.$/;

/** Kafka's tool says so of every segment but the first one: nothing came before. */
const FOLLOWS_NOTHING = /^Non-consecutive offsets in \S+$|^ {2}-1 is followed by \d+$/;

/** Lines of a dump without a finding. */
const SOUND = new RegExp([
  "^Dumping \\S+$",
  "^Log starting offset: \\d+$",
  "^Snapshot end offset: 0, epoch: 0$",
  "^baseOffset: \\d+ .* isvalid: true$",
  "^\\| offset: \\d+ ",
  "^offset: \\d+ position: \\d+$",
  "^timestamp: \\d+ offset: \\d+$",
  "^\\S+\\.index is empty\\.$",
].join("|"));

/** Of the folders in the data directory whose names match. */
async function filesOf({ dataDir }: Bench, folder: RegExp, file: RegExp): Promise<string[]> {
  const entries = await readdir(dataDir, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && folder.test(entry.name));
  const paths = await Promise.all(folders.map(async ({ name }) =>
    (await readdir(join(dataDir, name))).filter((one) => file.test(one)).map((one) =>
      join(dataDir, name, one)
    )
  ));
  return paths.flat().sort();
}

/** `odd`: lines on which a dump of sound files has no right to be. */
async function dumped(
  { tools }: Bench,
  files: readonly string[],
  flags: readonly string[],
): Promise<{ readonly printed: string[]; readonly odd: string[] }> {
  const args = ["--deep-iteration", ...flags, "--files", files.join(",")];
  const { code, output, errors } = await tools.kafka("kafka-dump-log", args);
  assert.is(code, 0, errors);
  const told = errors === "" ? [] : lines(errors);
  assert.equal(told.filter((line) => !FOLLOWS_NOTHING.test(line)), []);
  const printed = lines(output);
  return { printed, odd: printed.filter((line) => !SOUND.test(line)) };
}

/** What was printed of each file. */
function sectionsOf(printed: readonly string[]): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let section: string[] = [];
  for (const line of printed) {
    const path = /^Dumping (.*)$/.exec(line)?.[1];
    if (path !== undefined) sections.set(path, section = []);
    else section.push(line);
  }
  return sections;
}
