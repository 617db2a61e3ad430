// A broker is forgotten.

import { nodeId } from "@odradek/base";
import { brokerRecord, imageOf, topicRecords, uuidOf } from "@odradek/metadata/testing/image_of";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { circumstances, refuses } from "../testing/circumstances.ts";
import { decideUnregisterBroker } from "./unregister_broker.ts";

const test = suite("decideUnregisterBroker");

const image = imageOf([
  brokerRecord({ id: 1 }),
  brokerRecord({ id: 2, isFenced: true }),
  ...topicRecords("t", 1, [{ replicas: [1, 2] }]),
]);

test("decideUnregisterBroker takes a broker that is gone out of everything", () => {
  const after = imageOf(decideUnregisterBroker(image, 2, circumstances()).records, image);
  assert.equal([...after.brokers.keys()], [1]);
  assert.equal(after.topics.get(uuidOf(1))?.partitions[0]?.isr, [nodeId(1)]);
});

test("decideUnregisterBroker leaves those alone that nobody knows or that live", () => {
  const decide = (id: number) => decideUnregisterBroker(image, id, circumstances());
  const unknown = "Broker ID 99 is not currently registered";
  refuses(() => decide(99), "BROKER_ID_NOT_REGISTERED", unknown);
  refuses(() => decide(1), "INVALID_REQUEST", /Broker 1 is alive/);
});

test.run();
