// What the controller is asked for, and what becomes of its answers.

import { Fault, nodeId } from "@odradek/base";
import { errors, type ErrorName } from "@odradek/protocol/errors";
import type { AlterPartitionRequest } from "@odradek/protocol/messages/alter_partition";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { partitionImage } from "../testing/images.ts";
import { openPartition, simulatedWorld } from "../testing/world.ts";
import { InSyncChanges } from "./in_sync_changes.ts";

const test = suite("replication/in_sync_changes");

/** "silence": there is no answer; with "whole" the error stands for all partitions. */
type Answer = ErrorName | "silence" | { readonly whole: ErrorName };

/** A partition that a second replica has caught up with, and a controller that answers so. */
async function bench(answers: Answer[]) {
  const world = simulatedWorld();
  const asked: AlterPartitionRequest[] = [];
  const warnings: string[] = [];
  const ask = (_api: unknown, _version: number, request: AlterPartitionRequest) => {
    asked.push(request);
    const answer = answers.shift() ?? "NONE";
    if (answer === "silence") return Promise.reject(new Fault("network", "nobody is there"));
    const isWhole = typeof answer === "object";
    const { code: errorCode } = errors[isWhole ? answer.whole : answer];
    const topics = request.topics.map(({ topicId, partitions }) => ({
      topicId,
      partitions: partitions.map(({ partitionIndex, newIsrWithEpochs, partitionEpoch }) => ({
        partitionIndex,
        errorCode,
        leaderEpoch: 4,
        isr: newIsrWithEpochs.map(({ brokerId }) => brokerId),
        partitionEpoch: partitionEpoch + 1,
      })),
    }));
    return Promise.resolve(isWhole ? { errorCode, topics: [] } : { errorCode: 0, topics });
  };
  const changes = new InSyncChanges({
    nodeId: nodeId(1),
    brokerEpoch: () => 70,
    controller: { ask: ask as never },
    clock: world.clock,
    warn: (message) => void warnings.push(message),
  });
  const cluster = {
    brokerEpoch: () => 70,
    lagMsMax: () => 30_000,
    isEligible: () => true,
    inSyncDiffers: (replica: Parameters<typeof changes.add>[0]) => changes.add(replica),
    rackOf: () => null,
  };
  const partition = await openPartition(world, { image: null, cluster });
  partition.follow(partitionImage({ replicas: [1, 2], isr: [1], leaderEpoch: 4 }));
  const fetch = (): void =>
    partition.fetchedBy(nodeId(2), { offset: 0, startOffset: 0, brokerEpoch: 72, leaderEpoch: 4 });
  fetch();
  await world.clock.runUntil(world.clock.monotonic() + 1000);
  return { asked, warnings, partition, fetch, world };
}

test("InSyncChanges asks for who has caught up, and takes the answer", async () => {
  const { asked, partition, fetch, world } = await bench(["NONE"]);
  assert.is(asked.length, 1);
  const [request] = asked;
  assert.equal([request?.brokerId, request?.brokerEpoch], [1, 70n]);
  assert.equal(request?.topics[0]?.partitions[0], {
    partitionIndex: 0,
    leaderEpoch: 4,
    partitionEpoch: 0,
    newIsrWithEpochs: [{ brokerId: 1, brokerEpoch: 70n }, { brokerId: 2, brokerEpoch: 72n }],
  });
  assert.is(partition.wantedInSync(), undefined);
  fetch();
  await world.clock.runUntil(world.clock.monotonic() + 1000);
  assert.is(asked.length, 1, "all is as it should be");
});

test("InSyncChanges asks again until something is known", async () => {
  const unknown: Answer[] = ["silence", { whole: "STALE_BROKER_EPOCH" }, "NOT_CONTROLLER"];
  const { asked, warnings, partition } = await bench([...unknown, "NONE"]);
  assert.is(asked.length, 4);
  assert.equal(asked.map(({ topics }) => topics[0]), Array(4).fill(asked[0]?.topics[0]));
  assert.is(warnings.length, 1);
  assert.is(partition.wantedInSync(), undefined);
});

test("InSyncChanges gives up what the controller knows better, until metadata comes", async () => {
  for (const error of ["INVALID_UPDATE_VERSION", "FENCED_LEADER_EPOCH"] as const) {
    const { asked, partition } = await bench([error]);
    assert.is(asked.length, 1, error);
    assert.is(partition.wantedInSync(), undefined, error);
    const image = partitionImage({ replicas: [1, 2], isr: [1], leaderEpoch: 4 });
    partition.follow({ ...image, partitionEpoch: 1 });
    assert.is(partition.wantedInSync()?.partitionEpoch, 1, error);
  }
});

test("InSyncChanges falls back where a replica is not eligible, and may ask again", async () => {
  const { asked, fetch, world } = await bench(["INELIGIBLE_REPLICA", "NONE"]);
  assert.is(asked.length, 1);
  fetch();
  await world.clock.runUntil(world.clock.monotonic() + 1000);
  assert.is(asked.length, 2);
});

test.run();
