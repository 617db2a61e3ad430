// The first records of a cluster.

import { FRESH_METADATA_VERSION, METADATA_VERSION } from "@odradek/metadata";
import { imageOf, recordOf } from "@odradek/metadata/testing/image_of";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decideBootstrap } from "./bootstrap.ts";

const test = suite("decideBootstrap");

const level = (name: string, featureLevel: number): MetadataRecordDraft => ({
  type: "FeatureLevelRecord",
  name,
  featureLevel,
});
const scram: MetadataRecordDraft = {
  type: "UserScramCredentialRecord",
  name: "u",
  mechanism: 1,
  salt: Uint8Array.of(1),
  storedKey: Uint8Array.of(2),
  serverKey: Uint8Array.of(3),
  iterations: 4096,
};
const noOp: MetadataRecordDraft = { type: "NoOpRecord" };

test("decideBootstrap writes what the directory was formatted with into an empty log", () => {
  const formatted = [level(METADATA_VERSION, 17), noOp, level("group.version", 1), scram];
  const records = formatted.map((draft) => recordOf(draft));
  const decision = decideBootstrap(imageOf([]), records);
  assert.equal(decision.records.map(({ type }) => type), [
    "FeatureLevelRecord",
    "FeatureLevelRecord",
    "UserScramCredentialRecord",
  ]);
  const { features, scramUsers } = imageOf(decision.records);
  assert.equal(features, new Map([[METADATA_VERSION, 17], ["group.version", 1]]));
  assert.is(scramUsers.size, 1);
});

test("decideBootstrap takes a level of its own where none was formatted", () => {
  for (const formatted of [[], [recordOf(noOp)]]) {
    const { features } = imageOf(decideBootstrap(imageOf([]), formatted).records);
    assert.equal(features, new Map([
      [METADATA_VERSION, FRESH_METADATA_VERSION],
      ["eligible.leader.replicas.version", 1],
    ]));
  }
});

test("decideBootstrap leaves a log alone that knows its features", () => {
  const image = imageOf([level(METADATA_VERSION, 7)]);
  const formatted = [recordOf(level(METADATA_VERSION, 30))];
  assert.equal(decideBootstrap(image, formatted).records, []);
});

test.run();
