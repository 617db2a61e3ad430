// Who leads when brokers come and go.

import { type NodeId, nodeId } from "@odradek/base";
import type { ClusterImage } from "@odradek/metadata";
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
import { circumstances } from "../testing/circumstances.ts";
import { KEEPS_ELIGIBLE, topicSetting } from "../testing/eligible.ts";
import {
  leadsAnything,
  recordsWithBroker,
  recordsWithoutBroker,
  recordsWithoutContent,
} from "./leaders.ts";

const test = suite("decide leaders");

const { config } = circumstances();

function ground(image: ClusterImage) {
  return { image, config };
}

const ALIVE = [1, 2, 3].map((id) => brokerRecord({ id }));

function change(partitionId: number, what: object, topic = 1): MetadataRecordDraft {
  return { type: "PartitionChangeRecord", partitionId, topicId: uuidOf(topic), ...what };
}

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
    const records = recordsWithoutBroker(ground(image), nodeId(1));
    assert.equal(records, expect === undefined ? [] : [change(0, expect)], JSON.stringify(given));
  }
});

test("recordsWithoutBroker goes by topic name and partition", () => {
  const image = imageOf([
    ...ALIVE,
    ...topicRecords("z", 1, [{ replicas: [1, 2] }, { replicas: [2, 3] }, { replicas: [1, 3] }]),
    ...topicRecords("a", 2, [{ replicas: [3, 1] }]),
  ]);
  assert.equal(recordsWithoutBroker(ground(image), nodeId(1)), [
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
    const records = recordsWithBroker(ground(image), nodeId(4));
    assert.equal(records, expect === undefined ? [] : [change(0, expect)], JSON.stringify(given));
  }
});

/** Brokers 1 to 3 live, 4 and 5 do not; the topic wants two in sync. */
function eligible(given: PartitionDraft, more: readonly MetadataRecordDraft[] = []): ClusterImage {
  const fenced = [4, 5].map((id) => brokerRecord({ id, isFenced: true }));
  return imageOf([
    ...KEEPS_ELIGIBLE,
    ...ALIVE,
    ...fenced,
    ...topicRecords("t", 1, [given]),
    topicSetting("t", "min.insync.replicas", "2"),
    ...more,
  ]);
}

test("recordsWithoutBroker keeps who leaves below the minimum as eligible", () => {
  const table: [given: PartitionDraft, expect: object][] = [
    [{ replicas: [1, 2, 3] }, { leader: 2, isr: [2, 3] }],
    [{ replicas: [1, 2, 3], isr: [1, 2] }, { leader: 2, isr: [2], eligibleLeaderReplicas: [1] }],
    [{ replicas: [2, 1], isr: [2, 1] }, { isr: [2], eligibleLeaderReplicas: [1] }],
    // The last one in sync goes: who is eligible takes over, and is alone in sync.
    [{ replicas: [1, 2, 3], isr: [1], eligibleLeaderReplicas: [3] }, {
      leader: 3,
      isr: [3],
      eligibleLeaderReplicas: [1],
    }],
    [{ replicas: [1, 4], isr: [1], eligibleLeaderReplicas: [4] }, {
      leader: -1,
      isr: [],
      eligibleLeaderReplicas: [1, 4],
      lastKnownElr: [1],
    }],
    [{ replicas: [1] }, { leader: -1, isr: [], eligibleLeaderReplicas: [1], lastKnownElr: [1] }],
  ];
  for (const [given, expect] of table) {
    const records = recordsWithoutBroker(ground(eligible(given)), nodeId(1));
    assert.equal(records, [change(0, expect)], JSON.stringify(given));
  }
});

test("recordsWithoutContent leaves nothing to who may have lost it", () => {
  const table: [given: PartitionDraft, expect: object | undefined][] = [
    [{ replicas: [1, 2, 3] }, { leader: 2, isr: [2, 3] }],
    [{ replicas: [1, 2, 3], isr: [1, 2] }, { leader: 2, isr: [2] }],
    [{ replicas: [4, 1], isr: [], leader: -1, eligibleLeaderReplicas: [1, 4] }, {
      eligibleLeaderReplicas: [4],
    }],
    [{ replicas: [1] }, { leader: -1, isr: [], lastKnownElr: [1] }],
    [{ replicas: [1], isr: [], leader: -1, eligibleLeaderReplicas: [1], lastKnownElr: [1] }, {
      eligibleLeaderReplicas: [],
    }],
    [{ replicas: [1, 2], isr: [2], leader: 2 }, undefined],
  ];
  for (const [given, expect] of table) {
    const records = recordsWithoutContent(ground(eligible(given)), nodeId(1));
    assert.equal(records, expect === undefined ? [] : [change(0, expect)], JSON.stringify(given));
  }
});

test("recordsWithBroker leads from the eligible replicas if none that is in sync can", () => {
  const none = { isr: [], leader: -1 };
  const table: [given: PartitionDraft, expect: object | undefined][] = [
    [{ replicas: [4], ...none, eligibleLeaderReplicas: [4], lastKnownElr: [4] }, {
      leader: 4,
      isr: [4],
      eligibleLeaderReplicas: [],
      lastKnownElr: [],
    }],
    [{ replicas: [5, 4], ...none, eligibleLeaderReplicas: [4, 5] }, {
      leader: 4,
      isr: [4],
      eligibleLeaderReplicas: [5],
    }],
    [{ replicas: [4, 5], ...none, eligibleLeaderReplicas: [5] }, undefined],
    // Nobody is sure to have everything: the last who led is the one to wait for.
    [{ replicas: [5, 4], ...none, lastKnownElr: [4] }, {
      leader: 4,
      isr: [4],
      lastKnownElr: [],
      leaderRecoveryState: 1,
    }],
    [{ replicas: [5, 4], ...none, lastKnownElr: [5] }, undefined],
    [{ replicas: [5, 4], ...none }, undefined],
  ];
  for (const [given, expect] of table) {
    const records = recordsWithBroker(ground(eligible(given)), nodeId(4));
    assert.equal(records, expect === undefined ? [] : [change(0, expect)], JSON.stringify(given));
  }
});

test("Leaders are elected uncleanly only where the topic allows it", () => {
  const given: PartitionDraft = { replicas: [1, 2], isr: [1] };
  const lost = { isr: [], eligibleLeaderReplicas: [1], lastKnownElr: [1] };
  const allowed = topicSetting("t", "unclean.leader.election.enable", "true");
  assert.equal(recordsWithoutBroker(ground(eligible(given)), nodeId(1)), [
    change(0, { leader: -1, ...lost }),
  ]);
  assert.equal(recordsWithoutBroker(ground(eligible(given, [allowed])), nodeId(1)), [
    change(0, { leader: 2, isr: [2], leaderRecoveryState: 1 }),
  ]);
  // Where the broker's setting allows it for all, too.
  const all = circumstances({ configs: { "unclean.leader.election.enable": "true" } });
  const image = eligible(given);
  assert.equal(recordsWithoutBroker({ image, config: all.config }, nodeId(1)), [
    change(0, { leader: 2, isr: [2], leaderRecoveryState: 1 }),
  ]);
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

test("recordsWithoutBroker never empties the in-sync replicas, nor lets a non-replica lead", () => {
  const property = fc.property(
    fc.array(partition, { minLength: 1, maxLength: 8 }),
    fc.uniqueArray(fc.integer({ min: 1, max: 4 })),
    fc.integer({ min: 1, max: 4 }),
    (partitions, fenced, leaving) => {
      const before = imageOf([
        ...[1, 2, 3, 4].map((id) => brokerRecord({ id, isFenced: fenced.includes(id) })),
        ...topicRecords("t", 1, partitions),
      ]);
      const after = imageOf(recordsWithoutBroker(ground(before), leaving as NodeId), before);
      assert.is(leadsAnything(after, leaving as NodeId), false);
      for (const one of after.topics.get(uuidOf(1))?.partitions ?? []) {
        const { isr, leader, replicas } = one;
        assert.ok(isr.length > 0);
        assert.ok(isr.every((id) => replicas.includes(id)));
        if (isr.includes(leaving as NodeId)) assert.is(isr.length, 1);
        if (leader !== -1) assert.ok(isr.includes(leader));
      }
      assert.equal(recordsWithoutBroker(ground(after), leaving as NodeId), []);
    },
  );
  fc.assert(property);
});

test.run();
