// Records that Kafka wrote, against the text that its dump tool prints of them.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { toJsonText } from "../../schema/json.ts";
import { encodeCoordinatorRecord } from "../coordinator.ts";
import { decodeGroupRecord, GroupMetadata, type GroupRecord, groupRecordToJson } from "./mod.ts";

const test = suite("groupRecordToJson");

function textOf(key: string, value: string | null): [string, string] {
  const decoded = decodeGroupRecord({
    key: Uint8Array.fromHex(key),
    value: value === null ? null : Uint8Array.fromHex(value),
  });
  const json = groupRecordToJson(decoded as GroupRecord);
  return [toJsonText(json.key), toJsonText(json.value)];
}

test("groupRecordToJson prints what a member of a consumer group has told", () => {
  const printed = textOf(
    "0005000a6f642d672d726567657800164442356e7133516e536175764e655676306c4d553651",
    "0000000016636f6e73756d65722d6f642d672d72656765782d340b2f3132372e302e302e3101145c516f642d5c45" +
      "28706c61696e7c67726f7729000493e00672616e676501000100",
  );
  assert.equal(printed, [
    `{"type":"5","data":{"groupId":"od-g-regex","memberId":"DB5nq3QnSauvNeVv0lMU6Q"}}`,
    `{"version":"0","data":{"instanceId":null,"rackId":null,"clientId":"consumer-od-g-regex-4",` +
    `"clientHost":"/127.0.0.1","subscribedTopicNames":[],` +
    `"subscribedTopicRegex":"\\\\Qod-\\\\E(plain|grow)","rebalanceTimeoutMs":300000,` +
    `"serverAssignor":"range","classicMemberMetadata":null}}`,
  ]);
});

test("groupRecordToJson leaves tagged fields out that are at their default", () => {
  const member = "000a6f642d672d726567657800164442356e7133516e536175764e655676306c4d553651";
  const [, assignment] = textOf(`0008${member}`, "0000000000020000000000010100");
  assert.is(
    assignment,
    `{"version":"0","data":{"memberEpoch":2,"previousMemberEpoch":0,"state":0,` +
      `"assignedPartitions":[],"partitionsPendingRevocation":[]}}`,
  );
});

test("groupRecordToJson prints a tombstone as null", () => {
  const [key, value] = textOf("0002000c6f642d672d636c6173736963", null);
  assert.equal([key, value], [`{"type":"2","data":{"group":"od-g-classic"}}`, "null"]);
});

const CLASSIC = {
  generation: 1,
  protocol: "range",
  leader: "m",
  currentStateTimestamp: 5n,
};
const MEMBER = { memberId: "m", clientId: "c", clientHost: "/h", sessionTimeout: 9 };
/** Version 3: topics, no user data, nothing owned, no generation, no rack. */
const SUBSCRIPTION = "0003 00000001 000174 ffffffff 00000000 ffffffff ffff";
const ASSIGNMENT = "0003 00000001 000174 00000001 00000000 ffffffff";

function memberOf(protocolType: string, subscription: string, assignment: string): string {
  const bytes = (hex: string): Uint8Array => Uint8Array.fromHex(hex.replaceAll(" ", ""));
  const member = {
    ...MEMBER,
    subscription: bytes(subscription),
    assignment: bytes(assignment),
  };
  const value = { ...CLASSIC, protocolType, members: [member] };
  const stored = encodeCoordinatorRecord(GroupMetadata, { key: { group: "g" }, value }, 3);
  const record = decodeGroupRecord(stored) as GroupRecord;
  const printed = toJsonText(groupRecordToJson(record).value);
  return printed.slice(printed.indexOf(`"subscription"`), -3);
}

test("groupRecordToJson reads what consumers told each other in a classic group", () => {
  assert.is(
    memberOf("consumer", SUBSCRIPTION, ASSIGNMENT),
    `"subscription":{"topics":["t"],"userData":null,"ownedPartitions":[],"generationId":-1,` +
      `"rackId":null},"assignment":{"assignedPartitions":[{"topic":"t","partitions":[0]}],` +
      `"userData":null}}`,
  );
});

test("groupRecordToJson reads a newer version of it as the newest that is known", () => {
  const newer = SUBSCRIPTION.replace("0003", "0007");
  assert.match(memberOf("consumer", newer, ASSIGNMENT), /"rackId":null},"assignment":{/);
});

test("groupRecordToJson shows bytes that are not of consumers as they are", () => {
  const bytes = `"subscription":"AQI=","assignment":""}`;
  assert.is(memberOf("connect", "0102", ""), bytes);
  assert.is(memberOf("consumer", "0102", ""), bytes);
  assert.match(memberOf("connect", SUBSCRIPTION, ASSIGNMENT), /^"subscription":"AAMAAAAB/);
});

test.run();
