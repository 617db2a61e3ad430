// Brokers that start, and those that must not.

import { type Uuid, ZERO_UUID } from "@odradek/base";
import { METADATA_VERSION, SUPPORTED_FEATURES } from "@odradek/metadata";
import {
  brokerRecord,
  contentLines,
  imageOf,
  topicRecords,
  uuidOf,
} from "@odradek/metadata/testing/image_of";
import type { BrokerRegistrationRequest } from "@odradek/protocol/messages/broker_registration";
import type { ErrorName } from "@odradek/protocol/errors";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { circumstances, CLUSTER_ID, refuses } from "../testing/circumstances.ts";
import { KEEPS_ELIGIBLE } from "../testing/eligible.ts";
import {
  checkBrokerEpoch,
  decideRegisterBroker,
  type RegistrationCircumstances,
} from "./register_broker.ts";

const test = suite("decideRegisterBroker");

const level = (name: string, featureLevel: number): MetadataRecordDraft => ({
  type: "FeatureLevelRecord",
  name,
  featureLevel,
});
const FRESH = [level(METADATA_VERSION, 30)];

function registration(draft: Partial<BrokerRegistrationRequest> = {}): BrokerRegistrationRequest {
  return {
    brokerId: 1,
    clusterId: CLUSTER_ID,
    incarnationId: uuidOf(70),
    listeners: [{ name: "PLAINTEXT", host: "h", port: 9092, securityProtocol: 0 }],
    features: [{ name: METADATA_VERSION, minSupportedVersion: 7, maxSupportedVersion: 33 }],
    rack: "r",
    isMigratingZkBroker: false,
    logDirs: [uuidOf(71), uuidOf(72)],
    previousBrokerEpoch: -1n,
    ...draft,
  };
}

/** As told by the sessions of brokers; nobody lives if nothing is said. */
function given(
  nextOffset = 1000,
  { isAlive = false, isOver = true } = {},
): RegistrationCircumstances {
  const sessions = { isAlive: () => isAlive, isOver: () => isOver };
  return { ...circumstances({ nextOffset }), sessions };
}

test("decideRegisterBroker makes a fenced broker of all that it is told", () => {
  const { records, reply } = decideRegisterBroker(
    imageOf(FRESH),
    registration(),
    given(77),
  );
  assert.is(reply, 77);
  assert.equal(records, [{
    type: "RegisterBrokerRecord",
    brokerId: 1,
    incarnationId: uuidOf(70),
    brokerEpoch: 77n,
    endPoints: [{ name: "PLAINTEXT", host: "h", port: 9092, securityProtocol: 0 }],
    features: [{ name: METADATA_VERSION, minSupportedVersion: 7, maxSupportedVersion: 33 }],
    rack: "r",
    fenced: true,
    inControlledShutdown: false,
    logDirs: [uuidOf(71), uuidOf(72)],
  }]);
});

test("decideRegisterBroker keeps the epoch of the same incarnation", () => {
  const image = imageOf([...FRESH, brokerRecord({ id: 1, epoch: 44 })]);
  const request = registration({ incarnationId: uuidOf(1) });
  const decision = decideRegisterBroker(image, request, given());
  assert.equal(decision, { records: [], reply: 44 });
});

test("decideRegisterBroker takes what the incarnation before led from it first", () => {
  const image = imageOf([
    ...FRESH,
    brokerRecord({ id: 1, epoch: 44 }),
    brokerRecord({ id: 2 }),
    ...topicRecords("t", 1, [{ replicas: [1, 2] }, { replicas: [2, 1] }, { replicas: [1] }]),
  ]);
  const { records, reply } = decideRegisterBroker(image, registration(), given(100));
  assert.equal(records.map(({ type }) => type), [
    "PartitionChangeRecord",
    "PartitionChangeRecord",
    "PartitionChangeRecord",
    "RegisterBrokerRecord",
  ]);
  // The offset of its own record.
  assert.is(reply, 103);
  const partitions = imageOf(records, image).topics.get(uuidOf(1))?.partitions ?? [];
  assert.equal(
    partitions.map(({ leader, isr }) => [leader as number, isr]),
    [[2, [2]], [2, [2]], [-1, [1]]] as never,
  );
});

