// The leader epochs of a partition as they stand on disk.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { loadEpochs } from "./epoch_file.ts";
import { SimulatedLog } from "./testing/simulated_log.ts";

const test = suite("loadEpochs");

async function loaded(text: string | undefined) {
  const log = new SimulatedLog();
  await log.settle(log.files.makeDirectory(log.directory));
  if (text !== undefined) {
    await log.put("leader-epoch-checkpoint", new TextEncoder().encode(text));
  }
  return await log.settle(loadEpochs(log.files, log.directory));
}

test("loadEpochs reads Kafka's file", async () => {
  const epochs = await loaded("0\n2\n0 0\n2 555\n");
  assert.equal(epochs.entries, [{ epoch: 0, startOffset: 0 }, { epoch: 2, startOffset: 555 }]);
  assert.is(epochs.latest, 2);
});

test("loadEpochs is empty where there is no file", async () => {
  assert.equal((await loaded(undefined)).entries, []);
  assert.equal((await loaded("0\n0\n")).entries, []);
});

test("loadEpochs says which file cannot be read", async () => {
  const error = await loaded("0\n2\n0 0\n").catch((thrown: unknown) => thrown) as Error;
  assert.match(error.message, /^Cannot read "\/data\/t-0\/leader-epoch-checkpoint": /);
});

test.run();
