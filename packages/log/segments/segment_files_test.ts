// What stands in a partition's directory, and what crashes of deletions and compactions leave
// there.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { textBatch } from "../testing/batches.ts";
import { SimulatedLog } from "../testing/simulated_log.ts";
import { segmentFileName } from "./parts.ts";
import {
  openSegment,
  removeLeftovers,
  removeSegmentFiles,
  segmentOffsets,
} from "./segment_files.ts";

const test = suite("segment files");

/** The partition's directory with these files, which hold a byte each unless told otherwise. */
async function directoryOf(
  names: readonly string[],
  contents: Readonly<Record<string, Uint8Array>> = {},
): Promise<SimulatedLog> {
  const log = new SimulatedLog();
  await log.settle(log.files.makeDirectory(log.directory));
  for (const name of names) await log.put(name, contents[name] ?? Uint8Array.of(1));
  return log;
}

const at = (offset: number, rest: string): string => String(offset).padStart(20, "0") + rest;

async function namesIn(log: SimulatedLog): Promise<string[]> {
  return [...(await log.contents()).keys()];
}

test("segmentOffsets are those of the logs, ascending", async () => {
  const names = [
    at(500, ".log"),
    at(0, ".log"),
    at(90, ".log"),
    at(70, ".index"),
    at(80, ".log.deleted"),
    at(85, ".log.swap"),
    "0.log",
    "leader-epoch-checkpoint",
  ];
  const log = await directoryOf(names);
  assert.equal(await log.settle(segmentOffsets(log.files, log.directory)), [0, 90, 500]);
  assert.equal(await log.settle(segmentOffsets(log.files, "/nowhere")), []);
});

test("openSegment makes the files that are missing and leaves the others", async () => {
  const batch = textBatch(["a"], { baseOffset: 42 });
  const log = await directoryOf([at(42, ".log")], { [at(42, ".log")]: batch.bytes });
  const place = { baseOffset: 42, createdMs: 7 };
  const segment = await log.settle(openSegment(log.files, log.directory, place));
  assert.equal([segment.baseOffset, segment.createdMs], [42, 7]);
  assert.is(segment.sizeBytes, batch.bytes.length);
  const sizes = [...await log.contents()].map(([name, { length }]) => [name, length]);
  assert.equal(sizes, [
    [at(42, ".index"), 0],
    [at(42, ".log"), batch.bytes.length],
    [at(42, ".timeindex"), 0],
  ]);
});

test("removeSegmentFiles takes one segment's files and no others", async () => {
  const log = await directoryOf([
    at(5, ".log"),
    at(5, ".index"),
    at(5, ".timeindex"),
    at(5, ".txnindex"),
    at(5, ".snapshot"),
    at(50, ".log"),
  ]);
  await log.settle(removeSegmentFiles(log.files, log.directory, 5));
  assert.equal(await namesIn(log), [at(5, ".snapshot"), at(50, ".log")]);
  await log.settle(removeSegmentFiles(log.files, log.directory, 5));
});

const batches = (from: number, to: number): Uint8Array =>
  textBatch(Array.from({ length: to - from }, () => "x"), { baseOffset: from }).bytes;

interface Case {
  readonly what: string;
  readonly names: readonly string[];
  readonly contents?: Readonly<Record<string, Uint8Array>>;
  readonly left: readonly string[];
}

const CASES: readonly Case[] = [
  {
    what: "nothing out of order",
    names: [at(0, ".index"), at(0, ".log"), at(0, ".timeindex"), at(9, ".snapshot"), "other"],
    left: [at(0, ".index"), at(0, ".log"), at(0, ".timeindex"), at(9, ".snapshot"), "other"],
  },
  {
    what: "a deletion",
    names: [at(0, ".log.deleted"), at(0, ".index.deleted"), at(9, ".log"), at(9, ".index")],
    left: [at(9, ".index"), at(9, ".log")],
  },
  {
    what: "indexes whose log is gone already",
    names: [at(0, ".index"), at(0, ".timeindex"), at(0, ".txnindex"), at(9, ".log")],
    left: [at(9, ".log")],
  },
  {
    what: "a compaction that was not finished",
    names: [at(0, ".log"), at(5, ".log"), at(0, ".log.cleaned"), at(0, ".index.cleaned")],
    left: [at(0, ".log"), at(5, ".log")],
  },
  {
    what: "a compaction that was finished, before the old segments went",
    names: [
      at(0, ".log"),
      at(0, ".index"),
      at(4, ".snapshot"),
      at(5, ".log"),
      at(8, ".log"),
      at(0, ".log.swap"),
      at(0, ".index.swap"),
    ],
    contents: { [at(0, ".log.swap")]: batches(0, 8) },
    left: [at(0, ".index"), at(0, ".log"), at(8, ".log")],
  },
  {
    what: "a compaction that was finished, after the old segments went",
    names: [at(0, ".log.deleted"), at(0, ".log.swap"), at(0, ".timeindex.swap"), at(8, ".log")],
    contents: { [at(0, ".log.swap")]: batches(0, 8) },
    left: [at(0, ".log"), at(0, ".timeindex"), at(8, ".log")],
  },
  {
    what: "a round of which one segment was not finished",
    names: [at(0, ".log"), at(5, ".log"), at(5, ".log.swap"), at(4, ".log.cleaned")],
    contents: { [at(5, ".log.swap")]: batches(5, 8) },
    left: [at(0, ".log"), at(5, ".log")],
  },
];

for (const { what, names, contents, left } of CASES) {
  test(`removeLeftovers mends ${what}`, async () => {
    const log = await directoryOf(names, contents);
    await log.settle(removeLeftovers(log.files, log.directory));
    assert.equal(await namesIn(log), left);
    await log.settle(removeLeftovers(log.files, log.directory));
    assert.equal(await namesIn(log), left, "once more changes nothing");
  });
}

test("removeLeftovers puts the compacted log where the old one was", async () => {
  const swap = batches(0, 8);
  const names = [segmentFileName(0, "log"), `${segmentFileName(0, "log")}.swap`];
  const log = await directoryOf(names, { [names[1] as string]: swap });
  await log.settle(removeLeftovers(log.files, log.directory));
  assert.is((await log.contents()).get(names[0] as string)?.toHex(), swap.toHex());
});

test.run();
