// Leaders are elected on request.

import { brokerRecord, imageOf, topicRecords } from "@odradek/metadata/testing/image_of";
import { errorName } from "@odradek/protocol/errors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { circumstances } from "../testing/circumstances.ts";
import { decideElectLeaders, type ElectLeadersCommand } from "./elect_leaders.ts";

const test = suite("decideElectLeaders");

const image = imageOf([
  brokerRecord({ id: 1 }),
  brokerRecord({ id: 2 }),
  brokerRecord({ id: 3, isFenced: true }),
  ...topicRecords("t", 1, [
    { replicas: [1, 2] },
    { replicas: [1, 2], leader: 2 },
    { replicas: [3, 2], leader: 2 },
    { replicas: [2, 3], isr: [3], leader: -1 },
    { replicas: [3], leader: -1 },
  ]),
]);

/** Everybody leads who should. */
const settled = imageOf([brokerRecord({ id: 1 }), ...topicRecords("s", 1, [{ replicas: [1] }])]);

function decided(draft: Partial<ElectLeadersCommand>) {
  const command: ElectLeadersCommand = {
    type: "preferred",
    topics: [{ topic: "t", partitions: [0, 1, 2, 3, 4] }],
    mayElect: () => true,
    ...draft,
  };
  const { records, reply } = decideElectLeaders(image, command, circumstances());
  const changed = records.map((record) =>
    record.type === "PartitionChangeRecord" && [record.partitionId, record.leader, record.isr]
  );
  const told = reply.flatMap(({ topic, partitionResult }) =>
    partitionResult.map((one) => `${topic}-${one.partitionId} ${errorName(one.errorCode)}`)
  );
  return { changed, told };
}

test("decideElectLeaders makes preferred replicas lead that are alive and in sync", () => {
  assert.equal(decided({}), {
    changed: [[1, 1, undefined]],
    told: [
      "t-0 ELECTION_NOT_NEEDED",
      "t-1 NONE",
      "t-2 PREFERRED_LEADER_NOT_AVAILABLE",
      "t-3 PREFERRED_LEADER_NOT_AVAILABLE",
      "t-4 PREFERRED_LEADER_NOT_AVAILABLE",
    ],
  });
});

test("decideElectLeaders gives a lost partition to any replica that lives, if it must", () => {
  assert.equal(decided({ type: "unclean" }), {
    changed: [[3, 2, [2]]],
    told: [
      "t-0 ELECTION_NOT_NEEDED",
      "t-1 ELECTION_NOT_NEEDED",
      "t-2 ELECTION_NOT_NEEDED",
      "t-3 NONE",
      "t-4 ELIGIBLE_LEADERS_NOT_AVAILABLE",
    ],
  });
});

test("decideElectLeaders tells of all only what was needed", () => {
  const { told } = decided({ topics: null });
  assert.equal(told.map((line) => line.slice(0, 3)), ["t-1", "t-2", "t-3", "t-4"]);
  const all: ElectLeadersCommand = { type: "preferred", topics: null, mayElect: () => true };
  const { reply } = decideElectLeaders(settled, all, circumstances());
  assert.equal(reply, [{ topic: "s", partitionResult: [] }]);
});

test("decideElectLeaders refuses what is not there, and whom it must", () => {
  const topics = [{ topic: "u", partitions: [0] }, { topic: "t", partitions: [9] }];
  assert.equal(decided({ topics }).told, [
    "u-0 UNKNOWN_TOPIC_OR_PARTITION",
    "t-9 UNKNOWN_TOPIC_OR_PARTITION",
  ]);
  const denied = decided({ topics: [{ topic: "t", partitions: [1] }], mayElect: () => false });
  assert.equal(denied, { changed: [], told: ["t-1 TOPIC_AUTHORIZATION_FAILED"] });
});

test.run();
