// A replica of the quorum keeps what it has agreed on: in the log, in snapshots where the log's
// beginning has gone, and whatever the disk does last.

import type { Fault } from "@odradek/base";
import { contentLines } from "@odradek/metadata/testing/image_of";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createTopic, type OpenedReplica, ReplicaWorld } from "./testing/replica_world.ts";

const test = suite("quorum replica");

/** A topic is about 200 bytes of the log: some for a snapshot, some for a segment. */
const OFTEN = [
  "metadata.log.max.record.bytes.between.snapshots=500",
  "internal.metadata.log.segment.bytes=600",
  "internal.metadata.delete.delay.millis=5",
];
const KEEPS_LITTLE = [...OFTEN, "metadata.max.retention.bytes=3000"];
const TOPICS = 12;

async function formatted(settings: readonly string[], seed = 1): Promise<ReplicaWorld> {
  const world = new ReplicaWorld(settings, seed);
  await world.format();
  return world;
}

async function createTopics(world: ReplicaWorld, opened: OpenedReplica, count = TOPICS) {
  for (let i = 0; i < count; i++) await world.settle(createTopic(opened, i));
  // Snapshots are written, and files are removed, beside all that.
  await world.settle(new Promise<void>((resolve) => world.clock.schedule(1000, resolve)));
}

function topicsOf({ replica }: OpenedReplica): string[] {
  return [...replica.controller.image.topics.values()].map(({ name }) => name).sort();
}

async function stored(world: ReplicaWorld): Promise<{ snapshots: number[]; segments: number[] }> {
  const names = await world.names();
  const offsets = (end: string) =>
    names.filter((name) => name.endsWith(end)).map((name) => Number.parseInt(name, 10));
  return { snapshots: offsets(".checkpoint"), segments: offsets(".log") };
}

test("QuorumReplica begins with the newest snapshot, and goes on with the log", async () => {
  const world = await formatted(OFTEN);
  const before = await world.settle(world.start());
  await createTopics(world, before);
  const { snapshots, segments } = await stored(world);
  assert.ok(snapshots.length > 2, `${snapshots}`);
  assert.is(segments[0], 0);
  await world.settle(before.replica.stop());
  const after = await world.settle(world.start());
  assert.equal(after.following.restored, [snapshots.at(-1)]);
  assert.equal(topicsOf(after), topicsOf(before));
  assert.is(topicsOf(after).length, TOPICS);
  const { image } = after.replica.controller;
  assert.equal(contentLines(after.following.image), contentLines(image));
  await world.settle(createTopic(after, TOPICS));
  await world.settle(after.replica.stop());
});

test("QuorumReplica lets go of old snapshots, and of the log below the oldest", async () => {
  const world = await formatted(KEEPS_LITTLE);
  const before = await world.settle(world.start());
  await createTopics(world, before, 40);
  const { snapshots, segments } = await stored(world);
  assert.ok(snapshots.length < 4, `${snapshots}`);
  assert.ok((segments[0] ?? 0) > 0, `${segments}`);
  assert.ok((segments[0] ?? 0) <= (snapshots[0] ?? 0), `${segments}, ${snapshots}`);
  assert.not.ok((await world.names()).some((name) => name.endsWith(".deleted")));
  await world.settle(before.replica.stop());
  const after = await world.settle(world.start());
  assert.is(topicsOf(after).length, 40);
  await world.settle(after.replica.stop());
});

test("QuorumReplica takes a snapshot when the interval is over, and none of nothing", async () => {
  const world = await formatted(["metadata.log.max.snapshot.interval.ms=1000"]);
  const opened = await world.settle(world.start());
  const pass = (ms: number) =>
    world.settle(new Promise<void>((resolve) => world.clock.schedule(ms, resolve)));
  await pass(900);
  assert.equal((await stored(world)).snapshots, []);
  await pass(900);
  assert.is((await stored(world)).snapshots.length, 1);
  await pass(10_000);
  assert.is((await stored(world)).snapshots.length, 1);
  await world.settle(createTopic(opened, 1));
  await pass(1900);
  assert.is((await stored(world)).snapshots.length, 2);
  await world.settle(opened.replica.stop());
});

