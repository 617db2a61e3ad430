// The questions that an image answers itself.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type BrokerImage, configKey, EMPTY_IMAGE, isActive, topicNamed } from "./image.ts";
import { brokerRecord, imageOf, topicRecords, uuidOf } from "./testing/image_of.ts";

const test = suite("image");

test("isActive means unfenced and not in controlled shutdown", () => {
  const table: [isFenced: boolean, isInControlledShutdown: boolean, expect: boolean][] = [
    [false, false, true],
    [true, false, false],
    [false, true, false],
    [true, true, false],
  ];
  for (const [isFenced, isInControlledShutdown, expect] of table) {
    const { brokers } = imageOf([brokerRecord({ id: 1, isFenced, isInControlledShutdown })]);
    const [broker] = brokers.values();
    assert.is(isActive(broker as BrokerImage), expect, `${isFenced} ${isInControlledShutdown}`);
  }
});

test("topicNamed is the topic that has the name now", () => {
  const before = imageOf(topicRecords("a", 1, []));
  assert.is(topicNamed(before, "a")?.id, uuidOf(1));
  assert.is(topicNamed(before, "b"), undefined);
  const again = [
    { type: "RemoveTopicRecord", topicId: uuidOf(1) } as const,
    ...topicRecords("a", 2, []),
  ];
  assert.is(topicNamed(imageOf(again, before), "a")?.id, uuidOf(2));
  assert.is(topicNamed(EMPTY_IMAGE, "a"), undefined);
});

test("configKey tells resources apart whose texts run together", () => {
  assert.is.not(configKey(4, "1"), configKey(41, ""));
  assert.is.not(configKey(4, ""), configKey(2, ""));
});

test.run();
