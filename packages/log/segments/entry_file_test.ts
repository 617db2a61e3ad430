// Entries against a plain array: whatever was appended, written, cut or read back.

import type { DataFile } from "@odradek/base";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SimulatedLog } from "../testing/simulated_log.ts";
import { EntryFile } from "./entry_file.ts";

const test = suite("EntryFile");

const ENTRY_BYTES = 4;
const readEntry = (view: DataView, at: number): number => view.getInt32(at);

/** A file on the simulated disk, opened anew with each call. */
async function world() {
  const log = new SimulatedLog();
  await log.format();
  const file = (): Promise<DataFile> =>
    log.settle(log.files.open("/data/entries", { create: true }));
  return { file, settle: <T>(promise: Promise<T>) => log.settle(promise) };
}

function append(entries: EntryFile, value: number): void {
  entries.append((view) => view.setInt32(0, value));
}

function all(entries: EntryFile): number[] {
  return Array.from({ length: entries.count }, (_, i) => entries.at(i, readEntry));
}

type Step =
  | { readonly do: "append"; readonly step: number }
  | { readonly do: "write" }
  | { readonly do: "truncate"; readonly part: number }
  | { readonly do: "reopen" };

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant("append" as const), step: fc.nat(3) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("write" as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant("truncate" as const), part: fc.nat(12) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("reopen" as const) }) },
  ),
  { maxLength: 60 },
);

/** Carries out the steps on a file and on an array, and gives both. */
async function carryOut(taken: readonly Step[]): Promise<{ entries: EntryFile; model: number[] }> {
  const { file, settle } = await world();
  let entries = new EntryFile(await file(), ENTRY_BYTES);
  let model: number[] = [];
  for (const one of taken) {
    if (one.do === "append") {
      const value = (model.at(-1) ?? 0) + one.step;
      append(entries, value);
      model.push(value);
    } else if (one.do === "write") {
      entries.write();
    } else if (one.do === "truncate") {
      const count = Math.round(model.length * one.part / 10);
      await settle(entries.truncate(count));
      model = model.slice(0, count);
    } else {
      entries.write();
      entries = new EntryFile(await file(), ENTRY_BYTES);
    }
    assert.equal(all(entries), model);
  }
  return { entries, model };
}

test("EntryFile holds what was appended and not cut, written or not", async () => {
  const run = async (taken: readonly Step[]): Promise<void> => {
    const { entries, model } = await carryOut(taken);
    assert.is(entries.last(readEntry), model.at(-1));
  };
  await fc.assert(fc.asyncProperty(steps, run), { numRuns: 60 });
});

test("EntryFile.lastWithin is the last entry of which the predicate holds", async () => {
  const run = async (taken: readonly Step[]): Promise<void> => {
    const { entries, model } = await carryOut(taken);
    for (let bound = -1; bound < (model.at(-1) ?? 0) + 2; bound++) {
      const found = entries.lastWithin(readEntry, (value) => value <= bound);
      assert.is(found, model.findLast((value) => value <= bound), `${model} up to ${bound}`);
    }
  };
  await fc.assert(fc.asyncProperty(steps, run), { numRuns: 60 });
});

test("EntryFile.write brings exactly the entries to the file, once", async () => {
  const { file } = await world();
  const entries = new EntryFile(await file(), ENTRY_BYTES);
  for (const value of [1, 2, 3]) append(entries, value);
  assert.is(entries.file.size, 0);
  entries.write();
  entries.write();
  append(entries, 4);
  entries.write();
  assert.is(entries.file.size, 4 * ENTRY_BYTES);
  assert.is(entries.file.view(0, 16).bytes.toHex(), "00000001000000020000000300000004");
});

test("EntryFile passes over a last entry that is cut off, and truncate takes it away", async () => {
  const { file, settle } = await world();
  const torn = await file();
  torn.write([Uint8Array.of(0, 0, 0, 7, 0, 0)], 0);
  const entries = new EntryFile(torn, ENTRY_BYTES);
  assert.equal(all(entries), [7]);
  await settle(entries.truncate(1));
  assert.is(torn.size, ENTRY_BYTES);
  assert.equal(all(entries), [7]);
});

test("EntryFile.last and lastWithin of nothing are undefined", async () => {
  const entries = new EntryFile(await (await world()).file(), ENTRY_BYTES);
  assert.is(entries.last(readEntry), undefined);
  assert.is(entries.lastWithin(readEntry, () => true), undefined);
});

test.run();
