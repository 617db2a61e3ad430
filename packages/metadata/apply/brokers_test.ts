// Brokers and controllers, record by record.

import { Fault, type NodeId } from "@odradek/base";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { applyRecord } from "../apply.ts";
import { type BrokerImage, type ClusterImage, isActive } from "../image.ts";
import { brokerRecord, imageOf, recordOf, uuidOf } from "../testing/image_of.ts";

const test = suite("apply brokers");

const given = imageOf([
  brokerRecord({ id: 1, epoch: 11, isFenced: true }),
  brokerRecord({ id: 2, epoch: 12, rack: "r" }),
]);

function brokerOf(image: ClusterImage, id: number): BrokerImage {
  const found = image.brokers.get(id as NodeId);
  assert.ok(found);
  return found;
}

test("applyRegisterBroker keeps everything that the record says", () => {
  assert.equal(brokerOf(given, 2), {
    id: 2,
    epoch: 12,
    incarnationId: uuidOf(2),
    endpoints: [{ name: "PLAINTEXT", host: "b2", port: 9092, securityProtocol: 0 }],
    features: new Map([["metadata.version", { min: 7, max: 30 }]]),
    rack: "r",
    isFenced: false,
    isInControlledShutdown: false,
    directories: [uuidOf(1002)],
    cordonedDirectories: null,
  } as unknown as BrokerImage);
});

test("applyRegisterBroker replaces what was known of the id", () => {
  const directories = [uuidOf(5), uuidOf(6)];
  const again = imageOf([brokerRecord({ id: 2, epoch: 20, isFenced: true, directories })], given);
  const { epoch, rack, isFenced } = brokerOf(again, 2);
  assert.equal([epoch, rack, isFenced], [20, null, true]);
  assert.equal(brokerOf(again, 2).directories, directories);
  assert.is(brokerOf(again, 1), brokerOf(given, 1));
  assert.is(again.brokers.size, 2);
});

test("applyUnregisterBroker forgets the broker", () => {
  const unregistration = { type: "UnregisterBrokerRecord", brokerId: 1, brokerEpoch: 11n } as const;
  const image = imageOf([unregistration], given);
  assert.equal([...image.brokers.keys()], [2]);
  assert.is(given.brokers.size, 2);
});

test("applyBrokerRegistrationChange changes what the record names, and keeps the rest", () => {
  type Change = Omit<MetadataRecordDraft & { type: "BrokerRegistrationChangeRecord" }, "type">;
  type Given = "fenced" | "unfenced" | "leaving";
  const before = imageOf([brokerRecord({ id: 3, epoch: 13, isInControlledShutdown: true })], given);
  const idOf: Readonly<Record<Given, number>> = { fenced: 1, unfenced: 2, leaving: 3 };
  const table: [given: Given, change: Partial<Change>, expect: Partial<BrokerImage>][] = [
    ["fenced", {}, {}],
    ["fenced", { fenced: -1 }, { isFenced: false }],
    ["fenced", { fenced: 1 }, {}],
    ["unfenced", { fenced: 1 }, { isFenced: true }],
    ["unfenced", { fenced: -1 }, {}],
    ["unfenced", { inControlledShutdown: 1 }, { isInControlledShutdown: true }],
    ["leaving", {}, {}],
    ["leaving", { fenced: 1 }, { isFenced: true }],
    ["unfenced", { logDirs: [uuidOf(7)] }, { directories: [uuidOf(7)] }],
    ["unfenced", { logDirs: [] }, {}],
  ];
  for (const [which, change, expect] of table) {
    const id = idOf[which];
    const type = "BrokerRegistrationChangeRecord" as const;
    const record = { type, brokerId: id, brokerEpoch: BigInt(10 + id), ...change };
    const image = imageOf([record], before);
    const message = `${which}: ${JSON.stringify(change)}`;
    assert.equal(brokerOf(image, id), { ...brokerOf(before, id), ...expect }, message);
  }
});

test("applyFencing fences and unfences, as clusters older than 3.3 wrote it", () => {
  const unfenced = imageOf([{ type: "UnfenceBrokerRecord", id: 1, epoch: 11n }], given);
  assert.is(isActive(brokerOf(unfenced, 1)), true);
  const fenced = imageOf([{ type: "FenceBrokerRecord", id: 1, epoch: 11n }], unfenced);
  assert.equal(brokerOf(fenced, 1), brokerOf(given, 1));
});

test("applyRegisterController and applyUnregisterController keep who is there", () => {
  const registration = (controllerId: number, incarnation: number): MetadataRecordDraft => ({
    type: "RegisterControllerRecord",
    controllerId,
    incarnationId: uuidOf(incarnation),
    zkMigrationReady: false,
    endPoints: [{ name: "CONTROLLER", host: "c", port: 9093, securityProtocol: 0 }],
    features: [{ name: "kraft.version", minSupportedVersion: 0, maxSupportedVersion: 1 }],
  });
  const image = imageOf([registration(1, 1), registration(2, 2), registration(1, 3)]);
  assert.equal(image.controllers.get(1 as NodeId), {
    id: 1 as NodeId,
    incarnationId: uuidOf(3),
    endpoints: [{ name: "CONTROLLER", host: "c", port: 9093, securityProtocol: 0 }],
    features: new Map([["kraft.version", { min: 0, max: 1 }]]),
  });
  const rest = imageOf([{ type: "UnregisterControllerRecord", controllerId: 1 }], image);
  assert.equal([...rest.controllers.keys()], [2]);
  assert.is(image.controllers.size, 2);
});

test("applyRecord refuses a broker that is not registered, or under another epoch", () => {
  const table: MetadataRecordDraft[] = [
    { type: "UnregisterBrokerRecord", brokerId: 3, brokerEpoch: 11n },
    { type: "UnregisterBrokerRecord", brokerId: 1, brokerEpoch: 12n },
    { type: "BrokerRegistrationChangeRecord", brokerId: 1, brokerEpoch: 10n, fenced: 1 },
    { type: "FenceBrokerRecord", id: 1, epoch: 12n },
    { type: "UnfenceBrokerRecord", id: 3, epoch: 11n },
  ];
  for (const draft of table) {
    assert.throws(
      () => applyRecord(given, recordOf(draft)),
      (thrown: unknown) =>
        thrown instanceof Fault && thrown.kind === "corrupt" &&
        /There is no broker [13] of epoch 1[012]/.test(thrown.message),
      draft.type,
    );
  }
});

test.run();
