// A log that was closed in order, and whose last segment somebody has damaged since: it is found
// out at the next start, and what is left goes on.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { textBatch, textsIn } from "./testing/batches.ts";
import { SimulatedLog } from "./testing/simulated_log.ts";

const test = suite("openLog after a stop in order");

const LOG = "00000000000000000000.log";
const INDEX = "00000000000000000000.index";
const TEXT = "a text of some length ".repeat(6);

/** A closed log of six batches of one record, in one segment. */
async function closedLog(seed = 1): Promise<SimulatedLog> {
  const world = new SimulatedLog(seed);
  await world.format();
  const log = await world.open();
  for (let i = 0; i < 6; i++) {
    await world.append(log, [textBatch([`${i} ${TEXT}`], { baseOffset: i })]);
  }
  await world.settle(log.close());
  return world;
}

async function change(
  world: SimulatedLog,
  name: string,
  damage: (bytes: Uint8Array) => Uint8Array,
): Promise<void> {
  const bytes = (await world.contents()).get(name) ?? new Uint8Array(0);
  await world.put(name, damage(bytes));
}

const set = (at: number, ...values: number[]) => (bytes: Uint8Array): Uint8Array => {
  bytes.set(values, at < 0 ? bytes.length + at : at);
  return bytes;
};
const DAMAGES: [what: string, name: string, damage: (b: Uint8Array) => Uint8Array, end: number][] =
  [
    ["nothing", LOG, (bytes) => bytes, 6],
    ["its last batch cut off", LOG, (bytes) => bytes.subarray(0, -1), 5],
    ["zeros behind it", LOG, (bytes) => Buffer.concat([bytes, new Uint8Array(200)]), 6],
    ["less than a header left", LOG, (bytes) => bytes.subarray(0, 30), 0],
    ["its last batch numbered anew", LOG, (bytes) => set(-(bytes.length / 6) + 7, 1)(bytes), 5],
    ["an index that points into a batch", INDEX, set(-1, 77), 6],
    ["an index that points before the file", INDEX, set(-4, 0x80), 6],
    ["an index that points behind the file", INDEX, set(-4, 0x7f), 6],
  ];

for (const [what, name, damage, end] of DAMAGES) {
  test(`openLog of a segment with ${what} ends at ${end}, and goes on there`, async () => {
    const world = await closedLog();
    await change(world, name, damage);
    const log = await world.open({ wasClean: true });
    assert.is(log.endOffset, end);
    await world.append(log, [textBatch(["new"], { baseOffset: end })]);
    const texts: string[] = [];
    for (let offset = 0; offset < log.endOffset;) {
      const found = textsIn(await world.read(log, offset));
      texts.push(...found.map(([, text]) => text));
      offset = (found.at(-1)?.[0] ?? log.endOffset) + 1;
    }
    const kept = Array.from({ length: end }, (_, i) => `${i} ${TEXT}`);
    assert.equal(texts, [...kept, "new"]);
  });
}

test("openLog that starts empty at the log's start brings nothing old back", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const world = await closedLog(seed);
    // The checkpoint of the start reached the disk, the records up to there did not.
    await world.open({ logStartOffset: 7 });
    world.crash({ losesPower: true });
    const names = [...(await world.contents()).keys()].filter((name) => name.endsWith(".log"));
    assert.ok(names.length < 2, `seed ${seed}: ${names.join(" and ")}`);
  }
});

test.run();
