// The cluster's min.insync.replicas.

import { CONFIG_RESOURCE, configKey } from "@odradek/metadata";
import { configOf } from "@odradek/metadata/configs/mod";
import { imageOf } from "@odradek/metadata/testing/image_of";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decideInSyncDefault } from "./in_sync_default.ts";

const test = suite("decideInSyncDefault");

const level = (featureLevel: number): MetadataRecordDraft => ({
  type: "FeatureLevelRecord",
  name: "eligible.leader.replicas.version",
  featureLevel,
});
const config = configOf({ "min.insync.replicas": "2" });
const CLUSTER = configKey(CONFIG_RESOURCE.broker, "");

test("decideInSyncDefault makes the controller's setting the cluster's, once", () => {
  const { records } = decideInSyncDefault(imageOf([level(1)]), config);
  const image = imageOf([level(1), ...records]);
  assert.is(image.configs.get(CLUSTER)?.get("min.insync.replicas"), "2");
  assert.equal(decideInSyncDefault(image, configOf({})).records, []);
});

test("decideInSyncDefault leaves clusters alone that do not know eligible leaders", () => {
  for (const drafts of [[], [level(0)]]) {
    assert.equal(decideInSyncDefault(imageOf(drafts), config).records, []);
  }
});

test.run();
