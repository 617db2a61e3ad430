// Records of `__transaction_state` that Kafka wrote, read and printed.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { toJsonText } from "../../schema/json.ts";
import { Malformed } from "../../wire/malformed.ts";
import { encodeCoordinatorRecord } from "../coordinator.ts";
import {
  decodeTransactionRecord,
  TransactionLog,
  type TransactionRecord,
  transactionRecordToJson,
} from "./mod.ts";

const test = suite("transaction records");
const KEY = Uint8Array.fromHex("000000076f642d74782d61");
const OPEN = Uint8Array.fromHex(
  "0001000000000000000600000000ea600102076f642d74786e0400000002000000000000000100000001a202a67eb3" +
    "000001a202a67eb3020008000000000000000602020002",
);

test("decodeTransactionRecord reads a transaction that is open", () => {
  const record = decodeTransactionRecord({ key: KEY, value: OPEN });
  assert.equal([record?.type, record?.version], ["TransactionLog", 1]);
  assert.equal(record?.key, { transactionalId: "od-tx-a" });
  assert.equal(record?.value, {
    producerId: 6n,
    previousProducerId: 6n,
    nextProducerId: -1n,
    producerEpoch: 0,
    nextProducerEpoch: -1,
    transactionTimeoutMs: 60000,
    transactionStatus: 1,
    transactionPartitions: [{ topic: "od-txn", partitionIds: [2, 0, 1] }],
    transactionLastUpdateTimestampMs: 1795340795571n,
    transactionStartTimestampMs: 1795340795571n,
    clientTransactionVersion: 2,
  });
});

test("encodeCoordinatorRecord writes again what decodeTransactionRecord read", () => {
  const { key, value, version } = decodeTransactionRecord({
    key: KEY,
    value: OPEN,
  }) as TransactionRecord;
  assert.ok(value);
  const written = encodeCoordinatorRecord(TransactionLog, { key, value }, version);
  assert.equal(written, { key: KEY, value: OPEN });
});

test("transactionRecordToJson prints what kafka-dump-log prints", () => {
  const text = (value: Uint8Array | null): string[] => {
    const record = decodeTransactionRecord({ key: KEY, value }) as TransactionRecord;
    const json = transactionRecordToJson(record);
    return [toJsonText(json.key), toJsonText(json.value)];
  };
  const key = `{"type":"0","data":{"transactionalId":"od-tx-a"}}`;
  assert.equal(text(OPEN), [
    key,
    `{"version":"1","data":{"producerId":6,"previousProducerId":6,"producerEpoch":0,` +
    `"transactionTimeoutMs":60000,"transactionStatus":1,` +
    `"transactionPartitions":[{"topic":"od-txn","partitionIds":[2,0,1]}],` +
    `"transactionLastUpdateTimestampMs":1795340795571,` +
    `"transactionStartTimestampMs":1795340795571,"clientTransactionVersion":2}}`,
  ]);
  assert.equal(text(null), [key, "null"]);
});

test("decodeTransactionRecord passes over other types and refuses other versions", () => {
  assert.is(decodeTransactionRecord({ key: Uint8Array.of(0, 1, 9), value: null }), undefined);
  const isMalformed = (thrown: unknown): boolean => thrown instanceof Malformed;
  const newer = Uint8Array.of(0, 2, ...OPEN.subarray(2));
  assert.throws(() => decodeTransactionRecord({ key: KEY, value: newer }), isMalformed);
  const short = OPEN.subarray(0, -1);
  assert.throws(() => decodeTransactionRecord({ key: KEY, value: short }), isMalformed);
});

test.run();