test("QuorumReplica does not cut a transaction in two", async () => {
  const world = await formatted(OFTEN);
  const opened = await world.settle(world.start());
  const { controller } = opened.replica;
  const append = (type: "BeginTransactionRecord" | "EndTransactionRecord") =>
    world.settle(controller.decide(() => ({ records: [{ type }], reply: undefined })));
  const rest = () =>
    world.settle(new Promise<void>((resolve) => world.clock.schedule(100, resolve)));
  // The first records of a cluster are worth a snapshot by themselves.
  await rest();
  await append("BeginTransactionRecord");
  const { snapshots: [...had] } = await stored(world);
  await createTopics(world, opened, 6);
  assert.equal((await stored(world)).snapshots, had);
  await append("EndTransactionRecord");
  await rest();
  assert.is((await stored(world)).snapshots.length, had.length + 1);
  await world.settle(opened.replica.stop());
});

test("QuorumReplica goes on from a snapshot whose log is lost", async () => {
  const world = await formatted(OFTEN);
  const before = await world.settle(world.start());
  await createTopics(world, before);
  await world.settle(before.replica.stop());
  const last = (await stored(world)).snapshots.at(-1);
  for (const name of await world.names()) {
    if (!name.endsWith(".log")) continue;
    await world.settle(world.files.remove(`${world.directory}/${name}`));
  }
  const after = await world.settle(world.start());
  assert.is((await stored(world)).segments[0], last);
  assert.ok(topicsOf(after).length > TOPICS / 2);
  await world.settle(createTopic(after, 99));
  assert.ok(topicsOf(after).includes("t99"));
  await world.settle(after.replica.stop());
});

test("QuorumReplica does not start where records are missing", async () => {
  const world = await formatted(KEEPS_LITTLE);
  const before = await world.settle(world.start());
  await createTopics(world, before, 40);
  await world.settle(before.replica.stop());
  for (const name of await world.names()) {
    if (!name.endsWith(".checkpoint")) continue;
    await world.settle(world.files.writeWhole(`${world.directory}/${name}`, new Uint8Array(9)));
  }
  const failure = await world.settle(world.open().catch((error: unknown) => error)) as Fault;
  assert.is(failure.kind, "corrupt");
  assert.match(failure.message, /log begins at offset \d+, and there is no snapshot/);
});

test("QuorumReplica keeps what was committed, whatever operation is the disk's last", async () => {
  for (let last = 0;; last += 1) {
    const world = await formatted(KEEPS_LITTLE, last + 1);
    const { files, hasFailed } = world.failingFrom(last);
    const committed: string[] = [];
    const life = async (): Promise<void> => {
      const opened = await world.start(files);
      for (let i = 0; i < TOPICS; i++) {
        await createTopic(opened, i);
        committed.push(`t${i}`);
      }
    };
    const failed = new Promise<void>((resolve) => {
      const look = (): void => {
        if (world.failure === undefined) world.clock.schedule(1, look);
        else resolve();
      };
      look();
    });
    await world.settle(Promise.race([life().catch(() => undefined), failed]));
    await world.settle(new Promise<void>((resolve) => world.clock.schedule(50, resolve)));
    world.losePower();
    world.failure = undefined;
    const after = await world.settle(world.start());
    const found = topicsOf(after);
    assert.equal(committed.filter((name) => !found.includes(name)), [], `operation ${last}`);
    assert.equal(after.warnings, [], `operation ${last}`);
    await world.settle(createTopic(after, 500));
    await world.settle(after.replica.stop());
    if (!hasFailed()) break;
  }
});

test.run();
