// Who leads when brokers come and go.

import { type NodeId, nodeId } from "@odradek/base";
import type { PartitionImage } from "@odradek/metadata";
import {
  brokerRecord,
  imageOf,
  type PartitionDraft,
  topicRecords,
  uuidOf,
} from "@odradek/metadata/testing/image_of";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { chooseLeader, leadsAnything, recordsWithBroker, recordsWithoutBroker } from "./leaders.ts";

const test = suite("decide leaders");

const ALIVE = [1, 2, 3].map((id) => brokerRecord({ id }));

function change(partitionId: number, what: object, topic = 1): MetadataRecordDraft {
  return { type: "PartitionChangeRecord", partitionId, topicId: uuidOf(topic), ...what };
}

test("chooseLeader keeps who leads, else takes the first replica in sync that may lead", () => {
  type Given = readonly [leader: number, replicas: number[], isr: number[]];
  const table: [given: Given, acceptable: number[], expect: number][] = [
    [[2, [1, 2, 3], [1, 2, 3]], [1, 2, 3], 2],
    [[2, [1, 2, 3], [1, 2, 3]], [1, 3], 1],
    [[2, [1, 2, 3], [3, 1]], [1, 2, 3], 1],
    [[-1, [3, 2, 1], [1, 2]], [1, 2, 3], 2],
    [[-1, [1, 2, 3], [2]], [1, 3], -1],
    [[1, [1, 2, 3], []], [1, 2, 3], -1],
  ];
  for (const [[leader, replicas, isr], acceptable, expect] of table) {
    const partition = { leader, replicas, isr } as unknown as PartitionImage;
    const chosen = chooseLeader(partition, (id) => acceptable.includes(id));
    assert.is(chosen as number, expect, JSON.stringify([leader, replicas, isr, acceptable]));
  }
});

test("recordsWithoutBroker hands over what it leads, leaves the in-sync replicas", () => {
  const table: [given: PartitionDraft, expect: object | undefined][] = [
    [{ replicas: [1, 2, 3] }, { leader: 2, isr: [2, 3] }],
    [{ replicas: [2, 1, 3] }, { isr: [2, 3] }],
    [{ replicas: [2, 3] }, undefined],
    [{ replicas: [1, 2], isr: [1] }, { leader: -1 }],
    [{ replicas: [1, 2], isr: [1], leader: -1 }, undefined],
    [{ replicas: [1] }, { leader: -1 }],
    [{ replicas: [1, 2, 3], isr: [1, 3] }, { leader: 3, isr: [3] }],
    [{ replicas: [1, 4] }, { leader: -1, isr: [4] }],
    [{ replicas: [1, 4, 2] }, { leader: 2, isr: [4, 2] }],
  ];
  for (const [given, expect] of table) {
    const fenced = brokerRecord({ id: 4, isFenced: true });
    const image = imageOf([...ALIVE, fenced, ...topicRecords("t", 1, [given])]);
    const records = recordsWithoutBroker(image, nodeId(1));
    assert.equal(records, expect === undefined ? [] : [change(0, expect)], JSON.stringify(given));
  }
});

test("recordsWithoutBroker goes by topic name and partition", () => {
  const image = imageOf([
    ...ALIVE,
    ...topicRecords("z", 1, [{ replicas: [1, 2] }, { replicas: [2, 3] }, { replicas: [1, 3] }]),
    ...topicRecords("a", 2, [{ replicas: [3, 1] }]),
  ]);
  assert.equal(recordsWithoutBroker(image, nodeId(1)), [
    change(0, { isr: [3] }, 2),
    change(0, { leader: 2, isr: [2] }),
    change(2, { leader: 3, isr: [3] }),
  ]);
});

