// The script as its user sees it: files in, lines and an exit status out.

import { readFile, writeFile } from "node:fs/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { removeFolder, temporaryFolder } from "../integration/processes.ts";
import { readEvent } from "./events.ts";
import { checkFiles, eventsOf } from "./files.ts";
import { readArguments, reportLines } from "./main.ts";
import { HistoryRecorder } from "./recorder.ts";

const test = suite("check_history");

test("readArguments takes files and what is allowed, and refuses the rest with a reason", () => {
  const command = readArguments(["--allow", "duplicate,lost", "--examples", "7", "a", "b"]);
  assert.equal(command, {
    files: ["a", "b"],
    allowed: new Set(["duplicate", "lost"]),
    examplesMax: 7,
  });
  assert.throws(() => readArguments([]), /name at least one file/);
  assert.throws(() => readArguments(["--allow", "luck", "a"]), /there is no anomaly "luck"/);
  assert.throws(() => readArguments(["--examples", "x", "a"]), /whole number, not "x"/);
  assert.throws(() => readArguments(["--what", "a"]), /what/);
});

test("readEvent names the line and what is wrong with it", () => {
  const bad: [line: string, message: RegExp][] = [
    ["{", /f:3 is no JSON: \{/],
    [`{"op":"read"}`, /f:3 has op "read", not one of produce, fetch, /],
    [`{"op":"end","type":"ok","process":"p","transaction":"x"}`, /f:3: result cannot be absent/],
    [`{"op":"produce","type":"yes","process":"p"}`, /f:3: type cannot be "yes"/],
    [`{"op":"fetch","type":"ok","process":"p","topic":"t","partition":0}`, /records cannot be abs/],
    [
      `{"op":"fetch","type":"ok","process":"p","topic":"t","partition":0,"records":[[1]]}`,
      /records cannot be \[\[1\]\]/,
    ],
    ["null", /has op absent/],
  ];
  for (const [line, message] of bad) assert.throws(() => readEvent(line, "f:3"), message);
  const asked = `{"op":"fetch","type":"invoke","process":"p","topic":"t","partition":0}`;
  assert.is(readEvent(asked, "f:1").op, "fetch");
});

test("eventsOf makes one history of several files, by time", async () => {
  const folder = await temporaryFolder("history");
  try {
    const line = (time: number, process: string): string =>
      JSON.stringify({ time, type: "invoke", process, op: "commit", group: "g" });
    await writeFile(`${folder}/a`, `${line(1, "a")}\n\n${line(4, "b")}\n`);
    await writeFile(`${folder}/b`, `${line(2, "c")}\n${line(3, "d")}\n`);
    await writeFile(`${folder}/c`, "");
    const order: string[] = [];
    const paths = ["a", "b", "c"].map((name) => `${folder}/${name}`);
    for await (const { process } of eventsOf(paths)) order.push(process);
    assert.is(order.join(""), "acdb");
    const untimed = `{"type":"ok","process":"e","op":"end","transaction":"x","result":"abort"}`;
    await writeFile(`${folder}/c`, untimed);
    await failsWith(eventsOf(paths), /c:1 has no time/);
    await failsWith(eventsOf([`${folder}/none`]), /Cannot read ".*none"/);
  } finally {
    await removeFolder(folder);
  }
});

test("HistoryRecorder writes what can be checked", async () => {
  const folder = await temporaryFolder("history");
  try {
    const place = { topic: "t", partition: 0 };
    await using recorder = new HistoryRecorder(`${folder}/h`);
    recorder.add({ type: "invoke", process: "p", op: "produce", topic: "t", value: "a" });
    recorder.add({ type: "ok", process: "p", op: "produce", value: "a", ...place, offset: 0 });
    recorder.add({ type: "ok", process: "c", op: "fetch", ...place, from: 0, records: [[0, "b"]] });
    await recorder.close();
    const [first] = (await readFile(`${folder}/h`, "utf8")).split("\n");
    assert.type(JSON.parse(first as string).time, "number");
    const lines = reportLines(await checkFiles([recorder.path]), new Set(["lost"] as const));
    assert.is(lines.at(-1), "3 events: 1 acknowledged, 0 of unknown fate, 1 read (1 of nobody in " +
      "the history), 0 commits; 1 anomalies, 1 allowed");
    assert.match(lines.join("\n"), /1 lost \(allowed\): acknowledged, and never read/);
  } finally {
    await removeFolder(folder);
  }
});

async function failsWith(events: AsyncIterable<unknown>, message: RegExp): Promise<void> {
  try {
    for await (const _ of events);
  } catch (error) {
    assert.match((error as Error).message, message);
    return;
  }
  assert.unreachable();
}

test.run();
