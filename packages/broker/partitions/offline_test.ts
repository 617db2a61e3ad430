// A log directory that fails takes its partitions with it, and no others.

import { type DataFile, Fault, type FaultKind, type Files, type Uuid } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { logDirectory } from "../testing/directories.ts";
import { testUuid, type TopicDraft } from "../testing/images.ts";
import { type Owned, ownedPartitions } from "../testing/owned.ts";
import { batchOf, simulatedWorld } from "../testing/world.ts";
import { allOffline, isOffline, takeOffline, unusableDirectory } from "./log_directories.ts";
import type { AppendAnswer } from "./service.ts";
import type { Outcome } from "./refused.ts";

const test = suite("partitions/offline");

const [GOOD, BAD, LATER] = [1, 2, 3].map(testUuid) as [Uuid, Uuid, Uuid];
const [GOOD_DIRECTORY, BAD_DIRECTORY] = [901, 902].map(testUuid) as [Uuid, Uuid];

/** A disk of which one directory fails, once it is told to. */
class FailingDisk {
  isFailing = false;
  kind: FaultKind = "disk";

  over(files: Files): Files {
    return new Proxy(files, {
      get: (target, name) => {
        const guarded = (path: string, file: DataFile): DataFile =>
          path.startsWith("/bad") ? this.#file(file) : file;
        if (name === "known") {
          return (path: string, size: number) => guarded(path, files.known(path, size));
        }
        if (name !== "open") return Reflect.get(target, name).bind?.(target);
        return async (path: string, options: { create?: boolean }) =>
          guarded(path, await files.open(path, options));
      },
    });
  }

  #file(file: DataFile): DataFile {
    const methods = new Set(["write", "view", "sync", "verify", "read", "warm"]);
    return new Proxy(file, {
      get: (target, name) => {
        const own: unknown = Reflect.get(target, name, target);
        if (typeof own !== "function") return own;
        return (...args: unknown[]) => {
          if (this.isFailing && methods.has(String(name))) {
            const what = `Cannot ${String(name)} "${file.path}"`;
            throw new Fault(this.kind, `${what}: the disk failed (EIO)`);
          }
          return own.apply(target, args);
        };
      },
    });
  }
}

async function twoDirectories(): Promise<Owned & { readonly disk: FailingDisk }> {
  const disk = new FailingDisk();
  const simulated = simulatedWorld();
  const files = disk.over(simulated.context.files);
  const world = { ...simulated, context: { ...simulated.context, files } };
  const directories = [
    logDirectory("/good", { id: GOOD_DIRECTORY }),
    logDirectory("/bad", { id: BAD_DIRECTORY }),
  ];
  const owned = ownedPartitions({ world, directories });
  await owned.apply(image());
  return { ...owned, disk };
}

const image = (...more: { name: string; id: Uuid }[]) => ({
  topics: [
    { name: "good", id: GOOD, partitions: [{ directories: [GOOD_DIRECTORY] }] },
    { name: "bad", id: BAD, partitions: [{ directories: [BAD_DIRECTORY] }] },
    ...more,
  ],
});

async function append({ world, service }: Owned, topicId: Uuid): Promise<Outcome<AppendAnswer>> {
  const call = { topicId, partition: 0, batch: batchOf(["x"]).bytes, acks: 1 };
  const [outcome] = await world.settle(service.append([call], { timeoutMs: 1000 }));
  return outcome as Outcome<AppendAnswer>;
}

const refusal = (outcome: object): unknown => (outcome as { refused?: unknown }).refused;

test("a disk that fails a write takes its log directory offline, and no other", async () => {
  const owned = await twoDirectories();
  assert.is(refusal(await append(owned, BAD)), undefined);
  owned.disk.isFailing = true;
  assert.is(refusal(await append(owned, BAD)), "KAFKA_STORAGE_ERROR");
  assert.is(refusal(await append(owned, GOOD)), undefined);
  assert.equal(owned.directories.map(isOffline), [false, true]);
  assert.is(owned.warnings.length, 1);
  assert.match(owned.warnings[0] ?? "", /^Log directory "\/bad" is offline until the next start: /);
});

