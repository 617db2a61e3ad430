// What the metadata says of partitions, as the broker that leads them tells it.

import { epoch, nodeId, type NodeId, ZERO_UUID } from "@odradek/base";
import { EMPTY_IMAGE, type PartitionImage } from "@odradek/metadata";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { partitionFamilies } from "./partitions.ts";

const test = suite("metrics of partitions");

const ids = (...numbers: number[]): NodeId[] => numbers.map((id) => nodeId(id));

function partition(index: number, changes: Partial<PartitionImage> = {}): PartitionImage {
  return {
    partition: index,
    replicas: ids(1, 2, 3),
    isr: ids(1, 2, 3),
    adding: [],
    removing: [],
    leader: nodeId(1),
    leaderEpoch: epoch(0),
    partitionEpoch: 0,
    isRecovering: false,
    directories: [],
    eligibleLeaderReplicas: [],
    lastKnownElr: [],
    ...changes,
  };
}

const id = ZERO_UUID;
const topic = {
  id,
  name: "a",
  partitions: [
    partition(0),
    partition(1, { isr: ids(1, 2), replicas: ids(2, 1, 3) }),
    partition(2, { isr: ids(1) }),
    partition(3, { replicas: ids(1, 2, 3, 4), adding: ids(4), isr: ids(1, 2, 3) }),
    partition(4, { leader: nodeId(2) }),
    partition(5, { leader: nodeId(2), replicas: ids(2, 3) }),
  ],
};

const image = {
  ...EMPTY_IMAGE,
  topics: EMPTY_IMAGE.topics.with(id, topic),
  topicIds: EMPTY_IMAGE.topicIds.with("a", id),
};

const families = partitionFamilies({ image, nodeId: nodeId(1), inSyncMin: () => 2 });

test("partitionFamilies count what is led here, and what has a replica here", () => {
  const counts = families.filter(({ samples: [first] }) => first?.labels === undefined)
    .map(({ name, samples: [first] }) => [name.split("_").at(-1), first?.value]);
  assert.equal(Object.fromEntries(counts), {
    leadercount: 4,
    partitioncount: 5,
    underreplicatedpartitions: 2,
    underminisrpartitioncount: 1,
    atminisrpartitioncount: 1,
    reassigningpartitions: 1,
  });
});

test("partitionFamilies tell of each partition that is led here", () => {
  const values = (name: string) =>
    families.find((one) => one.name === name)?.samples
      .map(({ labels, value }) => [labels?.["partition"], value]);
  assert.equal(values("kafka_topic_partition_in_sync_replica"), [[0, 3], [1, 2], [2, 1], [3, 3]]);
  assert.equal(
    values("kafka_topic_partition_leader_is_preferred"),
    [[0, 1], [1, 0], [2, 1], [3, 1]],
  );
  assert.equal(values("kafka_cluster_partition_underminisr"), [[0, 0], [1, 0], [2, 1], [3, 0]]);
  assert.equal(
    values("kafka_topic_partition_under_replicated_partition"),
    [[0, 0], [1, 1], [2, 1], [3, 0]],
    "a replica that is being added is not missed",
  );
});

test("partitionFamilies want no more in sync than there are replicas", () => {
  const few = { ...topic, partitions: [partition(0, { replicas: ids(1), isr: ids(1) })] };
  const alone = { ...image, topics: EMPTY_IMAGE.topics.with(id, few) };
  const of = partitionFamilies({ image: alone, nodeId: nodeId(1), inSyncMin: () => 2 });
  const under = of.find(({ name }) => name.endsWith("underminisrpartitioncount"));
  assert.is(under?.samples[0]?.value, 0);
});

test.run();
