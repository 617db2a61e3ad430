// What nothing acts on yet is kept whole, and goes when its removal says so.

import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ClusterImage } from "../image.ts";
import { imageOf, recordOf, uuidOf } from "../testing/image_of.ts";

const test = suite("apply kept");

type Area = "acls" | "scramUsers" | "clientQuotas" | "delegationTokens";

function acl(number: number, principal = "User:a"): MetadataRecordDraft {
  return {
    type: "AccessControlEntryRecord",
    id: uuidOf(number),
    resourceType: 2,
    resourceName: "t",
    patternType: 3,
    principal,
    host: "*",
    operation: 3,
    permissionType: 3,
  };
}

function scram(name: string, mechanism: number, iterations = 4096): MetadataRecordDraft {
  return {
    type: "UserScramCredentialRecord",
    name,
    mechanism,
    salt: Uint8Array.of(1, 2),
    storedKey: Uint8Array.of(3),
    serverKey: Uint8Array.of(4),
    iterations,
  };
}

type Entity = Readonly<Record<string, string | null>>;

function quota(entity: Entity, key: string, value: number | "removed"): MetadataRecordDraft {
  return {
    type: "ClientQuotaRecord",
    entity: Object.entries(entity).map(([entityType, entityName]) => ({ entityType, entityName })),
    key,
    value: value === "removed" ? 0 : value,
    remove: value === "removed",
  };
}

function token(tokenId: string, expirationTimestamp = 5n): MetadataRecordDraft {
  return {
    type: "DelegationTokenRecord",
    owner: "User:a",
    requester: "User:b",
    renewers: ["User:c"],
    issueTimestamp: 1n,
    maxTimestamp: 9n,
    expirationTimestamp,
    tokenId,
  };
}

const USER = { user: "a" };
const BOTH = { "user": "a", "client-id": "c" };
const TURNED = { "client-id": "c", "user": "a" };
const DEFAULT_USER = { user: null };
const NAMELESS = { user: "" };
const NO_SCRAM = { type: "RemoveUserScramCredentialRecord", name: "a", mechanism: 1 } as const;

test("applyRecord keeps what is not acted on yet, until its removal", () => {
  const table: [area: Area, records: MetadataRecordDraft[], kept: MetadataRecordDraft[]][] = [
    ["acls", [acl(1), acl(2)], [acl(1), acl(2)]],
    ["acls", [acl(1), acl(1, "User:b")], [acl(1, "User:b")]],
    [
      "acls",
      [acl(1), acl(2), { type: "RemoveAccessControlEntryRecord", id: uuidOf(1) }],
      [acl(2)],
    ],
    ["acls", [acl(1), { type: "RemoveAccessControlEntryRecord", id: uuidOf(9) }], [acl(1)]],
    ["scramUsers", [scram("a", 1), scram("a", 2)], [scram("a", 1), scram("a", 2)]],
    ["scramUsers", [scram("a", 1), scram("a", 1, 8192)], [scram("a", 1, 8192)]],
    ["scramUsers", [scram("a", 1), scram("a", 2), scram("b", 1), NO_SCRAM], [
      scram("a", 2),
      scram("b", 1),
    ]],
    ["clientQuotas", [quota(USER, "k", 1), quota(USER, "l", 2), quota(USER, "k", 3)], [
      quota(USER, "k", 3),
      quota(USER, "l", 2),
    ]],
    ["clientQuotas", [quota(BOTH, "k", 1), quota(TURNED, "k", 2)], [quota(TURNED, "k", 2)]],
    ["clientQuotas", [quota(BOTH, "k", 1), quota(USER, "k", "removed")], [quota(BOTH, "k", 1)]],
    ["clientQuotas", [quota(BOTH, "k", 1), quota(TURNED, "k", "removed")], []],
    ["clientQuotas", [quota(DEFAULT_USER, "k", 1), quota(NAMELESS, "k", 2)], [
      quota(DEFAULT_USER, "k", 1),
      quota(NAMELESS, "k", 2),
    ]],
    ["delegationTokens", [token("x"), token("y"), token("x", 7n)], [token("x", 7n), token("y")]],
    [
      "delegationTokens",
      [token("x"), token("y"), { type: "RemoveDelegationTokenRecord", tokenId: "x" }],
      [token("y")],
    ],
  ];
  for (const [area, records, kept] of table) {
    const image = imageOf(records);
    const message = `${area}: ${records.map(({ type }) => type).join(", ")}`;
    assert.equal([...image[area].values()], kept.map((draft) => recordOf(draft)), message);
    assert.equal(sizes(image).filter((size) => size > 0).length, kept.length > 0 ? 1 : 0, message);
  }
});

function sizes({ acls, scramUsers, clientQuotas, delegationTokens }: ClusterImage): number[] {
  return [acls, scramUsers, clientQuotas, delegationTokens].map(({ size }) => size);
}

test("applyRecord leaves what the versions before keep as it was", () => {
  const before = imageOf([acl(1), scram("a", 1), quota(USER, "k", 1), token("x")]);
  imageOf([
    { type: "RemoveAccessControlEntryRecord", id: uuidOf(1) },
    NO_SCRAM,
    quota(USER, "k", "removed"),
    { type: "RemoveDelegationTokenRecord", tokenId: "x" },
  ], before);
  assert.equal(sizes(before), [1, 1, 1, 1]);
});

test.run();
