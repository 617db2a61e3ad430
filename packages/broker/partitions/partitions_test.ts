// The partitions of a reactor follow the metadata: made, led, configured, dropped, deleted.

import type { Uuid } from "@odradek/base";
import { readTopicId } from "@odradek/log";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { logDirectory } from "../testing/directories.ts";
import { type PartitionDraft, testUuid, type TopicDraft } from "../testing/images.ts";
import { type Owned, ownedPartitions } from "../testing/owned.ts";
import { batchOf, simulatedWorld, valuesIn, type World } from "../testing/world.ts";

const test = suite("partitions/partitions");

const [FIRST, SECOND] = [1, 2].map(testUuid) as [Uuid, Uuid];
const MINUTE_MS = 60_000;

const topic = (...partitions: readonly PartitionDraft[]): TopicDraft => ({
  name: "t",
  id: FIRST,
  partitions,
});

async function names({ context, settle }: World, path = "/data"): Promise<string[]> {
  const entries = await settle(context.files.list(path));
  return (entries ?? []).map(({ name }) => name.replace(/[0-9a-f]{32}/, "<hex>"));
}

async function write(owned: Owned, id: Uuid, ...values: string[]): Promise<void> {
  await owned.world.settle(owned.find(id).append(batchOf(values), 1));
}

test("Partitions.apply makes the partitions that this broker has, and no others", async () => {
  const owned = ownedPartitions();
  const partitions = [{}, { replicas: [2, 3] }, { replicas: [2, 1] }];
  await owned.apply({ topics: [topic(...partitions)] });
  assert.is(owned.partitions.count, 2);
  assert.ok(owned.find(FIRST, 0).isLeader);
  assert.is(owned.partitions.get(FIRST, 1), undefined);
  assert.not(owned.find(FIRST, 2).isLeader);
  assert.is(owned.find(FIRST, 2).leaderId, 2);
  assert.equal(await names(owned.world), ["t-0", "t-2"]);
  const { context: { files } } = owned.world;
  assert.is(await owned.world.settle(readTopicId(files, "/data/t-0")), FIRST);
});

test("Partitions.apply leaves to other reactors what is theirs", async () => {
  const owned = ownedPartitions({ owns: (_, partition) => partition === 1 });
  await owned.apply({ topics: [topic({}, {}, {})] });
  assert.equal([...owned.partitions.all()].map(({ partition }) => partition), [1]);
});

test("Partitions.apply opens more than it opens at a time", async () => {
  const owned = ownedPartitions();
  await owned.apply({ topics: [topic(...Array.from({ length: 100 }, () => ({})))] });
  assert.is(owned.partitions.count, 100);
});

test("Partitions.apply tells partitions who leads them now", async () => {
  const owned = ownedPartitions();
  await owned.apply({ topics: [topic({ replicas: [1, 2] })] });
  const partition = owned.find(FIRST);
  await owned.apply({ topics: [topic({ replicas: [1, 2], leader: 2, leaderEpoch: 1 })] });
  assert.is(owned.find(FIRST), partition);
  assert.equal([partition.leaderId, partition.leaderEpoch, partition.isLeader], [2, 1, false]);
});

test("Partitions.apply adds partitions to a topic", async () => {
  const owned = ownedPartitions();
  await owned.apply({ topics: [topic({})] });
  const before = owned.find(FIRST);
  await owned.apply({ topics: [topic({}, {})] });
  assert.is(owned.partitions.count, 2);
  assert.is(owned.find(FIRST), before);
});

// Configuration.

test("Partitions.apply hands a changed configuration to partition and log", async () => {
  const owned = ownedPartitions();
  const other = { name: "other", id: SECOND };
  await owned.apply({ topics: [topic({}), other] });
  const configs = { "max.message.bytes": "777", "flush.messages": "5" };
  await owned.apply({ topics: [{ ...topic({}), configs }, other] });
  const partition = owned.find(FIRST);
  assert.is(partition.config.messageBytesMax, 777);
  assert.is(partition.log.config.flushMessages, 5);
  assert.is.not(owned.find(SECOND).config.messageBytesMax, 777);
  await owned.apply({ topics: [topic({}), other] });
  assert.is(partition.config.messageBytesMax, owned.find(SECOND).config.messageBytesMax);
});

