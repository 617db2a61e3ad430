// A replica as the leader of others: what is committed, and who may count on it.

import { nodeId } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { partitionImage } from "../../testing/images.ts";
import { refusalOf } from "../../testing/refusals.ts";
import { batchOf, openPartition, simulatedWorld } from "../../testing/world.ts";
import { offsetFor } from "../offsets.ts";
import { waitFor } from "../waiters.ts";
import type { ReplicaCluster } from "./replica.ts";

const test = suite("replica/replica");

interface Draft {
  readonly isr?: readonly number[];
  readonly min?: number;
  readonly partitionEpoch?: number;
}

function image({ isr = [1, 2, 3], partitionEpoch = 0 }: Draft = {}) {
  return { ...partitionImage({ replicas: [1, 2, 3], isr, leaderEpoch: 4 }), partitionEpoch };
}

/** Led by this broker, with three records that nobody else has. */
async function led(draft: Draft = {}) {
  const world = simulatedWorld();
  const settings = { "min.insync.replicas": String(draft.min ?? 1) };
  const partition = await openPartition(world, { image: null, settings });
  partition.follow(image(draft));
  await world.settle(partition.append(batchOf(["a", "b", "c"]), 1));
  const fetch = (id: number, offset: number): void =>
    partition.fetchedBy(nodeId(id), { offset, startOffset: 0, brokerEpoch: -1, leaderEpoch: 4 });
  return { world, partition, fetch };
}

test("Replica.fetchedBy commits what all in sync have, and never takes it back", async () => {
  const { partition, fetch } = await led();
  assert.is(partition.highWatermark, 0);
  fetch(2, 3);
  assert.is(partition.highWatermark, 0);
  fetch(3, 2);
  assert.is(partition.highWatermark, 2);
  fetch(3, 1);
  assert.is(partition.highWatermark, 2);
  fetch(3, 3);
  assert.is(partition.highWatermark, 3);
});

test("Replica.highWatermark stands still while too few are in sync", async () => {
  const { partition, fetch } = await led({ isr: [1], min: 2 });
  fetch(2, 3);
  fetch(3, 3);
  assert.is(partition.highWatermark, 0);
  partition.follow(image({ isr: [1, 2], partitionEpoch: 1 }));
  assert.is(partition.highWatermark, 3);
});

test("Replica.checkStillInSync refuses what only too few have", async () => {
  const { partition, fetch } = await led({ isr: [1, 2], min: 2 });
  fetch(2, 3);
  assert.is(refusalOf(() => partition.checkStillInSync()), undefined);
  partition.follow(image({ isr: [1], partitionEpoch: 1 }));
  const error = refusalOf(() => partition.checkStillInSync());
  assert.is(error, "NOT_ENOUGH_REPLICAS_AFTER_APPEND");
});

test("Replica.follow does not go back to before what the controller has told", async () => {
  const { partition } = await led();
  partition.follow(image({ isr: [1], partitionEpoch: 2 }));
  assert.is(partition.highWatermark, 3);
  await partition.append(batchOf(["d"]), 1);
  assert.is(partition.highWatermark, 4);
  partition.follow(image({ isr: [1, 2, 3], partitionEpoch: 1 }));
  await partition.append(batchOf(["e"]), 1);
  assert.is(partition.highWatermark, 5);
});

test("Replica.isHighWatermarkKnown only when all of the epochs before is committed", async () => {
  const { world, partition, fetch } = await led();
  const question = { timestamp: -1, leaderEpoch: -1, replicaId: -1, isReadCommitted: false };
  assert.ok(partition.isHighWatermarkKnown, "nothing was there before");
  partition.follow({ ...partitionImage({ replicas: [1, 2, 3], leaderEpoch: 5 }) });
  assert.not.ok(partition.isHighWatermarkKnown);
  const asked = async (version: number): Promise<unknown> =>
    await world.settle(
      offsetFor(partition, { ...question, version }).catch((error) => error.error),
    );
  assert.is(await asked(5), "OFFSET_NOT_AVAILABLE");
  assert.is(await asked(4), "LEADER_NOT_AVAILABLE");
  const fetchNow = (id: number): void =>
    partition.fetchedBy(nodeId(id), { offset: 3, startOffset: 0, brokerEpoch: -1, leaderEpoch: 5 });
  fetchNow(2);
  fetchNow(3);
  assert.ok(partition.isHighWatermarkKnown);
  assert.equal(await asked(5), { timestamp: -1, offset: 3, leaderEpoch: 5 });
  assert.is(refusalOf(() => fetch(9, 3)), "UNKNOWN_LEADER_EPOCH");
});

