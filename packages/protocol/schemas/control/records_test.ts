// Control records, with their keys. The golden vectors hold the messages themselves.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Malformed } from "../../wire/malformed.ts";
import {
  type ControlRecord,
  type ControlRecordDraft,
  decodeControlRecord,
  encodeControlRecord,
} from "./mod.ts";

const test = suite("control records");
const fromHex = (text: string): Uint8Array => Uint8Array.fromHex(text.replaceAll(" ", ""));
const DIRECTORY = "7NPiuXoHTjKdBOQdutIeRQ" as never;

/** As a broker wrote them, but for the ids. */
const CASES: [ControlRecordDraft, string, string][] = [
  [{ type: "ABORT", coordinatorEpoch: 3 }, "0000 0000", "0000 00000003"],
  [{ type: "COMMIT", coordinatorEpoch: -1 }, "0000 0001", "0000 ffffffff"],
  [
    {
      type: "LEADER_CHANGE",
      version: 0,
      leaderId: 1,
      voters: [{ voterId: 1 }],
      grantingVoters: [{ voterId: 1 }],
    },
    "0000 0002",
    "0000 00000001 02 00000001 00 02 00000001 00 00",
  ],
  [
    { type: "LEADER_CHANGE", version: 1, leaderId: 1, voters: [], grantingVoters: [] },
    "0000 0002",
    "0001 00000001 01 01 00",
  ],
  [
    { type: "SNAPSHOT_HEADER", version: 0, lastContainedLogTimestamp: 258n },
    "0000 0003",
    "0000 0000000000000102 00",
  ],
  [{ type: "SNAPSHOT_FOOTER", version: 0 }, "0000 0004", "0000 00"],
  [{ type: "KRAFT_VERSION", version: 0, kRaftVersion: 1 }, "0000 0005", "0000 0001 00"],
  [
    {
      type: "KRAFT_VOTERS",
      version: 0,
      voters: [{
        voterId: 1,
        voterDirectoryId: DIRECTORY,
        endpoints: [{ name: "C", host: "h", port: 65535 }],
        kRaftVersionFeature: { minSupportedVersion: 0, maxSupportedVersion: 1 },
      }],
    },
    "0000 0006",
    "0000 02 00000001 ecd3e2b97a074e329d04e41dbad21e45 02 0243 0268 ffff 00 0000 0001 00 00 00",
  ],
];

test("encodeControlRecord writes key and value as Kafka does", () => {
  for (const [draft, key, value] of CASES) {
    assert.equal(encodeControlRecord(draft), { key: fromHex(key), value: fromHex(value) });
  }
});

test("decodeControlRecord reads what encodeControlRecord wrote", () => {
  for (const [draft, key, value] of CASES) {
    const record = decodeControlRecord({ key: fromHex(key), value: fromHex(value) });
    assert.is(record.type, draft.type);
    assert.equal(encodeControlRecord(record as ControlRecordDraft).value, fromHex(value));
  }
});

test("decodeControlRecord gives a record that can be switched on", () => {
  const value = fromHex("0001 00000007 01 01 00");
  assert.is(leaderOf(decodeControlRecord({ key: fromHex("0000 0002"), value })), 7);
});

/** That it compiles is the half of the test. */
function leaderOf(record: ControlRecord): number | undefined {
  switch (record.type) {
    case "LEADER_CHANGE":
      return record.leaderId;
    case "ABORT":
    case "COMMIT":
      return record.coordinatorEpoch;
    case "UNKNOWN":
      return record.number;
    default:
      return undefined;
  }
}

test("decodeControlRecord names types that it does not know, whatever their value", () => {
  for (const number of [7, 100, -1]) {
    const key = Uint8Array.of(0, 0, (number >> 8) & 0xff, number & 0xff);
    assert.equal(decodeControlRecord({ key, value: null }), { type: "UNKNOWN", number });
  }
});

test("decodeControlRecord reads newer versions of keys and markers as the known ones", () => {
  const key = fromHex("0005 0001 ff");
  const value = fromHex("0003 00000009 ffff");
  assert.equal(decodeControlRecord({ key, value }), { type: "COMMIT", coordinatorEpoch: 9 });
});

test("decodeControlRecord refuses broken keys and values and unknown versions of messages", () => {
  const cases: [string, string | null][] = [
    ["0000", "0000 00000003"],
    ["ffff 0001", "0000 00000003"],
    ["0000 0001", "ffff 00000003"],
    ["0000 0001", "0000 000003"],
    ["0000 0001", null],
    ["0000 0002", null],
    ["0000 0002", "0002 00000001 01 01 00"],
    ["0000 0003", "0001 0000000000000102 00"],
    ["0000 0005", "ffff 0001 00"],
    ["0000 0004", "0000"],
  ];
  for (const [key, hex] of cases) {
    const value = hex === null ? null : fromHex(hex);
    assert.throws(
      () => decodeControlRecord({ key: fromHex(key), value }),
      (thrown: unknown) => thrown instanceof Malformed,
      `${key} ${hex}`,
    );
  }
});

test.run();
