// Prepared frames are requests that brokers understand, and answers have their fields where they
// are looked for.

import { Batch, RequestHeader } from "@odradek/protocol";
import { Fetch } from "@odradek/protocol/messages/fetch";
import { Metadata } from "@odradek/protocol/messages/metadata";
import { Produce } from "@odradek/protocol/messages/produce";
import { Reader } from "@odradek/protocol/wire/reader";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  ANSWERS,
  batchOf,
  fetchRequest,
  metadataFrame,
  produceRequest,
  VERSIONS,
} from "./requests.ts";

const test = suite("requests");
const ID = "AAAAAAAAAAAAAAAAAAAAAQ" as Parameters<typeof fetchRequest>[0];

/** The body's reader, past size and header. */
function opened(frame: Uint8Array, headerVersion: number) {
  const reader = new Reader(frame);
  assert.is(reader.int32(), frame.length - 4);
  return { header: RequestHeader.read(reader, headerVersion), reader };
}

test("produceRequest carries the batch to the partition that is patched in", () => {
  const { bytes } = batchOf(500, 100);
  const request = produceRequest("t", bytes, -1);
  request.setCorrelationId(77);
  request.setPartition(3);
  const { header, reader } = opened(request.frame, 2);
  assert.is(header.correlationId, 77);
  const body = Produce.request.read(reader, VERSIONS.produce);
  assert.is(body.acks, -1);
  assert.is(body.topicData[0]?.partitionData[0]?.index, 3);
  assert.equal(body.topicData[0]?.partitionData[0]?.records, bytes);
});

test("fetchRequest reads from the partition and offset that are patched in", () => {
  const request = fetchRequest(ID, { bytesMax: 1000, maxWaitMs: 5 });
  request.setPartition(9);
  request.setFetchOffset(2 ** 40 + 1);
  const { reader } = opened(request.frame, 2);
  const body = Fetch.request.read(reader, VERSIONS.fetch);
  const partition = body.topics[0]?.partitions[0];
  assert.is(body.topics[0]?.topicId, ID);
  assert.is(partition?.partition, 9);
  assert.is(partition?.fetchOffset, BigInt(2 ** 40 + 1));
  assert.is(partition?.partitionMaxBytes, 1000);
});

test("metadataFrame asks for no topic", () => {
  const { reader } = opened(metadataFrame(), 1);
  assert.equal(Metadata.request.read(reader, VERSIONS.metadata).topics, []);
});

test("batchOf makes a valid batch of the size that is asked for", () => {
  const cases = [[120, 100, 1], [16_384, 1024, 15], [16_384, 100, 163]] as const;
  for (const [bytesMax, recordBytes, count] of cases) {
    const { bytes, recordCount } = batchOf(bytesMax, recordBytes);
    assert.is(recordCount, count);
    assert.ok(bytes.length <= bytesMax, `${bytes.length} of ${bytesMax}`);
    assert.ok(bytes.length > bytesMax * 0.9, `${bytes.length} of ${bytesMax}`);
    const batch = new Batch(bytes);
    assert.ok(batch.isCrcValid());
    assert.is(batch.recordCount, count);
  }
});

test("ANSWERS says where the fields are", () => {
  const produced = Produce.response.encode({
    responses: [{
      name: "topic",
      partitionResponses: [{ index: 0, errorCode: 0x1234, baseOffset: 0n, recordErrors: [] }],
    }],
  }, VERSIONS.produce);
  const atProduce = answerView(produced);
  assert.is(atProduce.getInt16(ANSWERS.produceErrorAt("topic")), 0x1234);
  const fetched = Fetch.response.encode({
    errorCode: 0x2345,
    responses: [{
      topicId: ID,
      partitions: [{
        partitionIndex: 0,
        errorCode: 0x3456,
        highWatermark: 99n,
        abortedTransactions: null,
        records: new Uint8Array(0),
      }],
    }],
  }, VERSIONS.fetch);
  const atFetch = answerView(fetched);
  assert.is(atFetch.getInt16(ANSWERS.fetch.errorAt), 0x2345);
  assert.is(atFetch.getInt16(ANSWERS.fetch.partitionErrorAt), 0x3456);
  assert.is(atFetch.getBigInt64(ANSWERS.fetch.highWatermarkAt), 99n);
});

/** Of an answer without its size: a flexible header and the body. */
function answerView(body: Uint8Array): DataView {
  const answer = new Uint8Array(5 + body.length);
  answer.set(body, 5);
  return new DataView(answer.buffer);
}

test.run();