test("Replica.followers hear of each append, other waiters of what is committed", async () => {
  const { partition, fetch } = await led();
  let [appends, commits] = [0, 0];
  partition.followers.waiters.add({ look: () => appends++ } as never);
  partition.waiters.add({ look: () => commits++ } as never);
  await partition.append(batchOf(["d"]), 1);
  assert.equal([appends, commits], [1, 0]);
  fetch(2, 4);
  fetch(3, 4);
  assert.equal([appends, commits], [2, 1]);
});

test("Replica.nearerReplica is in sync, in the reader's rack, and has the offset", async () => {
  const racks = new Map([[1, "a"], [2, "b"], [3, "b"], [4, "c"]]);
  const cluster = {
    brokerEpoch: () => 7,
    lagMsMax: () => 1000,
    isEligible: () => true,
    inSyncDiffers: () => undefined,
    rackOf: (id: number) => racks.get(id) ?? null,
  };
  const world = simulatedWorld();
  const partition = await openPartition(world, { image: null, cluster });
  partition.follow(partitionImage({ replicas: [1, 2, 3, 4], isr: [1, 2, 3], leaderEpoch: 4 }));
  await partition.append(batchOf(["a", "b", "c"]), 1);
  const fetch = (id: number, offset: number, startOffset = 0): void =>
    partition.fetchedBy(nodeId(id), { offset, startOffset, brokerEpoch: -1, leaderEpoch: 4 });
  assert.is(partition.nearerReplica("b", 0), undefined, "nobody has fetched");
  fetch(2, 1);
  fetch(3, 2, 1);
  fetch(4, 3);
  const table: [rack: string, offset: number, expect: number | undefined][] = [
    ["a", 0, undefined],
    ["z", 0, undefined],
    ["c", 0, undefined],
    ["b", 0, 2],
    ["b", 1, 3],
    ["b", 2, 3],
    ["b", 3, undefined],
  ];
  for (const [rack, offset, expect] of table) {
    assert.is(partition.nearerReplica(rack, offset) as number | undefined, expect, rack + offset);
  }
});

test("Replica.lowWatermark is where the last of those begins that live", async () => {
  const world = simulatedWorld();
  const living = new Set([2, 3]);
  const cluster: ReplicaCluster = {
    brokerEpoch: () => 1,
    lagMsMax: () => 30_000,
    isEligible: (id) => living.has(id),
    rackOf: () => null,
    inSyncDiffers: () => undefined,
  };
  const partition = await openPartition(world, { image: null, cluster });
  partition.follow(image());
  await world.settle(partition.append(batchOf(["a", "b", "c"]), 1));
  const fetch = (id: number, startOffset: number): void =>
    partition.fetchedBy(nodeId(id), { offset: 3, startOffset, brokerEpoch: -1, leaderEpoch: 4 });
  fetch(2, 0);
  fetch(3, 0);
  assert.is(partition.deleteRecordsBefore(2), 2);
  assert.is(partition.lowWatermark, 0);
  const woken = new Promise((resolve) => {
    void waitFor({
      waitables: [partition],
      isReady: () => partition.lowWatermark >= 2,
      timeoutMs: 1000,
      clock: world.clock,
    }).then(resolve);
  });
  fetch(2, 2);
  assert.is(partition.lowWatermark, 0);
  // The other one has died.
  living.delete(3);
  partition.follow(image({ isr: [1, 2], partitionEpoch: 1 }));
  assert.is(await world.settle(woken), "ready");
  assert.is(partition.lowWatermark, 2);
});

test.run();
