// What is told of work that lasts, when, and what of it is left on a terminal.

import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Progress, timeText } from "./progress.ts";
import { outputOf } from "./terminal.ts";
import { MemoryTerminal } from "./testing/memory_terminal.ts";

const test = suite("progress");

const MEGABYTE = 1024 * 1024;
const ERASE = "\r\x1b[K";

test("Progress tells how much is done and what is left, from the first second on", async () => {
  const clock = new SimulatedClock();
  const terminal = new MemoryTerminal("", { seesStatus: true });
  const progress = new Progress(terminal, { unit: "records", total: 10_000, clock });
  progress.add(1000);
  await clock.runUntil(999);
  assert.equal(terminal.statuses, []);
  await clock.runUntil(1000);
  progress.add(1500);
  await clock.runUntil(2499);
  assert.is(terminal.statuses[0], "10 % of 10,000 records, 1,000 records/s, 9 s left");
  // One each 250 ms.
  assert.is(terminal.statuses.length, 6);
  progress[Symbol.dispose]();
  assert.is(terminal.statuses.at(-1), "");
  const { length } = terminal.statuses;
  await clock.runUntil(60_000);
  assert.is(terminal.statuses.length, length);
});

test("Progress knows no end of what stands still, or has none", async () => {
  const shown = async (options: object, done: number): Promise<string | undefined> => {
    const clock = new SimulatedClock();
    const terminal = new MemoryTerminal("", { seesStatus: true });
    using progress = new Progress(terminal, { ...options, clock });
    progress.reach(done);
    await clock.runUntil(1000);
    return terminal.statuses.at(-1);
  };
  assert.is(await shown({ unit: "records", total: 5 }, 0), "0 % of 5 records, 0 records/s");
  assert.is(await shown({ unit: "records" }, 1500), "1,500 records, 1,500 records/s");
  assert.is(
    await shown({ unit: "bytes", total: 3 * MEGABYTE }, 1.5 * MEGABYTE),
    "50 % of 3.0 MB, 1.5 MB/s, 1 s left",
  );
  assert.is(await shown({ unit: "bytes", total: 0 }, 0), "100 % of 0.0 MB, 0.0 MB/s");
  assert.is(await shown({}, 0), "waiting, 1 s");
});

test("Progress forgets how fast it was some seconds ago", async () => {
  const clock = new SimulatedClock();
  const terminal = new MemoryTerminal("", { seesStatus: true });
  using progress = new Progress(terminal, { unit: "records", clock });
  progress.reach(1_000_000);
  await clock.runUntil(10_000);
  assert.is(terminal.statuses.at(-1), "1,000,000 records, 0 records/s");
});

test("Progress sets no timer where nobody sees it", async () => {
  const clock = new SimulatedClock();
  const terminal = new MemoryTerminal();
  const progress = new Progress(terminal, { unit: "records", clock });
  progress.add(5);
  await clock.runUntil(60_000);
  progress[Symbol.dispose]();
  assert.equal(terminal.statuses, []);
});

test("timeText has two units at most", () => {
  const cases: [number, string][] = [
    [0, "0 s"],
    [59_400, "59 s"],
    [65_000, "1 min 05 s"],
    [3_780_000, "1 h 03 min"],
    [100 * 3_600_000, "100 h 00 min"],
  ];
  for (const [ms, text] of cases) assert.is(timeText(ms), text);
});

class FakeStream {
  readonly isTTY: boolean;
  readonly columns = 20;
  text = "";

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(content: string | Uint8Array, written?: () => void): void {
    this.text += typeof content === "string" ? content : Buffer.from(content).toString();
    written?.();
  }
}

function streams(isTTY: boolean, environment: Record<string, string> = {}) {
  const [stdout, stderr] = [new FakeStream(isTTY), new FakeStream(isTTY)];
  return { stdout, stderr, output: outputOf({ stdout, stderr, environment, args: [] }) };
}

test("outputOf takes the status away before a result or a remark comes", async () => {
  const { stdout, stderr, output } = streams(true);
  output.status("half of it is done, and more");
  // Cut, for what wraps would stay.
  assert.is(stderr.text, `${ERASE}half of it is done,`);
  output.print("result");
  await output.flush();
  assert.is(stdout.text, "result\n");
  assert.is(stderr.text, `${ERASE}half of it is done,${ERASE}`);
  output.status("more");
  output.remark("warning");
  output.status("");
  assert.ok(stderr.text.endsWith(`${ERASE}more${ERASE}warning\n`), JSON.stringify(stderr.text));
});

test("outputOf shows no status behind a line that has not ended", async () => {
  const { stderr, output } = streams(true);
  output.write("a part");
  output.status("half");
  assert.is(stderr.text, "");
  output.write(" and the rest\n");
  output.status("half");
  assert.is(stderr.text, `${ERASE}half`);
  await output.flush();
});

test("outputOf shows no status where there is no terminal, or a dumb one", () => {
  for (const { stderr, output } of [streams(false), streams(true, { TERM: "dumb" })]) {
    assert.not(output.seesStatus);
    output.status("half");
    output.status("");
    assert.is(stderr.text, "");
  }
});

test.run();
