// The aborted transactions of a segment: in Kafka's form, searched as Kafka searches them.

import { readFileSync } from "node:fs";
import { Malformed } from "@odradek/protocol/wire/malformed";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { goldenFiles, hasGolden, unpackGolden } from "../testing/golden.ts";
import { SimulatedLog } from "../testing/simulated_log.ts";
import { inTemporaryDirectory } from "../testing/temporary.ts";
import {
  type AbortedTransaction,
  decodeAborted,
  encodeAborted,
  TransactionIndex,
} from "./transaction_index.ts";

const test = suite("TransactionIndex");

const PATH = "/data/00000000000000000000.txnindex";

/** Partition 1 of Kafka's own example: a transaction is open at 38 when the last one ends. */
const ENTRIES: readonly AbortedTransaction[] = [
  { producerId: 7, firstOffset: 8, lastOffset: 12, lastStableOffset: 13 },
  { producerId: 6, firstOffset: 13, lastOffset: 18, lastStableOffset: 19 },
  { producerId: 7, firstOffset: 27, lastOffset: 31, lastStableOffset: 32 },
  { producerId: 6, firstOffset: 43, lastOffset: 45, lastStableOffset: 38 },
];

async function world() {
  const log = new SimulatedLog();
  await log.format();
  const bytes = () => log.settle(log.files.readWhole(PATH));
  return { log, bytes, index: new TransactionIndex(log.files, PATH, []) };
}

const SEARCHES: readonly [from: number, to: number, found: number[], isDone: boolean][] = [
  [0, 8, [], true],
  [0, 9, [8], true],
  [12, 13, [8], true],
  [13, 14, [13], true],
  [13, 19, [13], true],
  [19, 27, [], true],
  [19, 28, [27], true],
  [0, 38, [8, 13, 27], true],
  [0, 46, [8, 13, 27, 43], false],
  [46, 50, [], false],
];

for (const [from, to, found, isDone] of SEARCHES) {
  test(`TransactionIndex of [${from}, ${to}) has ${found}${isDone ? ", and is done" : ""}`, () => {
    const index = new TransactionIndex(new SimulatedLog().files, PATH, ENTRIES);
    const overlap = index.overlapping(from, to);
    assert.equal(overlap.found.map(({ firstOffset }) => firstOffset), found);
    assert.is(overlap.isDone, isDone);
  });
}

test("TransactionIndex makes its file with its first entry", async () => {
  const { log, bytes, index } = await world();
  assert.is(await log.settle(index.write()), false);
  assert.is(await bytes(), undefined);
  index.append(ENTRIES[0] as AbortedTransaction);
  assert.is(await bytes(), undefined);
  assert.is(await log.settle(index.write()), true, "a new name");
  index.append(ENTRIES[1] as AbortedTransaction);
  assert.is(await log.settle(index.write()), false, "no new name");
  assert.equal(decodeAborted(await bytes() ?? new Uint8Array(0)), ENTRIES.slice(0, 2));
});

test("TransactionIndex writes each entry once, however many ask at a time", async () => {
  const { log, bytes, index } = await world();
  index.append(ENTRIES[0] as AbortedTransaction);
  const writes = [index.write(), index.write()];
  index.append(ENTRIES[1] as AbortedTransaction);
  await log.settle(Promise.all(writes));
  await log.settle(index.write());
  assert.equal(decodeAborted(await bytes() ?? new Uint8Array(0)), ENTRIES.slice(0, 2));
});

test("TransactionIndex goes on behind what the file holds", async () => {
  const { log, bytes } = await world();
  await log.settle(log.files.writeWhole(PATH, encodeAborted(ENTRIES.slice(0, 3))));
  const index = new TransactionIndex(log.files, PATH, ENTRIES.slice(0, 3));
  index.append(ENTRIES[3] as AbortedTransaction);
  await log.settle(index.write());
  assert.equal(decodeAborted(await bytes() ?? new Uint8Array(0)), ENTRIES);
});

const DAMAGES: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  "half an entry": (bytes) => bytes.subarray(0, 50),
  "another version": (bytes) => bytes.with(1, 1),
  "zeros": (bytes) => new Uint8Array(bytes.length),
  "another order": (bytes) => {
    const [first, second] = [bytes.slice(0, 34), bytes.slice(34, 68)];
    return new Uint8Array([...second, ...first]);
  },
};

for (const [name, damage] of Object.entries(DAMAGES)) {
  test(`decodeAborted refuses ${name}`, () => {
    const bytes = damage(encodeAborted(ENTRIES));
    assert.throws(() => decodeAborted(bytes), (error: unknown) => error instanceof Malformed);
  });
}

const goldenTest = hasGolden ? test : test.skip;

goldenTest("encodeAborted gives back Kafka's own files, byte for byte", () =>
  inTemporaryDirectory((folder) => {
    let count = 0;
    for (const path of goldenFiles(unpackGolden("kafka-data-dir", folder), ".txnindex")) {
      const bytes = new Uint8Array(readFileSync(path));
      const entries = decodeAborted(bytes);
      assert.is(encodeAborted(entries).toHex(), bytes.toHex(), path);
      count += entries.length;
    }
    assert.ok(count > 10, `${count} entries`);
    return Promise.resolve();
  }));

test.run();
