// Every kind of record has its place in the fold; apply/* say what each one does.

import {
  type MetadataRecordDraft,
  type MetadataRecordName,
  metadataRecords,
} from "@odradek/protocol/schemas/metadata/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { applyRecord } from "./apply.ts";
import type { ClusterImage } from "./image.ts";
import { brokerRecord, imageOf, recordOf, topicRecords, uuidOf } from "./testing/image_of.ts";

const test = suite("applyRecord");

const given = imageOf([
  brokerRecord({ id: 1 }),
  ...topicRecords("a", 1, [{ replicas: [1], eligibleLeaderReplicas: [2] }]),
]);

type Field = keyof ClusterImage;
type Draft<N extends MetadataRecordName> = Omit<MetadataRecordDraft & { type: N }, "type">;

const broker = { brokerId: 1, brokerEpoch: 101n };
const fenced = { id: 1, epoch: 101n };
const topic = { topicId: uuidOf(1) };
const user = { name: "u", mechanism: 1 };
const none = new Uint8Array(0);

/** What each kind changes in an image. The type makes sure that none is left out. */
const CHANGED: { readonly [N in MetadataRecordName]: readonly [Draft<N>, readonly Field[]] } = {
  RegisterBrokerRecord: [
    {
      brokerId: 2,
      brokerEpoch: 1n,
      incarnationId: uuidOf(2),
      endPoints: [],
      features: [],
      rack: "",
    },
    ["brokers"],
  ],
  UnregisterBrokerRecord: [broker, ["brokers"]],
  TopicRecord: [{ name: "b", topicId: uuidOf(2) }, ["topics", "topicIds"]],
  PartitionRecord: [
    { ...topic, replicas: [], isr: [], removingReplicas: [], addingReplicas: [], partitionId: 1 },
    ["topics"],
  ],
  ConfigRecord: [{ resourceType: 2, resourceName: "a", name: "k", value: "v" }, ["configs"]],
  PartitionChangeRecord: [{ ...topic, partitionId: 0 }, ["topics"]],
  FenceBrokerRecord: [fenced, ["brokers"]],
  UnfenceBrokerRecord: [fenced, ["brokers"]],
  RemoveTopicRecord: [topic, ["topics", "topicIds"]],
  DelegationTokenRecord: [
    {
      owner: "o",
      requester: "o",
      renewers: [],
      issueTimestamp: 0n,
      maxTimestamp: 0n,
      expirationTimestamp: 0n,
      tokenId: "t",
    },
    ["delegationTokens"],
  ],
  UserScramCredentialRecord: [
    { ...user, salt: none, storedKey: none, serverKey: none, iterations: 4096 },
    ["scramUsers"],
  ],
  FeatureLevelRecord: [{ name: "f", featureLevel: 1 }, ["features"]],
  ClientQuotaRecord: [{ entity: [], key: "k", value: 1, remove: false }, ["clientQuotas"]],
  ProducerIdsRecord: [{ brokerId: 1, nextProducerId: 1000n }, ["nextProducerId"]],
  BrokerRegistrationChangeRecord: [{ ...broker, fenced: 1 }, ["brokers"]],
  AccessControlEntryRecord: [
    {
      id: uuidOf(1),
      resourceType: 2,
      resourceName: "a",
      patternType: 3,
      principal: "User:a",
      host: "*",
      operation: 2,
      permissionType: 3,
    },
    ["acls"],
  ],
  RemoveAccessControlEntryRecord: [{ id: uuidOf(1) }, ["acls"]],
  NoOpRecord: [{}, []],
  ZkMigrationStateRecord: [{ zkMigrationState: 0 }, []],
  RemoveUserScramCredentialRecord: [user, ["scramUsers"]],
  BeginTransactionRecord: [{}, []],
  EndTransactionRecord: [{}, []],
  AbortTransactionRecord: [{}, []],
  RemoveDelegationTokenRecord: [{ tokenId: "t" }, ["delegationTokens"]],
  RegisterControllerRecord: [
    {
      controllerId: 1,
      incarnationId: uuidOf(1),
      zkMigrationReady: false,
      endPoints: [],
      features: [],
    },
    ["controllers"],
  ],
  ClearElrRecord: [{ topicName: "a" }, ["topics"]],
  UnregisterControllerRecord: [{ controllerId: 1 }, ["controllers"]],
};

test("applyRecord changes the part that a record is about, and shares all others", () => {
  for (const { name } of metadataRecords.values()) {
    const kind = name as MetadataRecordName;
    const [fields, expect] = CHANGED[kind];
    const draft = { type: kind, ...fields } as MetadataRecordDraft;
    const image = applyRecord(given, recordOf(draft));
    const changed = (Object.keys(given) as Field[]).filter((key) => image[key] !== given[key]);
    // Removing the configuration of a topic that has none gives the same map.
    assert.equal(changed.sort(), [...expect].sort(), kind);
  }
});

test("applyRecord leaves the image before as it was", () => {
  const { topics, brokers } = given;
  applyRecord(given, recordOf({ type: "RemoveTopicRecord", topicId: uuidOf(1) }));
  applyRecord(given, recordOf({ type: "FenceBrokerRecord", id: 1, epoch: 101n }));
  assert.is(given.topics, topics);
  assert.is(given.brokers, brokers);
  assert.is(topics.get(uuidOf(1))?.partitions.length, 1);
});

test.run();
