// The checkpoint files of a broker: that they say what reactors say, and nothing of a topic that
// only had the name of another.

import { type Checkpoints, readCheckpoints } from "@odradek/log";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type CheckpointEntry, CheckpointFiles } from "./checkpoint_files.ts";
import { type DirectoryDraft, logDirectory } from "./testing/directories.ts";
import { simulatedWorld } from "./testing/world.ts";

const test = suite("CheckpointFiles");

const KEY = "reused 0";

function checkpoints(offsets: Record<string, number>): Checkpoints {
  const all = new Map(Object.entries(offsets));
  return { recoveryPoints: all, logStarts: all, highWatermarks: all, compactedTo: new Map() };
}

async function bench(draft: DirectoryDraft = {}) {
  const { context: { files }, settle } = simulatedWorld();
  await settle(files.makeDirectory("/data"));
  const directory = logDirectory("/data", draft);
  const told: { parts: readonly Checkpoints[]; rounds: number; mark: number } = {
    parts: [],
    rounds: 0,
    mark: 1,
  };
  const written = new CheckpointFiles({
    directories: [directory],
    files,
    gather: () => {
      told.rounds++;
      return Promise.resolve(told.parts.map((part) => [part]));
    },
    marks: () => Promise.resolve([0, told.mark]),
  });
  const entry: CheckpointEntry = { directory: directory.id, key: KEY };
  const read = () => settle(readCheckpoints(files, "/data"));
  return { told, settle, written, entry, read };
}

test("CheckpointFiles.write writes what all reactors say", async () => {
  const { told, settle, written, read } = await bench();
  told.parts = [checkpoints({ "a 0": 3 }), checkpoints({ "b 1": 5 })];
  await settle(written.write());
  assert.equal([...(await read()).recoveryPoints], [["a 0", 3], ["b 1", 5]]);
});

test("CheckpointFiles.writeChanges writes nothing that the files say already", async () => {
  const { told, settle, written, entry, read } = await bench();
  told.parts = [checkpoints({ [KEY]: 3 })];
  await settle(written.writeChanges());
  await settle(written.writeChanges());
  assert.is(told.rounds, 1);
  told.parts = [checkpoints({ [KEY]: 4 })];
  told.mark++;
  await settle(written.writeChanges());
  assert.equal([...(await read()).recoveryPoints], [[KEY, 4]]);
  // What was left out is written again.
  await settle(written.forget(entry));
  await settle(written.writeChanges());
  assert.is((await read()).recoveryPoints.get(KEY), 4);
  assert.is(told.rounds, 4);
});

test("CheckpointFiles.forget leaves a name out that was there at the start", async () => {
  const { told, settle, written, entry, read } = await bench({
    checkpoints: checkpoints({ [KEY]: 700 }),
  });
  told.parts = [checkpoints({ "a 0": 3 })];
  await settle(written.forget(entry));
  const { recoveryPoints, logStarts } = await read();
  assert.equal([recoveryPoints.has(KEY), logStarts.has(KEY)], [false, false]);
  assert.is(recoveryPoints.get("a 0"), 3);
});

test("CheckpointFiles.forget leaves out what a reactor still says of the deleted one", async () => {
  const { told, settle, written, entry, read } = await bench();
  told.parts = [checkpoints({ [KEY]: 700 })];
  await settle(written.write());
  await settle(written.forget(entry));
  assert.not((await read()).logStarts.has(KEY));
});

test("CheckpointFiles.forget costs nothing for a name that was never written", async () => {
  const { told, settle, written, entry } = await bench();
  await settle(written.forget(entry));
  assert.is(told.rounds, 0);
});

test("CheckpointFiles.forget waits for files that are being written with the name", async () => {
  const { told, settle, written, entry, read } = await bench();
  told.parts = [checkpoints({ [KEY]: 700 })];
  const writing = written.write();
  // What was gathered is on its way to the disk when the topic goes.
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  told.parts = [checkpoints({})];
  await settle(Promise.all([writing, written.forget(entry)]));
  assert.not((await read()).logStarts.has(KEY));
});

test.run();
