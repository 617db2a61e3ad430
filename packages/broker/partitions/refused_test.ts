// What becomes of everything that is thrown for a partition.

import { Bug, Fault } from "@odradek/base";
import { Refusal } from "@odradek/protocol/refusal";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { attempt, attemptAsync, codeOf, isRefused, RecordsRefusal, refusedBy } from "./refused.ts";

const test = suite("partitions/refused");

const RECORDS = [{ index: 3, message: "no key" }];
const CASES: readonly [name: string, thrown: Error, refused: object][] = [
  [
    "a refusal",
    new Refusal("NOT_LEADER_OR_FOLLOWER"),
    { refused: "NOT_LEADER_OR_FOLLOWER", detail: undefined },
  ],
  [
    "a refusal with words",
    new Refusal("POLICY_VIOLATION", "compacted"),
    { refused: "POLICY_VIOLATION", detail: "compacted" },
  ],
  [
    "a refusal for some records",
    new RecordsRefusal("INVALID_RECORD", "1 record", RECORDS),
    { refused: "INVALID_RECORD", detail: "1 record", records: RECORDS },
  ],
  [
    "a failed disk",
    new Fault("disk", "Cannot write"),
    { refused: "KAFKA_STORAGE_ERROR", detail: "Cannot write" },
  ],
  [
    "a full disk",
    new Fault("disk full", "No space"),
    { refused: "KAFKA_STORAGE_ERROR", detail: "No space" },
  ],
  [
    "corrupt bytes",
    new Fault("corrupt", "Cannot read"),
    { refused: "CORRUPT_MESSAGE", detail: "Cannot read" },
  ],
  [
    "another node that is not there",
    new Fault("network", "Cannot reach"),
    { refused: "UNKNOWN_SERVER_ERROR", detail: "Cannot reach" },
  ],
];

for (const [name, thrown, refused] of CASES) {
  test(`refusedBy ${name}`, async () => {
    assert.equal(refusedBy(thrown), refused);
    const fail = (): never => {
      throw thrown;
    };
    assert.equal(attempt(fail), refused);
    assert.equal(await attemptAsync(() => Promise.reject(thrown)), refused);
  });
}

for (const bug of [new Bug("an invariant"), new TypeError("a mistake")]) {
  test(`refusedBy lets a ${bug.name} go on: it is not the partition's`, async () => {
    assert.throws(() => refusedBy(bug), (error: unknown) => error === bug);
    const rejected = await attemptAsync(() => Promise.reject(bug)).catch((error) => error);
    assert.is(rejected, bug);
  });
}

test("attempt gives what was not refused", async () => {
  const answer = { offset: 4 };
  assert.is(attempt(() => answer), answer);
  assert.is(await attemptAsync(() => Promise.resolve(answer)), answer);
  assert.not(isRefused(answer));
});

test("codeOf is the protocol's number", () => {
  const refused = refusedBy(new Refusal("NOT_ENOUGH_REPLICAS"));
  assert.ok(isRefused(refused));
  assert.is(codeOf(refused), 19);
});

test.run();