test("a log directory stays offline when its disk works again", async () => {
  const owned = await twoDirectories();
  owned.disk.isFailing = true;
  await append(owned, BAD);
  owned.disk.isFailing = false;
  assert.is(refusal(await append(owned, BAD)), "KAFKA_STORAGE_ERROR");
  const call = { topicId: BAD, partition: 0 };
  const [producers] = await owned.service.producers([call]);
  assert.is(refusal(producers as object), "KAFKA_STORAGE_ERROR");
});

test("a disk that fails a read takes its log directory offline, and wakes who waits", async () => {
  const owned = await twoDirectories();
  await append(owned, BAD);
  const fetch = { topicId: BAD, partition: 0, leaderEpoch: -1, lastFetchedEpoch: -1 };
  const terms = { replicaId: -1, isReadCommitted: false, bytesMax: 1000 };
  const waiting = owned.service.waitForData([{ ...fetch, fetchOffset: 1, bytesMax: 1000 }], {
    ...terms,
    bytesMin: 1,
    bytesFound: [0],
    timeoutMs: 3_600_000,
    signal: new AbortController().signal,
  });
  owned.disk.isFailing = true;
  const calls = [{ ...fetch, fetchOffset: 0, bytesMax: 1000 }];
  const [answer] = await owned.world.settle(owned.service.fetch(calls, terms));
  assert.is(refusal(answer as object), "KAFKA_STORAGE_ERROR");
  await owned.world.settle(waiting);
});

test("a log directory that another thread saw fail is left, and gets no new replica", async () => {
  const owned = await twoDirectories();
  Atomics.store(owned.directories[1]?.offline as Int32Array, 0, 1);
  assert.is(refusal(await append(owned, BAD)), "KAFKA_STORAGE_ERROR");
  owned.partitions.checkDirectories();
  assert.ok(owned.find(BAD).isGone);
  assert.not(owned.find(GOOD).isGone);
  await owned.apply(image({ name: "later", id: LATER }));
  assert.is(owned.partitions.directoryOf(LATER, 0), GOOD_DIRECTORY);
  await owned.world.settle(owned.partitions.close());
});

for (const kind of ["disk", "disk full"] as const) {
  test(`a sync that fails in the background takes its directory offline: ${kind}`, async () => {
    const owned = await twoDirectories();
    await append(owned, BAD);
    owned.disk.kind = kind;
    owned.disk.isFailing = true;
    await owned.world.settle(owned.find(BAD).log.flush().catch((error: unknown) => error));
    owned.partitions.checkDirectories();
    assert.equal(owned.directories.map(isOffline), [false, true]);
    await owned.world.settle(owned.partitions.close());
  });
}

test("a replica that may lie in a directory that cannot be read is not made anew", async () => {
  const world = simulatedWorld();
  const gone = unusableDirectory("/gone", BAD_DIRECTORY);
  const directories = [logDirectory("/good", { id: GOOD_DIRECTORY, replicas: ["good-0"] }), gone];
  await world.settle(world.context.files.makeDirectory("/good/good-0"));
  const owned = ownedPartitions({ world, directories });
  await owned.apply(image());
  assert.is(refusal(await append(owned, GOOD)), undefined);
  assert.is(refusal(await append(owned, BAD)), "KAFKA_STORAGE_ERROR");
  const led = { name: "bad", id: BAD, partitions: [{ leaderEpoch: 5 }] };
  const [good] = image().topics;
  await owned.apply({ topics: [good as TopicDraft, led] });
  assert.is(refusal(await append(owned, BAD)), "KAFKA_STORAGE_ERROR", "also later");
  await owned.apply({ topics: [good as TopicDraft, led, { name: "later", id: LATER }] });
  assert.is(refusal(await append(owned, LATER)), undefined, "a new one lies where there is room");
  assert.equal(owned.warnings, []);
});

test("allOffline resolves when the last directory has failed", async () => {
  const directories = [logDirectory("/a"), logDirectory("/b")];
  let hasNone = false;
  const waiting = allOffline(directories).then(() => (hasNone = true));
  for (const directory of directories.toReversed()) {
    assert.not(hasNone);
    takeOffline(directory);
    await Promise.resolve();
  }
  await waiting;
});

test.run();
