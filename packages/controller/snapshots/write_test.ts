// Snapshots are written and read back; whatever operation is the disk's last, there is a whole one.

import type { Clock } from "@odradek/base";
import { contentLines } from "@odradek/metadata/testing/image_of";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { imageWithTopics, SnapshotDisk } from "../testing/snapshot_disk.ts";
import { type LoadedSnapshot, loadNewestSnapshot } from "./load.ts";
import { storedSnapshots } from "./stored.ts";
import { type SnapshotDraft, writeSnapshot } from "./write.ts";

const test = suite("write snapshots");

const CONTROL: SnapshotDraft["control"] = [{ type: "KRAFT_VERSION", version: 0, kRaftVersion: 1 }];

function draft(topics: number, endOffset: number): SnapshotDraft {
  const image = imageWithTopics(topics, endOffset);
  return { image, control: CONTROL, lastContainedTimestamp: 7 };
}

interface Given {
  readonly files?: SnapshotDisk["files"];
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

function write(world: SnapshotDisk, what: SnapshotDraft, given: Given = {}): Promise<void> {
  const { files, clock, directory } = world;
  const { signal } = new AbortController();
  return writeSnapshot(what, { files, clock, directory, signal, ...given });
}

async function load(world: SnapshotDisk): Promise<[LoadedSnapshot | undefined, string[]]> {
  const warnings: string[] = [];
  const { files, directory } = world;
  const warn = (message: string): void => void warnings.push(message);
  return [await world.settle(loadNewestSnapshot(files, directory, warn)), warnings];
}

test("writeSnapshot leaves what loadNewestSnapshot gives back", async () => {
  const world = new SnapshotDisk();
  await world.format();
  const written = draft(700, 1500);
  await world.settle(write(world, written));
  assert.equal(await world.names(), ["00000000000000001500-0000000003.checkpoint"]);
  const [loaded, warnings] = await load(world);
  assert.equal(warnings, []);
  assert.equal([loaded?.endOffset, loaded?.epoch], [1500, 3]);
  assert.equal([loaded?.state.image.endOffset, loaded?.state.image.kraftVersion], [1500, 1]);
  const { image } = written;
  assert.equal(contentLines(loaded?.state.image ?? image), contentLines({
    ...image,
    kraftVersion: 1,
  }));
  assert.equal(loaded?.control.map(({ type }) => type), [
    "SNAPSHOT_HEADER",
    "KRAFT_VERSION",
    "SNAPSHOT_FOOTER",
  ]);
});

test("writeSnapshot makes the same file of the same image, whenever that is", async () => {
  const files = await Promise.all([0, 86_400_000].map(async (laterMs) => {
    const world = new SnapshotDisk();
    await world.format();
    world.clock.jump(laterMs);
    await world.settle(write(world, draft(700, 1500)));
    return await world.settle(
      world.files.readWhole(`${world.directory}/00000000000000001500-0000000003.checkpoint`),
    );
  }));
  assert.ok(files[0] !== undefined);
  assert.equal(files[0], files[1]);
});

test("writeSnapshot lets others run between two batches", async () => {
  const world = new SnapshotDisk();
  await world.format();
  let turns = 0;
  const { clock } = world;
  const counting: Clock = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    soon: (task) => clock.soon(task),
    schedule: (ms, task) => {
      turns++;
      return clock.schedule(ms, task);
    },
  };
  await world.settle(write(world, draft(2000, 10), { clock: counting }));
  // 4000 records are 8 batches, with those of the quorum 10.
  assert.is(turns, 10);
});

test("writeSnapshot ends at the signal, and leaves no snapshot", async () => {
  const world = new SnapshotDisk();
  await world.format();
  const stopping = new AbortController();
  const writing = write(world, draft(2000, 10), { signal: stopping.signal });
  stopping.abort(new Error("stop"));
  const failure = await world.settle(writing.catch((error: unknown) => String(error)));
  assert.is(failure, "Error: stop");
  assert.equal(await world.settle(storedSnapshots(world.files, world.directory)), []);
  assert.is((await load(world))[0], undefined);
});

test("writeSnapshot begins anew where an earlier try has left more", async () => {
  const world = new SnapshotDisk();
  await world.format();
  const path = `${world.directory}/00000000000000000010-0000000003.checkpoint.part`;
  await world.settle(world.files.writeWhole(path, new Uint8Array(100_000)));
  await world.settle(write(world, draft(1, 10)));
  assert.is((await load(world))[0]?.state.image.topics.size, 1);
});

test("writeSnapshot leaves the old one or the new one, whatever the disk does last", async () => {
  const seen = new Set<number>();
  for (let last = 0;; last++) {
    const world = new SnapshotDisk(last + 1);
    await world.format();
    await world.settle(write(world, draft(3, 10)));
    const { files, hasFailed } = world.failingFrom(last);
    await world.settle(write(world, draft(600, 20), { files }).catch(() => undefined));
    world.losePower();
    const [loaded, warnings] = await load(world);
    assert.equal(warnings, [], `operation ${last}`);
    assert.equal(loaded?.state.image.topics.size, loaded?.endOffset === 20 ? 600 : 3);
    seen.add(loaded?.endOffset ?? -1);
    assert.not.ok((await world.names()).some((name) => name.endsWith(".part")));
    if (!hasFailed()) break;
  }
  assert.equal([...seen].sort(), [10, 20]);
});

test.run();
