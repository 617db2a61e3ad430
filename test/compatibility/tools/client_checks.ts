// kcat and Kafka's tools as clients of a running node. Each check has topics of its own; what they
// write is what the checks of the files look for.

import { join } from "node:path";
import * as assert from "uvu/assert";
import { recordsIn } from "../../integration/log_files.ts";
import { type Bench, type Check, lines } from "./check.ts";
import { watched } from "./log_watch.ts";
import type { Ended } from "./tools.ts";

const CODECS = ["none", "gzip", "snappy", "lz4", "zstd"];

export const CLIENT_CHECKS: readonly Check[] = [
  {
    name: "kafka-topics creates, lists, describes and deletes",
    run: async (bench) => {
      const made = await topics(bench, "--create", "--topic", "made", "--partitions", "3");
      assert.is(made.output, "Created topic made.\n", made.errors);
      const again = await topics(bench, "--create", "--topic", "made");
      assert.is(again.code, 1);
      assert.match(again.output, "Topic 'made' already exists.");
      await succeeds(topics(bench, "--create", "--topic", "gone"));
      await succeeds(topics(bench, "--delete", "--topic", "gone"));
      const { output } = await succeeds(topics(bench, "--list"));
      assert.ok(lines(output).includes("made"), output);
      assert.not.ok(lines(output).includes("gone"), output);
      const described = await succeeds(topics(bench, "--describe", "--topic", "made"));
      const [head, ...partitions] = lines(described.output);
      assert.match(
        head ?? "",
        /^Topic: made\tTopicId: [\w-]{22}\tPartitionCount: 3\tReplicationFactor: 1\tConfigs: /,
      );
      assert.equal(
        partitions.map((line) => line.trim()),
        [0, 1, 2].map((partition) =>
          `Topic: made\tPartition: ${partition}\tLeader: 1\tReplicas: 1\tIsr: 1\tElr: \t` +
          "LastKnownElr:"
        ),
      );
    },
  },
  {
    name: "kcat writes with every codec and reads all of it back",
    run: async (bench) => {
      const topic = "kcat-codecs";
      await succeeds(topics(bench, "--create", "--topic", topic, "--partitions", "2"));
      const at = ["-b", bench.address, "-t", topic];
      const sent: string[] = [];
      for (const [i, codec] of CODECS.entries()) {
        for (const partition of [0, 1]) {
          const records = Array.from({ length: 50 }, (_, n) => `${n}:${codec} ${partition} ${n}`);
          const idempotent = ["-X", `enable.idempotence=${i % 2 === 0}`];
          const args = ["-P", ...at, "-p", `${partition}`, "-K:", "-z", codec, ...idempotent];
          await succeeds(bench.tools.kcat(args, `${records.join("\n")}\n`));
          sent.push(...records.map((record) => `${partition}:${record}`));
        }
      }
      const format = ["-f", "%p:%k:%s\n"];
      const read = await succeeds(
        bench.tools.kcat(["-C", ...at, "-o", "beginning", "-e", "-q", ...format]),
      );
      assert.equal(lines(read.output).sort(), sent.sort());
      const query = ["-Q", "-b", bench.address, "-t", `${topic}:1:-1`];
      const ends = await succeeds(bench.tools.kcat(query));
      assert.is(ends.output.trim(), `${topic} [1] offset 250`);
      const listed = await succeeds(bench.tools.kcat(["-L", "-b", bench.address]));
      assert.match(listed.output, `broker 1 at ${bench.address} (controller)`);
      assert.match(listed.output, `topic "${topic}" with 2 partitions:`);
    },
  },
  {
    name: "kafka-console-producer writes, and kafka-console-consumer reads one partition",
    run: async ({ tools, address }) => {
      const at = ["--bootstrap-server", address, "--topic", "console"];
      const parse = ["--reader-property", "parse.key=true", "--reader-property", "key.separator=:"];
      // The topic is made by this first use of its name.
      await succeeds(tools.kafka("kafka-console-producer", [...at, ...parse], "a:1\nb:2\nc:3\n"));
      const bounds = ["--from-beginning", "--max-messages", "3", "--timeout-ms", "30000"];
      const print = ["--formatter-property", "print.key=true"];
      const read = await succeeds(
        tools.kafka("kafka-console-consumer", [...at, "--partition", "0", ...bounds, ...print]),
      );
      assert.is(read.output, "a\t1\nb\t2\nc\t3\n");
      const from = ["--offset", "2", "--max-messages", "1", "--timeout-ms", "30000"];
      const last = await succeeds(
        tools.kafka("kafka-console-consumer", [...at, "--partition", "0", ...from]),
      );
      assert.is(last.output, "3\n");
    },
  },
  {
    name: "kafka-producer-perf-test writes, and the log has the bytes of its records at any time",
    run: async (bench) => {
      const { tools, address, dataDir } = bench;
      const made = ["--create", "--topic", "perf", "--config", "segment.bytes=1048576"];
      await succeeds(topics(bench, ...made));
      const folder = join(dataDir, "perf-0");
      const load = tools.kafka("kafka-producer-perf-test", [
        ...["--topic", "perf", "--num-records", "20000", "--record-size", "200"],
        ...["--throughput", "10000", "--command-property", `bootstrap.servers=${address}`],
      ]);
      const [{ output }, watch] = await Promise.all([succeeds(load), watched(folder, load)]);
      assert.match(output, /^20000 records sent, /m);
      assert.equal(watch.problems, []);
      assert.ok(watch.sizes > 5, `${watch.sizes} sizes were seen`);
      assert.is(await recordsIn(folder), 20_000);
    },
  },
  {
    name: "kafka-get-offsets tells where logs begin and end",
    run: async ({ tools, address }) => {
      const at = ["--bootstrap-server", address];
      const get = async (...args: string[]): Promise<string[]> =>
        lines((await succeeds(tools.kafka("kafka-get-offsets", [...at, ...args]))).output).sort();
      const ends = ["console:0:3", "kcat-codecs:0:250", "kcat-codecs:1:250", "perf:0:20000"];
      const all = await get();
      assert.equal(all.filter((line) => /^(console|kcat|perf)/.test(line)), ends);
      assert.equal(await get("--topic", "perf", "--time", "earliest"), ["perf:0:0"]);
      const [newest = ""] = await get("--topic", "perf", "--time", "max-timestamp");
      assert.match(newest, /^perf:0:1\d{4}$/);
    },
  },
];

function topics({ tools, address }: Bench, ...args: readonly string[]): Promise<Ended> {
  return tools.kafka("kafka-topics", ["--bootstrap-server", address, ...args]);
}

async function succeeds(running: Promise<Ended>): Promise<Ended> {
  const ended = await running;
  assert.is(ended.code, 0, `${ended.output}${ended.errors}`);
  return ended;
}