test("decideRegisterBroker leaves nothing to who did not stop in order", () => {
  const image = imageOf([
    ...KEEPS_ELIGIBLE,
    brokerRecord({ id: 1, epoch: 44 }),
    brokerRecord({ id: 2 }),
    ...topicRecords("t", 1, [
      { replicas: [1], isr: [], leader: -1, eligibleLeaderReplicas: [1], lastKnownElr: [1] },
      { replicas: [1, 2] },
    ]),
  ]);
  const features = [...SUPPORTED_FEATURES].map(([name, { min, max }]) =>
    ({ name, minSupportedVersion: min, maxSupportedVersion: max })
  );
  const eligible = (previousBrokerEpoch: bigint) => {
    const request = registration({ features, previousBrokerEpoch });
    const { records } = decideRegisterBroker(image, request, given(100));
    const [one, other] = imageOf(records, image).topics.get(uuidOf(1))?.partitions ?? [];
    assert.equal(other?.isr.map(Number), [2]);
    return one?.eligibleLeaderReplicas.map(Number);
  };
  assert.equal(eligible(44n), [1]);
  assert.equal(eligible(43n), []);
  assert.equal(eligible(-1n), []);
});

test("decideRegisterBroker refuses a second process while the first one lives", () => {
  const own = [uuidOf(71), uuidOf(72)];
  const others = [uuidOf(91)];
  const table: [isAlive: boolean, isOver: boolean, logDirs: Uuid[], isTaken: boolean][] = [
    [true, false, own, false],
    [true, false, others, false],
    // Its connection is gone, but its session is not over: only its own directories prove it.
    [false, false, own, true],
    [false, false, others, false],
    [false, true, own, true],
    [false, true, others, true],
  ];
  const first = registration({ incarnationId: uuidOf(60) });
  const { records } = decideRegisterBroker(imageOf(FRESH), first, given());
  const image = imageOf([...FRESH, ...records]);
  for (const [isAlive, isOver, logDirs, isTaken] of table) {
    const circumstances = given(1000, { isAlive, isOver });
    const decide = () => decideRegisterBroker(image, registration({ logDirs }), circumstances);
    if (isTaken) assert.is(decide().reply, 1000);
    else refuses(decide, "DUPLICATE_BROKER_REGISTRATION", "another node.id");
  }
});

test("decideRegisterBroker refuses who does not belong to the cluster, or cannot", () => {
  const reserved = (last: number): string => `${"A".repeat(20)}${last < 64 ? "A" : "B"}Q`;
  const table: [draft: Partial<BrokerRegistrationRequest>, error: ErrorName, message: string][] = [
    [{ clusterId: "other" }, "INCONSISTENT_CLUSTER_ID", "belongs to cluster other"],
    [{ logDirs: [] }, "INVALID_REGISTRATION", "no log directory"],
    [{ logDirs: [uuidOf(1), uuidOf(2), uuidOf(1)] }, "INVALID_REGISTRATION", "twice"],
    [{ logDirs: [uuidOf(1), ZERO_UUID] }, "INVALID_REGISTRATION", "reserved"],
    [{ logDirs: [reserved(1) as never] }, "INVALID_REGISTRATION", "reserved"],
    [{ features: [] }, "UNSUPPORTED_VERSION", "metadata.version 0 to 0, the cluster runs 30"],
    [
      {
        features: [{ name: METADATA_VERSION, minSupportedVersion: 7, maxSupportedVersion: 29 }],
      },
      "UNSUPPORTED_VERSION",
      "7 to 29, the cluster runs 30",
    ],
    [
      {
        features: [{ name: METADATA_VERSION, minSupportedVersion: 31, maxSupportedVersion: 33 }],
      },
      "UNSUPPORTED_VERSION",
      "31 to 33",
    ],
  ];
  for (const [draft, error, message] of table) {
    const decide = (): unknown =>
      decideRegisterBroker(imageOf(FRESH), registration(draft), given());
    refuses(decide, error, message);
  }
  const image = imageOf([...FRESH, level("group.version", 1)]);
  const decide = (): unknown => decideRegisterBroker(image, registration(), given());
  refuses(decide, "UNSUPPORTED_VERSION", "group.version 0 to 0, the cluster runs 1");
});

test("decideRegisterBroker says nothing of directories where records cannot carry them", () => {
  const old = imageOf([level(METADATA_VERSION, 16)]);
  for (const logDirs of [[uuidOf(71)], []]) {
    const request = registration({ logDirs });
    const { records } = decideRegisterBroker(old, request, given());
    // Encodes it at that level.
    const image = imageOf(records, old);
    assert.match(contentLines(image).join("\n"), '"directories":[]');
  }
});

test("checkBrokerEpoch takes the epoch of the registration alone", () => {
  const image = imageOf([brokerRecord({ id: 1, epoch: 44 })]);
  assert.is(checkBrokerEpoch(image, 1, 44n), undefined);
  refuses(() => checkBrokerEpoch(image, 1, 45n), "STALE_BROKER_EPOCH");
  refuses(() => checkBrokerEpoch(image, 1, -1n), "STALE_BROKER_EPOCH");
  refuses(() => checkBrokerEpoch(image, 2, 44n), "STALE_BROKER_EPOCH");
});

test.run();
