// Frames of remote log records. The golden vectors hold the records themselves.

import { METADATA_TOPIC_ID } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Malformed } from "../../wire/malformed.ts";
import { decodeRemoteLogRecord, encodeRemoteLogRecord, type RemoteLogRecord } from "./mod.ts";

const test = suite("remote log records");
const fromHex = (text: string): Uint8Array => Uint8Array.fromHex(text.replaceAll(" ", ""));

const DELETED = fromHex(
  `02 00  02 74 ${"00".repeat(15)}01 00000003 00  00000001 ${"00".repeat(8)} 02 00`,
);

test("encodeRemoteLogRecord writes kind and version before the message", () => {
  const bytes = encodeRemoteLogRecord({
    type: "PARTITION_DELETE",
    topicIdPartition: { name: "t", id: METADATA_TOPIC_ID, partition: 3 },
    brokerId: 1,
    eventTimestampMs: 0n,
    remotePartitionDeleteState: 2,
  }, 0);
  assert.equal(bytes, DELETED);
});

test("decodeRemoteLogRecord gives a record that can be switched on", () => {
  assert.is(stateOf(decodeRemoteLogRecord(DELETED)), "t-3: 2");
});

/** That it compiles is the half of the test. */
function stateOf(record: RemoteLogRecord): string {
  switch (record.type) {
    case "PARTITION_DELETE": {
      const { name, partition } = record.topicIdPartition;
      return `${name}-${partition}: ${record.remotePartitionDeleteState}`;
    }
    case "SEGMENT":
    case "SEGMENT_SNAPSHOT":
    case "SEGMENT_UPDATE":
      return `${record.remoteLogSegmentState}`;
  }
}

test("decodeRemoteLogRecord refuses kinds and versions that are not known", () => {
  const isMalformed = (thrown: unknown): boolean => thrown instanceof Malformed;
  for (const bytes of ["", "04 00", "02 01", "02 00 02"]) {
    assert.throws(() => decodeRemoteLogRecord(fromHex(bytes)), isMalformed, bytes);
  }
});

test.run();
