// odradek perf against a node: the lines of Kafka's performance tools, with numbers that add up.

import { run } from "@odradek/cli/program";
import { MemoryTerminal } from "@odradek/cli/testing/memory_terminal";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { freePort, removeFolder, startProcess, temporaryFolder } from "./processes.ts";

const test = suite("odradek perf");

interface Asked {
  readonly code: number;
  readonly lines: readonly string[];
  readonly remarks: readonly string[];
}

async function withNode(use: (ask: (...args: string[]) => Promise<Asked>) => Promise<void>) {
  const dataDir = await temporaryFolder("perf");
  const overrides = ["group.initial.rebalance.delay.ms=0"];
  const node = await startProcess({ port: await freePort(), dataDir, overrides });
  try {
    await use(async (...args) => {
      const terminal = new MemoryTerminal();
      const code = await run([...args, "--bootstrap-server", node.address], terminal);
      const lines = terminal.output.split("\n").slice(0, -1);
      return { code, lines, remarks: terminal.remarks };
    });
  } finally {
    await node.stop();
    await removeFolder(dataDir);
  }
}

test("perf produce, perf consume and perf e2e tell of the records that went through", () =>
  withNode(async (ask) => {
    const topic = ["--topic", "t"];
    assert.is((await ask("topics", "--create", ...topic, "--partitions", "2")).code, 0);
    const sizes = ["--num-records", "2000", "--record-size", "100"];
    const properties = ["--command-property", "acks=1"];
    const sent = await ask("perf", "produce", ...topic, ...sizes, ...properties);
    assert.equal([sent.code, sent.remarks], [0, []]);
    assert.is(
      (sent.lines.at(-1) ?? "").replaceAll(/\d+\.\d{6}/g, "R").replaceAll(/\d+\.\d\d/g, "F")
        .replaceAll(/\d+ ms/g, "N ms"),
      "2000 records sent, R records/sec (F MB/sec), F ms avg latency, F ms max latency, " +
        "N ms 50th, N ms 95th, N ms 99th, N ms 99.9th.",
    );
    const got = await ask("perf", "consume", ...topic, "--num-records", "2000");
    assert.is(got.code, 0);
    assert.is(
      got.lines[0],
      "start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, " +
        "rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec",
    );
    const columns = got.lines[1]?.split(", ") ?? [];
    assert.match(columns[0] ?? "", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d:\d{3}$/);
    assert.equal([columns.length, columns[2], columns[4]], [10, "0.1907", "2000"]);
    const through = await ask("perf", "e2e", ...topic, "--num-records", "3", "--record-size", "9");
    assert.is(through.code, 0);
    assert.match(
      through.lines.join("\n"),
      /^0\t[\d.]+\nAvg latency: \d+\.\d{4} ms\nPercentiles: 50th = \d+, 99th = \d+, 99\.9th = \d+$/,
    );
    const more = ["--num-records", "9999", "--timeout", "1000"];
    const few = await ask("perf", "consume", ...topic, ...more);
    assert.match(few.lines[1] ?? "", /^WARNING: Nothing has come for 1000 ms: ended after 20\d\d/);
    const wrong = await ask("perf", "produce", ...topic, "--num-records", "1");
    assert.equal(wrong.remarks, [
      "Give one of --record-size, --payload-file and --payload-monotonic",
    ]);
  }));

test.run();
