// What a snapshot holds gives back the image that it was made of, at every metadata.version.

import { Fault } from "@odradek/base";
import { buildBatch } from "@odradek/protocol/records/builder";
import { encodeControlRecord } from "@odradek/protocol/schemas/control/mod";
import {
  encodeMetadataRecord,
  type MetadataRecordDraft,
} from "@odradek/protocol/schemas/metadata/mod";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { METADATA_VERSION, recordVersion } from "./features.ts";
import { type ClusterImage, EMPTY_IMAGE } from "./image.ts";
import { imageRecords, snapshotState } from "./snapshots.ts";
import { brokerRecord, contentLines, imageOf, topicRecords, uuidOf } from "./testing/image_of.ts";

const test = suite("metadata snapshots");

function feature(name: string, featureLevel: number): MetadataRecordDraft {
  return { type: "FeatureLevelRecord", name, featureLevel };
}

const config: MetadataRecordDraft = {
  type: "ConfigRecord",
  resourceType: 2,
  resourceName: "a b",
  name: "retention.ms",
  value: "5",
};

/** One of everything. */
const KEPT: MetadataRecordDraft[] = [
  config,
  { ...config, resourceType: 4, resourceName: "" },
  { type: "ProducerIdsRecord", brokerId: 1, brokerEpoch: 3n, nextProducerId: 2000n },
  {
    type: "RegisterControllerRecord",
    controllerId: 3,
    incarnationId: uuidOf(3),
    zkMigrationReady: false,
    endPoints: [{ name: "C", host: "h", port: 1, securityProtocol: 0 }],
    features: [{ name: "kraft.version", minSupportedVersion: 0, maxSupportedVersion: 1 }],
  },
  {
    type: "ClientQuotaRecord",
    entity: [{ entityType: "user", entityName: null }],
    key: "producer_byte_rate",
    value: 5.5,
    remove: false,
  },
  {
    type: "AccessControlEntryRecord",
    id: uuidOf(77),
    resourceType: 2,
    resourceName: "t",
    patternType: 3,
    principal: "User:a",
    host: "*",
    operation: 3,
    permissionType: 3,
  },
  {
    type: "UserScramCredentialRecord",
    name: "a",
    mechanism: 1,
    salt: Uint8Array.of(1),
    storedKey: Uint8Array.of(2),
    serverKey: Uint8Array.of(3),
    iterations: 4096,
  },
];

function roundTrip(image: ClusterImage): ClusterImage {
  return imageOf([...imageRecords(image)], { ...EMPTY_IMAGE, kraftVersion: image.kraftVersion });
}

test("imageRecords begins with metadata.version, and has nothing of an empty image", () => {
  assert.equal([...imageRecords(EMPTY_IMAGE)], []);
  const image = imageOf([feature("group.version", 1), feature(METADATA_VERSION, 30)]);
  assert.equal([...imageRecords(image)].map((record) => "name" in record && record.name), [
    METADATA_VERSION,
    "group.version",
  ]);
});

test("imageRecords gives back what brokers, controllers, topics and kept records have said", () => {
  const [first] = topicRecords("t", 1, [{ replicas: [1, 2], isr: [1], leader: 1 }]);
  const image = imageOf([
    feature(METADATA_VERSION, 33),
    brokerRecord({ id: 1, rack: "r" }),
    brokerRecord({ id: 2, isFenced: true, isInControlledShutdown: true }),
    ...KEPT,
    first as MetadataRecordDraft,
    ...topicRecords("u", 2, [
      { replicas: [1, 2], isr: [], leader: -1, eligibleLeaderReplicas: [2] },
      { replicas: [2, 1] },
    ]),
    {
      type: "BrokerRegistrationChangeRecord",
      brokerId: 1,
      brokerEpoch: 101n,
      cordonedLogDirs: [uuidOf(1001)],
    },
    {
      type: "PartitionChangeRecord",
      topicId: uuidOf(2),
      partitionId: 1,
      leader: 1,
      leaderRecoveryState: 1,
      addingReplicas: [1],
      removingReplicas: [2],
      lastKnownElr: [1],
    },
  ]);
  assert.equal(contentLines(roundTrip(image)), contentLines(image));
});

test("imageRecords can be read at every metadata.version", () => {
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1 });
  const property = fc.property(
    fc.constantFrom(7, 16, 17, 22, 23, 29, 30, 33),
    fc.array(fc.array(ids, { minLength: 1, maxLength: 3 }), { maxLength: 5 }),
    fc.array(fc.constantFrom(...KEPT)),
    (level, topics, kept) => {
      const hasDirectories = level >= 17;
      const drafts = [
        feature(METADATA_VERSION, level),
        ...[1, 2].map((id) => brokerRecord({ id, ...(hasDirectories ? {} : { directories: [] }) })),
        ...topics.flatMap((partitions, i) =>
          topicRecords(`t${i}`, i, partitions.map((replicas) => ({ replicas })))
        ).map((draft) => (hasDirectories ? draft : { ...draft, directories: [] })),
        ...kept,
      ];
      const image = imageOf(drafts as MetadataRecordDraft[]);
      assert.equal(contentLines(roundTrip(image)), contentLines(image));
    },
  );
  fc.assert(property);
});

test("snapshotState reads batches whose offsets are their own, and tells the log's", () => {
  const value = (draft: MetadataRecordDraft) => ({
    value: encodeMetadataRecord(draft, recordVersion(draft.type, EMPTY_IMAGE)),
  });
  const version = encodeControlRecord({ type: "KRAFT_VERSION", version: 0, kRaftVersion: 1 });
  const records = [feature("f", 2), brokerRecord({ id: 1 })].map(value);
  const bytes = Buffer.concat([
    buildBatch([version], { isControl: true }),
    buildBatch(records, { baseOffset: 1 }),
  ]);
  const { image } = snapshotState({ bytes, endOffset: 500, epoch: 7 });
  assert.equal([image.endOffset, image.epoch, image.kraftVersion], [500, 7, 1]);
  assert.equal([...image.features], [["f", 2]]);
  assert.equal([...image.brokers.keys()], [1]);
});

test("snapshotState refuses records that contradict each other", () => {
  const fence = { type: "FenceBrokerRecord", id: 9, epoch: 1n } as const;
  const bytes = buildBatch([{ value: encodeMetadataRecord(fence, 0) }], {});
  assert.throws(
    () => snapshotState({ bytes, endOffset: 1, epoch: 1 }),
    (thrown: unknown) => thrown instanceof Fault && thrown.kind === "corrupt",
  );
});

test.run();
