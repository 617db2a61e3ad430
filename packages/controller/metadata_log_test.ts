// With what a metadata log begins, whatever its directory and the newest snapshot say.

import { Fault } from "@odradek/base";
import type { PartitionLog } from "@odradek/log";
import { textBatch } from "@odradek/log/testing/batches";
import { inlineJobs } from "@odradek/log/testing/inline_jobs";
import { configOf } from "@odradek/metadata/configs/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openMetadataLog } from "./metadata_log.ts";
import type { SnapshotId } from "./snapshots/stored.ts";
import { SnapshotDisk } from "./testing/snapshot_disk.ts";

const test = suite("metadata_log");

/** A log with so many records of each epoch. */
async function logOf(disk: SnapshotDisk, epochs: readonly [number, number][]) {
  await disk.format();
  const log = await opened(disk, undefined);
  for (const [leaderEpoch, count] of epochs) {
    for (let i = 0; i < count; i++) {
      log.append([textBatch(["r"], { baseOffset: log.endOffset, leaderEpoch })]);
    }
  }
  await disk.settle(log.flush());
  return log;
}

function opened(disk: SnapshotDisk, snapshot: SnapshotId | undefined): Promise<PartitionLog> {
  const { files, clock, directory } = disk;
  const request = { directory, config: configOf({}), wasClean: false, snapshot };
  return disk.settle(openMetadataLog(request, { files, clock, jobs: inlineJobs(files) }));
}

/** The process is killed; another one opens what is there. */
async function reopened(disk: SnapshotDisk, snapshot: SnapshotId): Promise<PartitionLog> {
  disk.disk.kill();
  disk.files = disk.disk.mount();
  return await opened(disk, snapshot);
}

test("openMetadataLog knows the epoch of a log that a snapshot has emptied", async () => {
  const disk = new SnapshotDisk();
  const log = await logOf(disk, [[1, 3], [6, 2]]);
  // What the node does when a snapshot stands for everything in the log.
  await disk.settle(log.roll());
  log.advanceStart(5);
  log.removeFirst(log.segments.slice(0, -1));
  await disk.settle(log.flush());
  const again = await reopened(disk, { endOffset: 5, epoch: 6 });
  assert.equal([again.startOffset, again.endOffset], [5, 5]);
  assert.equal(again.epochs.entries, [{ epoch: 6, startOffset: 5 }]);
});

test("openMetadataLog begins anew behind a snapshot that the log does not reach", async () => {
  const disk = new SnapshotDisk();
  await logOf(disk, [[1, 3]]);
  const again = await reopened(disk, { endOffset: 9, epoch: 4 });
  assert.equal([again.startOffset, again.endOffset], [9, 9]);
  assert.equal(again.epochs.entries, [{ epoch: 4, startOffset: 9 }]);
});

test("openMetadataLog leaves a log as it is that holds the end of the snapshot", async () => {
  const table: [SnapshotId, string][] = [
    [{ endOffset: 5, epoch: 6 }, "ends with it"],
    [{ endOffset: 4, epoch: 6 }, "goes on behind it"],
  ];
  for (const [snapshot, name] of table) {
    const disk = new SnapshotDisk();
    await logOf(disk, [[1, 3], [6, 2]]);
    const again = await reopened(disk, snapshot);
    assert.equal([again.startOffset, again.endOffset], [0, 5], name);
    const expected = [{ epoch: 1, startOffset: 0 }, { epoch: 6, startOffset: 3 }];
    assert.equal(again.epochs.entries, expected, name);
  }
});

test("openMetadataLog refuses a log that begins behind the snapshot", async () => {
  const disk = new SnapshotDisk();
  const log = await logOf(disk, [[1, 5]]);
  await disk.settle(log.roll());
  log.advanceStart(5);
  log.removeFirst(log.segments.slice(0, -1));
  log.append([textBatch(["r"], { baseOffset: 5, leaderEpoch: 1 })]);
  await disk.settle(log.flush());
  try {
    await reopened(disk, { endOffset: 3, epoch: 1 });
    assert.unreachable();
  } catch (error) {
    assert.instance(error, Fault);
    assert.match((error as Fault).message, /begins at offset 5, and the newest snapshot .* at 3;/);
  }
});

test.run();
