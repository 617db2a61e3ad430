// What a node begins with, whatever lies in the directory.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { encodeCheckpoint } from "../checkpoint_file.ts";
import { SnapshotDisk } from "../testing/snapshot_disk.ts";
import { loadNewestSnapshot } from "./load.ts";
import { snapshotFileName } from "./stored.ts";

const test = suite("load snapshots");

/** A snapshot that is known by the level of a feature. */
function withLevel(featureLevel: number): Uint8Array {
  const record = { type: "FeatureLevelRecord", name: "f", featureLevel } as const;
  return encodeCheckpoint({ control: [], records: [record], now: 5 });
}

function contradicting(): Uint8Array {
  const record = { type: "FenceBrokerRecord", id: 9, epoch: 1n } as const;
  return encodeCheckpoint({ control: [], records: [record], now: 5 });
}

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[copy.length - 30] = (copy[copy.length - 30] ?? 0) ^ 1;
  return copy;
}

const [OLD, NEW] = [{ endOffset: 10, epoch: 1 }, { endOffset: 20, epoch: 2 }].map(snapshotFileName);
const LATER_EPOCH = snapshotFileName({ endOffset: 20, epoch: 3 });

type Row = [
  files: Readonly<Record<string, Uint8Array>>,
  level: number | undefined,
  warnings: RegExp[],
  left: string[],
];

test("loadNewestSnapshot takes the newest that can be read", async () => {
  const [old, good] = [withLevel(1), withLevel(2)];
  const [oldName, newName] = [OLD as string, NEW as string];
  const bad = (why: string): RegExp[] => [new RegExp(`Cannot use snapshot ".*${newName}".*${why}`)];
  const table: Row[] = [
    [{}, undefined, [], []],
    [{ [oldName]: old, [newName]: good }, 2, [], [oldName, newName]],
    [{ [newName]: old, [LATER_EPOCH]: good }, 2, [], [newName, LATER_EPOCH]],
    [{ [oldName]: old, [`${newName}.part`]: good }, 1, [], [oldName]],
    [{ [oldName]: old, [`${newName}.deleted`]: good, "x.part": old }, 1, [], [oldName, "x.part"]],
    // As Kafka names what it writes.
    [{ [oldName]: old, [newName.replace(".", "-77.") + ".part"]: good }, 1, [], [oldName]],
    [{ [oldName]: old, [newName]: good.slice(0, -20) }, 1, bad("cut off"), [oldName, newName]],
    [{ [oldName]: old, [newName]: flipped(good) }, 1, bad("wrong CRC"), [oldName, newName]],
    [{ [oldName]: old, [newName]: new Uint8Array(0) }, 1, bad("no snapshot header"), [
      oldName,
      newName,
    ]],
    [{ [oldName]: old, [newName]: contradicting() }, 1, bad("no broker 9"), [oldName, newName]],
    [{ [newName]: new Uint8Array(99) }, undefined, bad(""), [newName]],
    [{ "leader-epoch-checkpoint": good, "quorum-state": good }, undefined, [], [
      "leader-epoch-checkpoint",
      "quorum-state",
    ]],
  ];
  for (const [contents, level, wanted, left] of table) {
    const world = new SnapshotDisk();
    await world.format();
    const { files, directory } = world;
    for (const [name, bytes] of Object.entries(contents)) {
      await world.settle(files.writeWhole(`${directory}/${name}`, bytes));
    }
    const warnings: string[] = [];
    const warn = (message: string): void => void warnings.push(message);
    const loaded = await world.settle(loadNewestSnapshot(files, directory, warn));
    const message = Object.keys(contents).join(", ");
    assert.is(loaded?.state.image.features.get("f"), level, message);
    assert.is(warnings.length, wanted.length, message);
    wanted.forEach((pattern, i) => assert.match(warnings[i] ?? "", pattern));
    assert.equal(await world.names(), left, message);
  }
});

test.run();