test("Partitions.apply opens a partition with the configuration that it has by then", async () => {
  const owned = ownedPartitions();
  const configs = { "cleanup.policy": "compact" };
  await owned.apply({ topics: [{ ...topic({}), configs }] });
  assert.ok(owned.find(FIRST).config.cleanup.compact);
  assert.is.not(owned.find(FIRST).log.config.compaction, undefined);
});

test("Partitions.apply moves the start of segments by chance where wanted", async () => {
  const owned = ownedPartitions();
  const configs = { "segment.jitter.ms": "1000000" };
  const partitions = [{}, {}, {}, {}];
  await owned.apply({ topics: [{ ...topic(...partitions), configs }] });
  const jitters = new Set([...owned.partitions.all()].map(({ log }) => log.config.segmentJitterMs));
  assert.ok(jitters.size > 1);
  for (const jitter of jitters) assert.ok(jitter >= 0 && jitter < 1_000_000);
});

// Deleting.

test("Partitions.apply of a deleted topic takes it away at once, and its files later", async () => {
  const owned = ownedPartitions();
  const configs = { "file.delete.delay.ms": String(MINUTE_MS) };
  await owned.apply({ topics: [{ ...topic({}), configs }] });
  const partition = owned.find(FIRST);
  await owned.apply({ topics: [] });
  assert.is(owned.partitions.get(FIRST, 0), undefined);
  assert.ok(partition.isGone);
  assert.equal(await names(owned.world), ["t-0.<hex>-delete"]);
  const { clock } = owned.world;
  await clock.runUntil(clock.monotonic() + MINUTE_MS - 1000);
  assert.equal(await names(owned.world), ["t-0.<hex>-delete"]);
  await clock.runUntil(clock.monotonic() + 2000);
  assert.equal(await names(owned.world), []);
  assert.equal(owned.warnings, []);
});

test("Partitions.apply drops a partition that is no longer this broker's", async () => {
  const owned = ownedPartitions();
  await owned.apply({ topics: [topic({}, {})] });
  await owned.apply({ topics: [topic({ replicas: [2] }, {})] });
  assert.is(owned.partitions.get(FIRST, 0), undefined);
  assert.equal(await names(owned.world), ["t-0.<hex>-delete", "t-1"]);
});

test("Partitions.apply gives a topic that was made again nothing of the one before", async () => {
  const owned = ownedPartitions();
  await owned.apply({ topics: [topic({})] });
  await write(owned, FIRST, "old");
  await owned.apply({ topics: [{ name: "t", id: SECOND }] });
  assert.is(owned.partitions.count, 1);
  assert.is(owned.find(SECOND).log.endOffset, 0);
  assert.equal(await names(owned.world), ["t-0", "t-0.<hex>-delete"]);
});

// What lies on disk at the start.

/** A world in which a broker has written to `t-0` and stopped in order. */
async function stopped(): Promise<World> {
  const owned = ownedPartitions();
  await owned.apply({ topics: [topic({})] });
  await write(owned, FIRST, "a", "b", "c");
  await owned.world.settle(owned.partitions.close());
  return owned.world;
}

test("Partitions.apply opens what lies there, from the checkpoints", async () => {
  const world = await stopped();
  const checkpoints = {
    highWatermarks: new Map([["t 0", 2]]),
    logStarts: new Map([["t 0", 1]]),
    recoveryPoints: new Map([["t 0", 3]]),
  };
  const directory = logDirectory("/data", { wasClean: true, replicas: ["t-0"], checkpoints });
  const owned = ownedPartitions({ world, directories: [directory] });
  await owned.apply({ topics: [topic({ replicas: [1, 2] })] });
  const { log, highWatermark } = owned.find(FIRST);
  assert.equal([log.startOffset, highWatermark, log.endOffset, log.recoveryPoint], [1, 2, 3, 3]);
  assert.equal(await valuesIn(world, log), ["b", "c"]);
});

