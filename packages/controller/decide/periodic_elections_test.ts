// Elections that nobody asks for.

import type { ClusterImage } from "@odradek/metadata";
import { brokerRecord, imageOf, topicRecords } from "@odradek/metadata/testing/image_of";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { circumstances } from "../testing/circumstances.ts";
import { KEEPS_ELIGIBLE, topicSetting } from "../testing/eligible.ts";
import {
  decidePreferredElections,
  decideUncleanElections,
  ELECTIONS_MAX,
} from "./periodic_elections.ts";

const test = suite("decide periodic elections");

const BROKERS = [
  brokerRecord({ id: 1 }),
  brokerRecord({ id: 2 }),
  brokerRecord({ id: 3, isFenced: true }),
];

function leaders(image: ClusterImage): Record<string, number[]> {
  return Object.fromEntries([...image.topics.values()].map(({ name, partitions }) =>
    [name, partitions.map(({ leader }) => Number(leader))]
  ));
}

test("decidePreferredElections gives leaderships back to who can take them", () => {
  const image = imageOf([
    ...BROKERS,
    ...topicRecords("t", 1, [
      { replicas: [1, 2] },
      { replicas: [1, 2], leader: 2 },
      { replicas: [3, 2], leader: 2 },
      { replicas: [1, 2], isr: [2], leader: 2 },
      { replicas: [1, 2], isr: [3], leader: -1 },
    ]),
  ]);
  const { records, reply } = decidePreferredElections(image, circumstances());
  assert.is(reply, 1);
  const next = imageOf(records, image);
  assert.equal(leaders(next), { t: [1, 1, 2, 2, -1] });
  assert.equal(decidePreferredElections(next, circumstances()), { records: [], reply: 0 });
});

test("decidePreferredElections does so much at once, and the rest the next time", () => {
  const away = { replicas: [1, 2], leader: 2 };
  const count = ELECTIONS_MAX + 1;
  let image = imageOf([...BROKERS, ...topicRecords("t", 1, new Array(count).fill(away))]);
  for (const expected of [ELECTIONS_MAX, 1, 0]) {
    const { records, reply } = decidePreferredElections(image, circumstances());
    assert.is(reply, expected);
    image = imageOf(records, image);
  }
});

test("decideUncleanElections takes any that lives where the topic allows it", () => {
  const lost = { replicas: [3, 2], isr: [], leader: -1, eligibleLeaderReplicas: [3] };
  const unclean = (topic: string, value: string): MetadataRecordDraft =>
    topicSetting(topic, "unclean.leader.election.enable", value);
  const image = imageOf([
    ...KEEPS_ELIGIBLE,
    ...BROKERS,
    ...topicRecords("allowed", 1, [lost, { replicas: [3, 2], isr: [2], leader: 2 }]),
    ...topicRecords("forbidden", 2, [lost]),
    ...topicRecords("plain", 3, [lost]),
    ...topicRecords("gone", 4, [{ ...lost, replicas: [3] }]),
    unclean("allowed", "true"),
    unclean("forbidden", "false"),
    unclean("gone", "true"),
  ]);
  const after = (given = circumstances()) =>
    leaders(imageOf(decideUncleanElections(image, given).records, image));
  const rest = { forbidden: [-1], gone: [-1] };
  assert.equal(after(), { allowed: [2, 2], ...rest, plain: [-1] });
  const all = circumstances({ configs: { "unclean.leader.election.enable": "true" } });
  assert.equal(after(all), { allowed: [2, 2], ...rest, plain: [2] });
});

test.run();
