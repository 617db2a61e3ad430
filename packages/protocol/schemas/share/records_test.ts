// Records of `__share_group_state` that Kafka wrote, read and printed.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { toJsonText } from "../../schema/json.ts";
import { decodeShareRecord, type ShareRecord, shareRecordToJson } from "./mod.ts";

const test = suite("share records");
const PARTITION = "000a6f642d672d7368617265 120dc45fab864b499dacc29b8834cbe8 00000001";
const DATA = `"data":{"groupId":"od-g-share","topicId":"Eg3EX6uGS0mdrMKbiDTL6A","partition":1}`;

function read(key: string, value: string | null): ShareRecord {
  const bytes = (hex: string): Uint8Array => Uint8Array.fromHex(hex.replaceAll(" ", ""));
  const stored = { key: bytes(key), value: value === null ? null : bytes(value) };
  return decodeShareRecord(stored) as ShareRecord;
}

test("decodeShareRecord gives a record that can be switched on", () => {
  const snapshot = read(
    `0000 ${PARTITION}`,
    "0000 00000000 00000002 00000000 ffffffffffffffff 000001a202a6b2d3 000001a202a6b2d3 01 00",
  );
  assert.is(epochsOf(snapshot), "state 2, leader 0");
  assert.is(epochsOf({ ...snapshot, value: null } as ShareRecord), "state undefined");
  assert.is(snapshot.value?.deliveryCompleteCount, -1);
  const update = read(`0001 ${PARTITION}`, "0000 00000000 00000002 ffffffffffffffff 01 00");
  assert.is(epochsOf(update), "leader 2");
});

/** That it compiles is the half of the test. */
function epochsOf(record: ShareRecord): string {
  switch (record.type) {
    case "ShareSnapshot": {
      const leader = record.value === null ? "" : `, leader ${record.value.leaderEpoch}`;
      return `state ${record.value?.stateEpoch}${leader}`;
    }
    case "ShareUpdate":
      return `leader ${record.value?.leaderEpoch}`;
  }
}

test("shareRecordToJson prints what kafka-dump-log prints", () => {
  const update = read(
    `0001 ${PARTITION}`,
    "0000 00000000 00000002 0000000000000000 02 0000000000000000 0000000000000001 02 0001 00" +
      "01 00 04 0000000b",
  );
  const { key, value } = shareRecordToJson(update);
  assert.is(toJsonText(key), `{"type":"1",${DATA}}`);
  assert.is(
    toJsonText(value),
    `{"version":"0","data":{"snapshotEpoch":0,"leaderEpoch":2,"startOffset":0,` +
      `"deliveryCompleteCount":11,"stateBatches":[{"firstOffset":0,"lastOffset":1,` +
      `"deliveryState":2,"deliveryCount":1}]}}`,
  );
});

test("shareRecordToJson prints a tombstone as null", () => {
  const { key, value } = shareRecordToJson(read(`0000 ${PARTITION}`, null));
  assert.is(toJsonText(key), `{"type":"0",${DATA}}`);
  assert.is(value, null);
});

test.run();