test("Partitions.apply puts aside what lies there of another topic of that name", async () => {
  const world = await stopped();
  const checkpoints = { logStarts: new Map([["t 0", 1]]), highWatermarks: new Map([["t 0", 3]]) };
  const directory = logDirectory("/data", { replicas: ["t-0"], checkpoints });
  const owned = ownedPartitions({ world, directories: [directory] });
  await owned.apply({ topics: [{ name: "t", id: SECOND }] });
  const { log, highWatermark } = owned.find(SECOND);
  assert.equal([log.startOffset, highWatermark, log.endOffset], [0, 0, 0]);
  assert.equal(await names(world), ["t-0", "t-0.<hex>-stray"]);
});

test("Partitions.apply adopts a directory that names no topic", async () => {
  const world = await stopped();
  const { files } = world.context;
  await world.settle(files.remove("/data/t-0/partition.metadata"));
  const directory = logDirectory("/data", { wasClean: true, replicas: ["t-0"] });
  const owned = ownedPartitions({ world, directories: [directory] });
  await owned.apply({ topics: [topic({})] });
  assert.is(owned.find(FIRST).log.endOffset, 3);
  assert.is(await world.settle(readTopicId(files, "/data/t-0")), FIRST);
});

test("Partitions.apply warns of what cannot be opened, and goes on with the rest", async () => {
  const world = simulatedWorld();
  const { files } = world.context;
  await world.settle(files.makeDirectory("/data"));
  await world.settle(files.writeWhole("/data/t-1", new Uint8Array(3)));
  const owned = ownedPartitions({ world });
  await owned.apply({ topics: [topic({}, {}, {})] });
  assert.is(owned.partitions.count, 2);
  assert.is(owned.warnings.length, 1);
  assert.match(owned.warnings[0] ?? "", /Cannot open partition t-1 in "\/data"/);
  const [answer] = await owned.service.located([{ topicId: FIRST, partition: 1 }]);
  assert.equal(answer, { refused: "KAFKA_STORAGE_ERROR", detail: undefined });
  // Tried again with the next change of its topic.
  await world.settle(files.remove("/data/t-1"));
  await owned.apply({ topics: [topic({}, {}, {}, {})] });
  assert.is(owned.partitions.count, 4);
});

// Directories.

test("Partitions.apply goes to the directory that is assigned", async () => {
  const [a, b] = [testUuid(11), testUuid(12)];
  assert.ok(a && b);
  const directories = [logDirectory("/a", { id: a }), logDirectory("/b", { id: b })];
  const owned = ownedPartitions({ directories });
  const partitions = [
    { replicas: [2, 1], directories: [a, b] },
    { replicas: [1], directories: [b] },
    { replicas: [1], directories: [a] },
  ];
  await owned.apply({ topics: [topic(...partitions)] });
  assert.equal(await names(owned.world, "/a"), ["t-2"]);
  assert.equal(await names(owned.world, "/b"), ["t-0", "t-1"]);
  const inB = [...owned.partitions.inDirectory(b)].map(({ partition }) => partition);
  assert.equal(inB.sort(), [0, 1]);
});

// The end.

test("Partitions.close lets go who waits, and leaves what a clean start needs", async () => {
  const owned = ownedPartitions();
  await owned.apply({ topics: [topic({})] });
  await write(owned, FIRST, "a");
  const partition = owned.find(FIRST);
  await owned.world.settle(owned.partitions.close());
  assert.ok(partition.isGone);
  assert.is(partition.log.recoveryPoint, 1);
  const files = await names(owned.world, "/data/t-0");
  assert.ok(files.includes("00000000000000000001.snapshot"), files.join(" "));
});

test.run();
