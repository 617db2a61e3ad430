// SCRAM credentials are set and deleted.

import { scramCredentialsOf } from "@odradek/metadata";
import { imageOf } from "@odradek/metadata/testing/image_of";
import { errorName } from "@odradek/protocol/errors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  decideAlterUserScramCredentials,
  type NewCredential,
} from "./alter_user_scram_credentials.ts";

const test = suite("decideAlterUserScramCredentials");

const bytes = new Uint8Array([1, 2, 3]);

function credential(draft: Partial<NewCredential> = {}): NewCredential {
  const keys = { salt: bytes, storedKey: bytes, serverKey: bytes };
  return { name: "alice", mechanism: 1, iterations: 4096, ...keys, ...draft };
}

test("decideAlterUserScramCredentials sets and deletes by user and mechanism", () => {
  const upsertions = [credential(), credential({ name: "bob", mechanism: 2 })];
  const { records } = decideAlterUserScramCredentials(imageOf([]), { deletions: [], upsertions });
  const image = imageOf(records);
  assert.equal(scramCredentialsOf(image).map(({ name, mechanism }) => [name, mechanism]), [
    ["alice", 1],
    ["bob", 2],
  ]);
  const deletions = [{ name: "alice", mechanism: 1 }, { name: "bob", mechanism: 1 }];
  const gone = decideAlterUserScramCredentials(image, { deletions, upsertions: [] });
  assert.equal(gone.reply.map((one) => [one.user, errorName(one.errorCode)]), [
    ["alice", "NONE"],
    ["bob", "RESOURCE_NOT_FOUND"],
  ]);
  assert.equal(scramCredentialsOf(imageOf(gone.records, image)).map(({ name }) => name), ["bob"]);
});

const REFUSED: [Partial<NewCredential>, string, string][] = [
  [{ iterations: 4095 }, "UNACCEPTABLE_CREDENTIAL", "Too few iterations"],
  [{ iterations: 16_385 }, "UNACCEPTABLE_CREDENTIAL", "Too many iterations"],
  [{ mechanism: 3 }, "UNSUPPORTED_SASL_MECHANISM", "Unknown SCRAM mechanism"],
  [{ name: "" }, "UNACCEPTABLE_CREDENTIAL", "Username must not be empty"],
  [{ storedKey: new Uint8Array(0) }, "UNACCEPTABLE_CREDENTIAL",
    "The salted password must not be empty"],
];

test("decideAlterUserScramCredentials refuses what nobody should rely on", () => {
  for (const [draft, error, message] of REFUSED) {
    const command = { deletions: [], upsertions: [credential(draft)] };
    const { records, reply } = decideAlterUserScramCredentials(imageOf([]), command);
    const told = reply.map(({ errorCode, errorMessage }) => [errorName(errorCode), errorMessage]);
    assert.equal([records, told], [[], [[error, message]]]);
  }
});

test("decideAlterUserScramCredentials alters no user twice", () => {
  const deletions = [{ name: "alice", mechanism: 1 }];
  const upsertions = [credential({ mechanism: 2 }), credential({ name: "bob" })];
  const command = { deletions, upsertions };
  const { records, reply } = decideAlterUserScramCredentials(imageOf([]), command);
  assert.equal(reply.map((one) => [one.user, errorName(one.errorCode)]), [
    ["alice", "DUPLICATE_RESOURCE"],
    ["bob", "NONE"],
  ]);
  assert.is(records.length, 1);
});

test.run();
