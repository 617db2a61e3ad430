// Records of `__consumer_offsets`, with their types and versions, and the consumer protocol.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Malformed } from "../../wire/malformed.ts";
import { encodeCoordinatorKey, encodeCoordinatorRecord } from "../coordinator.ts";
import { decodeVersioned, decodeVersionedOrNewer, encodeVersioned } from "../versioned.ts";
import {
  ConsumerGroupMemberMetadata,
  ConsumerGroupMetadata,
  ConsumerProtocolSubscription,
  decodeGroupRecord,
  GroupMetadata,
  type GroupRecord,
  groupRecords,
  OffsetCommit,
} from "./mod.ts";

const test = suite("group records");
const fromHex = (text: string): Uint8Array => Uint8Array.fromHex(text.replaceAll(" ", ""));
const isMalformed = (thrown: unknown): boolean => thrown instanceof Malformed;

/** Of the golden batch in the description of the storage format. */
const KEY = fromHex("0001 0008 6d792d67726f7570 0008 6d792d746f706963 00000000");
const VALUE = fromHex("0003 0000000000000001 00000000 0000 000001831da33ed6");

test("encodeCoordinatorRecord writes type and key, version and value", () => {
  const record = encodeCoordinatorRecord(OffsetCommit, {
    key: { group: "my-group", topic: "my-topic", partition: 0 },
    value: { offset: 1n, leaderEpoch: 0, metadata: "", commitTimestamp: 1662649581270n },
  }, 3);
  assert.equal(record, { key: KEY, value: VALUE });
});

test("encodeCoordinatorKey alone makes a tombstone's key", () => {
  const key = { group: "my-group", topic: "my-topic", partition: 0 };
  assert.equal(encodeCoordinatorKey(OffsetCommit, key), KEY);
});

test("decodeGroupRecord gives a record that can be switched on", () => {
  const record = decodeGroupRecord({ key: KEY, value: VALUE });
  assert.is(record?.version, 3);
  assert.is(groupOf(record as GroupRecord), "my-group at 1");
});

/** That it compiles is the half of the test. */
function groupOf(record: GroupRecord): string {
  switch (record.type) {
    case "OffsetCommit":
      return `${record.key.group} at ${record.value?.offset}`;
    case "GroupMetadata":
      return `${record.key.group} in ${record.value?.generation}`;
    case "ConsumerGroupMetadata":
    case "ShareGroupMetadata":
    case "StreamsGroupMetadata":
      return `${record.key.groupId} in ${record.value?.epoch}`;
    default:
      return record.type;
  }
}

test("decodeGroupRecord reads a null value as a tombstone", () => {
  const record = decodeGroupRecord({ key: KEY, value: null });
  assert.equal([record?.type, record?.value, record?.version], ["OffsetCommit", null, -1]);
});

test("decodeGroupRecord reads every version of a value", () => {
  const key = { group: "g" };
  const value = { protocolType: "consumer", generation: 4, protocol: null, leader: null };
  for (const version of [0, 1, 2, 3, 4]) {
    const draft = { key, value: { ...value, members: [] } };
    const record = decodeGroupRecord(encodeCoordinatorRecord(GroupMetadata, draft, version));
    assert.is(record?.version, version);
    assert.equal(record?.value, { ...value, currentStateTimestamp: -1n, members: [] });
  }
});

test("decodeGroupRecord knows the groups of every protocol", () => {
  const types = groupRecords.map(({ type }) => type);
  assert.equal(types, [...types].sort((a, b) => a - b));
  assert.is(types.length, 22);
  const draft = { key: { groupId: "g" }, value: { epoch: 4, metadataHash: 7n } };
  const record = decodeGroupRecord(encodeCoordinatorRecord(ConsumerGroupMetadata, draft, 0));
  assert.is(groupOf(record as GroupRecord), "g in 4");
  for (const { type, name } of groupRecords) {
    const key = fromHex(`${type.toString(16).padStart(4, "0")} 0001 61 0001 62 00000000`);
    assert.is(decodeGroupRecord({ key, value: null })?.type, name);
  }
});

test("encodeCoordinatorRecord tells null from what is left out, where Kafka does", () => {
  const member = {
    instanceId: null,
    rackId: null,
    clientId: "",
    clientHost: "",
    subscribedTopicNames: [],
    subscribedTopicRegex: null,
    serverAssignor: null,
  };
  const encoded = (value: typeof member): Uint8Array | null => {
    const draft = { key: { groupId: "g", memberId: "m" }, value };
    return encodeCoordinatorRecord(ConsumerGroupMemberMetadata, draft, 0).value;
  };
  const same = "0000 00 00 01 01 01 00 ffffffff 00";
  assert.equal(encoded(member), fromHex(`${same} 00`));
  const consumer = { ...member, classicMemberMetadata: null };
  assert.equal(encoded(consumer), fromHex(`${same} 01 00 01 00`));
});

test("decodeGroupRecord passes over types that it does not know", () => {
  assert.is(decodeGroupRecord({ key: fromHex("0063 ff"), value: fromHex("ff") }), undefined);
});

test("decodeGroupRecord refuses broken bytes and unknown versions", () => {
  const cases: [Uint8Array, Uint8Array | null][] = [
    [fromHex("00"), VALUE],
    [fromHex("ffff 0001 61"), VALUE],
    [KEY.subarray(0, -1), VALUE],
    [KEY, VALUE.subarray(0, -1)],
    [KEY, fromHex("0005 00")],
    [KEY, fromHex("ffff 00")],
    [KEY, new Uint8Array(0)],
  ];
  for (const [key, value] of cases) {
    assert.throws(() => decodeGroupRecord({ key, value }), isMalformed);
  }
});

test("decodeVersionedOrNewer reads a newer subscription as the newest that is known", () => {
  const draft = { topics: ["t"], rackId: "r" };
  const bytes = encodeVersioned(ConsumerProtocolSubscription, draft, 3);
  const newer = Uint8Array.of(0, 9, ...bytes.subarray(2), 1, 2, 3);
  const { version, message } = decodeVersionedOrNewer(ConsumerProtocolSubscription, newer);
  assert.equal([version, message.topics, message.rackId], [9, ["t"], "r"]);
  assert.throws(() => decodeVersioned(ConsumerProtocolSubscription, newer), isMalformed);
  const negative = Uint8Array.of(0xff, 0xff, ...bytes.subarray(2));
  assert.throws(() => decodeVersionedOrNewer(ConsumerProtocolSubscription, negative), isMalformed);
});

test.run();