test("recordsWithBroker leads again what nobody leads, if it is in sync", () => {
  const table: [given: PartitionDraft, expect: object | undefined][] = [
    [{ replicas: [4, 1], isr: [4], leader: -1 }, { leader: 4 }],
    [{ replicas: [1, 4], isr: [4], leader: -1 }, { leader: 4 }],
    [{ replicas: [4, 1], isr: [1], leader: -1 }, { leader: 1 }],
    [{ replicas: [4, 1], isr: [5], leader: -1 }, undefined],
    [{ replicas: [4, 1], isr: [1] }, undefined],
    [{ replicas: [1, 2], isr: [1], leader: -1 }, undefined],
  ];
  for (const [given, expect] of table) {
    const fenced = brokerRecord({ id: 4, isFenced: true });
    const image = imageOf([...ALIVE, fenced, ...topicRecords("t", 1, [given])]);
    const records = recordsWithBroker(image, nodeId(4));
    assert.equal(records, expect === undefined ? [] : [change(0, expect)], JSON.stringify(given));
  }
});

test("recordsWithBroker leads from the eligible replicas if none that is in sync can", () => {
  const eligible = (...ids: number[]) => ({ eligibleLeaderReplicas: ids, lastKnownElr: [] });
  const table: [given: PartitionDraft, expect: object | undefined][] = [
    [{ replicas: [4], isr: [], leader: -1, eligibleLeaderReplicas: [4] }, {
      leader: 4,
      isr: [4],
      ...eligible(),
    }],
    [{ replicas: [5, 4], isr: [], leader: -1, eligibleLeaderReplicas: [4, 5] }, {
      leader: 4,
      isr: [4],
      ...eligible(5),
    }],
    [{ replicas: [4, 1], isr: [4], leader: -1, eligibleLeaderReplicas: [1] }, { leader: 4 }],
    [{ replicas: [4, 5], isr: [], leader: -1, eligibleLeaderReplicas: [5] }, undefined],
  ];
  for (const [given, expect] of table) {
    const fenced = [4, 5].map((id) => brokerRecord({ id, isFenced: true }));
    const image = imageOf([...ALIVE, ...fenced, ...topicRecords("t", 1, [given])]);
    const records = recordsWithBroker(image, nodeId(4));
    assert.equal(records, expect === undefined ? [] : [change(0, expect)], JSON.stringify(given));
  }
});

test("leadsAnything is about leading, not about being a replica", () => {
  const image = imageOf([...ALIVE, ...topicRecords("t", 1, [{ replicas: [2, 1] }])]);
  assert.is(leadsAnything(image, nodeId(2)), true);
  assert.is(leadsAnything(image, nodeId(1)), false);
});

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
const partition: fc.Arbitrary<PartitionDraft> = fc.tuple(ids, fc.nat(3), fc.nat(4))
  .map(([replicas, behind, led]) => {
    const isr = replicas.slice(0, Math.max(1, replicas.length - behind));
    return { replicas, isr, leader: isr[led] ?? -1 };
  });

test("recordsWithoutBroker never empties the in-sync replicas, nor lets a stranger lead", () => {
  const property = fc.property(
    fc.array(partition, { minLength: 1, maxLength: 8 }),
    fc.uniqueArray(fc.integer({ min: 1, max: 4 })),
    fc.integer({ min: 1, max: 4 }),
    (partitions, fenced, leaving) => {
      const before = imageOf([
        ...[1, 2, 3, 4].map((id) => brokerRecord({ id, isFenced: fenced.includes(id) })),
        ...topicRecords("t", 1, partitions),
      ]);
      const after = imageOf(recordsWithoutBroker(before, leaving as NodeId), before);
      assert.is(leadsAnything(after, leaving as NodeId), false);
      for (const one of after.topics.get(uuidOf(1))?.partitions ?? []) {
        const { isr, leader, replicas } = one;
        assert.ok(isr.length > 0);
        assert.ok(isr.every((id) => replicas.includes(id)));
        if (isr.includes(leaving as NodeId)) assert.is(isr.length, 1);
        if (leader !== -1) assert.ok(isr.includes(leader));
      }
      assert.equal(recordsWithoutBroker(after, leaving as NodeId), []);
    },
  );
  fc.assert(property);
});

test.run();
