// Feature levels are raised and lowered, or stay.

import { nodeId } from "@odradek/base";
import { brokerRecord, imageOf } from "@odradek/metadata/testing/image_of";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { circumstances, refuses } from "../testing/circumstances.ts";
import { decideUpdateFeatures, type FeatureUpdate, featureUpdates } from "./update_features.ts";

const test = suite("decideUpdateFeatures");

const image = imageOf([
  { type: "FeatureLevelRecord", name: "metadata.version", featureLevel: 25 },
  { type: "FeatureLevelRecord", name: "group.version", featureLevel: 1 },
  // Reads metadata.version 7 to 30, and nothing else.
  brokerRecord({ id: 5 }),
]);

function inSyncMin(resourceName: string, value: string | null): MetadataRecordDraft {
  const name = "min.insync.replicas";
  return { type: "ConfigRecord", resourceType: 4, resourceName, name, value };
}

function decide(updates: readonly FeatureUpdate[], validateOnly = false) {
  const command = { updates, validateOnly, nodeId: nodeId(1) };
  return decideUpdateFeatures(image, command, circumstances()).records;
}

test("decideUpdateFeatures raises metadata.version, and lowers what may be lowered", () => {
  const updates: FeatureUpdate[] = [
    { feature: "metadata.version", level: 30, way: "upgrade" },
    { feature: "group.version", level: 0, way: "safe downgrade" },
  ];
  assert.equal(decide(updates), [
    { type: "FeatureLevelRecord", name: "metadata.version", featureLevel: 30 },
    { type: "FeatureLevelRecord", name: "group.version", featureLevel: 0 },
  ]);
  assert.equal(decide(updates, true), []);
  assert.equal(decide([{ feature: "metadata.version", level: 25, way: "upgrade" }]), []);
});

const REFUSED: [FeatureUpdate, string][] = [
  [{ feature: "metadata.version", level: 99, way: "upgrade" },
    "Invalid update version 99 for feature metadata.version. Local controller 1 only supports " +
    "versions 7-33"],
  [{ feature: "metadata.version", level: 31, way: "upgrade" },
    "Broker 5 only supports versions 7-30"],
  [{ feature: "metadata.version", level: 20, way: "upgrade" },
    "Can't downgrade the version of this feature without setting the upgrade type"],
  [{ feature: "metadata.version", level: 20, way: "safe downgrade" },
    "Unsupported metadata.version downgrade from 25 to 20. Refusing to perform"],
  [{ feature: "metadata.version", level: 20, way: "unsafe downgrade" },
    "Unsafe metadata downgrade is not supported"],
  [{ feature: "no.such", level: 1, way: "upgrade" },
    "Invalid update version 1 for feature no.such. Local controller 1 does not support this"],
  [{ feature: "kraft.version", level: 1, way: "upgrade" }, "with the voters of the quorum"],
  [{ feature: "group.version", level: -1, way: "upgrade" }, "cannot be less than 0"],
  [{ feature: "group.version", level: 0, way: "unknown" }, "does not support the given upgrade"],
];

test("decideUpdateFeatures refuses all for one that cannot be", () => {
  for (const [update, message] of REFUSED) {
    const good: FeatureUpdate = { feature: "group.version", level: 0, way: "safe downgrade" };
    const words = new RegExp(`^The update failed for all features.*${message}`);
    refuses(() => decide([good, update]), "INVALID_UPDATE_VERSION", words);
  }
});

test("decideUpdateFeatures turns nothing on that is not built", () => {
  const level = { type: "FeatureLevelRecord", name: "metadata.version", featureLevel: 30 } as const;
  const alone = imageOf([level]);
  const updates: FeatureUpdate[] = [{ feature: "share.version", level: 1, way: "upgrade" }];
  const command = { updates, validateOnly: false, nodeId: nodeId(1) };
  const decideAlone = () => decideUpdateFeatures(alone, command, circumstances());
  refuses(decideAlone, "INVALID_UPDATE_VERSION", /not built yet: leave it at 0/);
});

test("decideUpdateFeatures turns on eligible leaders where records can carry them", () => {
  const updates: FeatureUpdate[] = [
    { feature: "eligible.leader.replicas.version", level: 1, way: "upgrade" },
  ];
  const decideAt = (level: number) => {
    const given = imageOf([
      { type: "FeatureLevelRecord", name: "metadata.version", featureLevel: level },
      brokerRecord({ id: 5, features: { "eligible.leader.replicas.version": 1 } }),
      inSyncMin("5", "3"),
    ]);
    const command = { updates, validateOnly: false, nodeId: nodeId(1) };
    return decideUpdateFeatures(given, command, circumstances()).records;
  };
  // The minimum of in-sync replicas is one for all brokers from then on.
  assert.equal(decideAt(30), [
    { type: "FeatureLevelRecord", name: "eligible.leader.replicas.version", featureLevel: 1 },
    inSyncMin("", "1"),
    inSyncMin("5", null),
  ]);
  const dependency = /because it depends on metadata.version level 23/;
  refuses(() => decideAt(22), "INVALID_UPDATE_VERSION", dependency);
});

test("featureUpdates reads the way of each version of the request", () => {
  const update = { feature: "f", maxVersionLevel: 2, upgradeType: 1, allowDowngrade: false };
  const ways = [update, { ...update, allowDowngrade: true }, { ...update, upgradeType: 3 }, {
    ...update,
    upgradeType: 9,
  }];
  const request = { featureUpdates: ways, timeoutMs: 1, validateOnly: false };
  assert.equal(featureUpdates(request).map(({ way }) => way), [
    "upgrade",
    "safe downgrade",
    "unsafe downgrade",
    "unknown",
  ]);
});

test.run();
