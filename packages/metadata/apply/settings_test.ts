// Configurations, feature levels and producer ids, record by record.

import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CONFIG_RESOURCE, configKey } from "../image.ts";
import { imageOf } from "../testing/image_of.ts";

const test = suite("apply settings");

function config(resourceName: string, name: string, value: string | null): MetadataRecordDraft {
  const resourceType = CONFIG_RESOURCE.broker;
  return { type: "ConfigRecord", resourceType, resourceName, name, value };
}

test("applyConfig sets, replaces and deletes one key of one resource", () => {
  const table: [records: MetadataRecordDraft[], expect: Record<string, Record<string, string>>][] =
    [
      [[config("1", "a", "x")], { "4 1": { a: "x" } }],
      [[config("1", "a", "x"), config("1", "b", "")], { "4 1": { a: "x", b: "" } }],
      [[config("1", "a", "x"), config("1", "a", "y")], { "4 1": { a: "y" } }],
      [[config("1", "a", "x"), config("2", "a", "y")], { "4 1": { a: "x" }, "4 2": { a: "y" } }],
      [[config("", "a", "x"), config("1", "a", "y")], { "4 ": { a: "x" }, "4 1": { a: "y" } }],
      [
        [config("1", "a", "x"), config("1", "b", "y"), config("1", "a", null)],
        { "4 1": { b: "y" } },
      ],
      [[config("1", "a", "x"), config("1", "a", null)], {}],
      [[config("1", "a", null)], {}],
    ];
  for (const [records, expect] of table) {
    const { configs } = imageOf(records);
    const found = [...configs].map(([key, values]) => [key, Object.fromEntries(values)]);
    assert.equal(Object.fromEntries(found), expect, JSON.stringify(records));
  }
});

test("applyConfig keeps resources of one name and several types apart", () => {
  const image = imageOf(Object.values(CONFIG_RESOURCE).map((resourceType): MetadataRecordDraft => ({
    type: "ConfigRecord",
    resourceType,
    resourceName: "1",
    name: "a",
    value: `${resourceType}`,
  })));
  for (const type of Object.values(CONFIG_RESOURCE)) {
    assert.is(image.configs.get(configKey(type, "1"))?.get("a"), `${type}`);
  }
});

test("applyConfig leaves the versions before as they were", () => {
  const before = imageOf([config("1", "a", "x")]);
  imageOf([config("1", "a", "y"), config("1", "b", "z")], before);
  assert.equal(before.configs.get("4 1"), new Map([["a", "x"]]));
});

test("applyFeatureLevel sets levels, and takes those of level 0 away", () => {
  const level = (name: string, featureLevel: number): MetadataRecordDraft => ({
    type: "FeatureLevelRecord",
    name,
    featureLevel,
  });
  const image = imageOf([level("metadata.version", 30), level("group.version", 1)]);
  assert.equal(image.features, new Map([["metadata.version", 30], ["group.version", 1]]));
  const changed = imageOf([level("group.version", 0), level("metadata.version", 31)], image);
  assert.equal(changed.features, new Map([["metadata.version", 31]]));
});

test("applyProducerIds keeps the first id that nobody has", () => {
  const type = "ProducerIdsRecord" as const;
  const image = imageOf([{ type, brokerId: 1, brokerEpoch: 1n, nextProducerId: 3000n }]);
  assert.is(image.nextProducerId, 3000);
});

test.run();
