// Features of a cluster and the versions of records that go with them.

import {
  encodeMetadataRecord,
  metadataRecordNamed,
  type MetadataRecordDraft,
  type MetadataRecordName,
  metadataRecords,
} from "@odradek/protocol/schemas/metadata/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  FRESH_METADATA_VERSION,
  hasDirectories,
  METADATA_VERSION,
  metadataVersionName,
  recordVersion,
  SUPPORTED_FEATURES,
} from "./features.ts";
import { type ClusterImage, EMPTY_IMAGE } from "./image.ts";
import { brokerRecord, topicRecords } from "./testing/image_of.ts";

const test = suite("features");

const { min: OLDEST, max: NEWEST } = SUPPORTED_FEATURES.get(METADATA_VERSION) ?? { min: 1, max: 0 };

function at(level: number): ClusterImage {
  return { ...EMPTY_IMAGE, features: new Map([[METADATA_VERSION, level]]) };
}

test("metadataVersionName names every level that is supported, and no other", () => {
  const table: [level: number, name: string | undefined][] = [
    [6, undefined],
    [7, "3.3-IV3"],
    [8, "3.4-IV0"],
    [11, "3.5-IV2"],
    [14, "3.6-IV2"],
    [17, "3.7-IV2"],
    [19, "3.7-IV4"],
    [20, "3.8-IV0"],
    [21, "3.9-IV0"],
    [22, "4.0-IV0"],
    [25, "4.0-IV3"],
    [26, "4.1-IV0"],
    [28, "4.2-IV0"],
    [30, "4.3-IV0"],
    [31, "4.4-IV0"],
    [33, "4.4-IV2"],
    [34, undefined],
    [-1, undefined],
  ];
  for (const [level, name] of table) assert.is(metadataVersionName(level), name, `${level}`);
  for (let level = OLDEST; level <= NEWEST; level++) assert.ok(metadataVersionName(level));
});

test("SUPPORTED_FEATURES hold what a fresh cluster runs", () => {
  assert.ok(FRESH_METADATA_VERSION >= OLDEST && FRESH_METADATA_VERSION <= NEWEST);
  for (const [name, { min, max }] of SUPPORTED_FEATURES) assert.ok(min <= max, name);
});

test("recordVersion grows with metadata.version where records took on a field", () => {
  const table: [type: MetadataRecordName, versions: [from: number, version: number][]][] = [
    ["RegisterBrokerRecord", [[7, 1], [16, 1], [17, 3], [29, 3], [30, 4], [33, 4]]],
    ["BrokerRegistrationChangeRecord", [[7, 1], [16, 1], [17, 2], [29, 2], [30, 3], [33, 3]]],
    ["PartitionRecord", [[7, 0], [16, 0], [17, 1], [22, 1], [23, 2], [33, 2]]],
    ["PartitionChangeRecord", [[7, 0], [16, 0], [17, 1], [22, 1], [23, 2], [33, 2]]],
    ["TopicRecord", [[7, 0], [33, 0]]],
  ];
  for (const [type, versions] of table) {
    for (const [level, version] of versions) {
      assert.is(recordVersion(type, at(level)), version, `${type} at ${level}`);
    }
    assert.is(recordVersion(type, EMPTY_IMAGE), recordVersion(type, at(FRESH_METADATA_VERSION)));
  }
});

test("recordVersion is one that each kind of record has, at every level", () => {
  for (const { name } of metadataRecords.values()) {
    const { versions: [oldest, newest] } = metadataRecordNamed(name as MetadataRecordName);
    for (let level = OLDEST; level <= NEWEST; level++) {
      const version = recordVersion(name as MetadataRecordName, at(level));
      assert.ok(version >= oldest && version <= newest, `${name} ${version} at ${level}`);
    }
  }
});

test("hasDirectories says at which levels records can carry directories", () => {
  const [, partition] = topicRecords("a", 1, [{ replicas: [1] }]);
  const drafts = [brokerRecord({ id: 1 }), { ...partition, eligibleLeaderReplicas: null }];
  for (let level = OLDEST; level <= NEWEST; level++) {
    for (const draft of drafts as MetadataRecordDraft[]) {
      const encode = (): unknown =>
        encodeMetadataRecord(draft, recordVersion(draft.type, at(level)));
      if (hasDirectories(at(level))) assert.ok(encode());
      else assert.throws(encode, /has no field/, `${draft.type} at ${level}`);
    }
  }
});

test.run();
