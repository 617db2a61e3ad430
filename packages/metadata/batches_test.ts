// The metadata log as bytes: batches of our own, and the logs and checkpoints that real Kafka
// brokers have written, where they lie beside the repository.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Batch, readBatches } from "@odradek/protocol/records/batch";
import { buildBatch } from "@odradek/protocol/records/builder";
import { encodeControlRecord } from "@odradek/protocol/schemas/control/mod";
import { encodeMetadataRecord } from "@odradek/protocol/schemas/metadata/mod";
import { Malformed } from "@odradek/protocol/wire/malformed";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { metadataBatch, metadataBatches } from "./batches.ts";
import { applyBatch, EMPTY_STATE, type MetadataBatch, type MetadataState } from "./fold.ts";
import { type ClusterImage, configKey } from "./image.ts";
import { contentLines, imageLines } from "./testing/image_of.ts";

const test = suite("metadata batches");

const value = encodeMetadataRecord({ type: "FeatureLevelRecord", name: "f", featureLevel: 2 }, 0);

test("metadataBatches gives the records of each batch, with where it ends", () => {
  const first = buildBatch([{ value }, { value }], { baseOffset: 7, leaderEpoch: 3 });
  const second = buildBatch([{ value }], { baseOffset: 9, leaderEpoch: 4 });
  const found = [...metadataBatches(Uint8Array.from([...first, ...second]))];
  const record = { type: "FeatureLevelRecord", version: 0, name: "f", featureLevel: 2 } as const;
  assert.equal(found, [
    { endOffset: 9, epoch: 3, records: [record, record] },
    { endOffset: 10, epoch: 4, records: [record] },
  ] as MetadataBatch[]);
});

test("metadataBatch shows nothing of a control batch but its end", () => {
  const record = encodeControlRecord({ type: "SNAPSHOT_FOOTER", version: 0 });
  const bytes = buildBatch([record, record], { baseOffset: 5, leaderEpoch: 2, isControl: true });
  assert.equal([...metadataBatches(bytes)], [{ endOffset: 7, epoch: 2, records: [] }]);
});

test("metadataBatch tells which kraft.version a control batch sets", () => {
  const record = encodeControlRecord({ type: "KRAFT_VERSION", version: 0, kRaftVersion: 1 });
  const bytes = buildBatch([record], { baseOffset: 5, leaderEpoch: 2, isControl: true });
  const [batch] = metadataBatches(bytes);
  assert.equal(batch, { endOffset: 6, epoch: 2, records: [], kraftVersion: 1 });
  const { image } = applyBatch(EMPTY_STATE, batch as MetadataBatch);
  assert.is(image.kraftVersion, 1);
  const next = { endOffset: 7, epoch: 2, records: [] };
  assert.is(applyBatch({ image, unfinished: undefined }, next).image.kraftVersion, 1);
});

test("metadataBatch refuses records that are none", () => {
  const table: [value: Uint8Array | null, message: RegExp][] = [
    [null, /Cannot read metadata record at 6: no value/],
    [new Uint8Array(0), /Cannot read/],
    [Uint8Array.of(1, 99, 0, 0), /no kind 99/],
  ];
  for (const [bad, message] of table) {
    const bytes = buildBatch([{ value }, { value: bad }], { baseOffset: 5 });
    const [batch] = readBatches(bytes);
    assert.throws(
      () => metadataBatch(batch as Batch),
      (thrown: unknown) => thrown instanceof Malformed && message.test(thrown.message),
    );
  }
});

const REFERENCE = new URL("../../../shared/reference/kafka-data-dir/", import.meta.url);
const referenceTest = existsSync(REFERENCE) ? test : test.skip;
const METADATA = "__cluster_metadata-0";
const LOG = "00000000000000000000.log";

/** A file out of one of the archives. */
function golden(archive: string, file: string): Uint8Array {
  const path = fileURLToPath(new URL(`${archive}.tar.gz`, REFERENCE));
  const folder = archive.replace(/-clean$/, "");
  const args = ["xzOf", path, `${folder}/${METADATA}/${file}`];
  return execFileSync("tar", args, { maxBuffer: 2 ** 30 });
}

function fold(bytes: Uint8Array, upTo = Number.MAX_SAFE_INTEGER): MetadataState {
  let state = EMPTY_STATE;
  for (const batch of metadataBatches(bytes)) {
    if (batch.endOffset <= upTo) state = applyBatch(state, batch);
  }
  return state;
}

/** Not by uvu: its difference of two long texts takes minutes. */
function same(one: readonly string[], other: readonly string[], message: string): void {
  const at = one.findIndex((line, i) => line !== other[i]);
  assert.is(at, -1, `${message}: ${one[at]}\n not ${other[at]}`);
  assert.is(one.length, other.length, message);
}

const ARCHIVES = ["kafka-data-dir-clean", "kafka-data-dir-unclean", "kafka-data-dir-torn"];
/** What Kafka made of the log up to an offset. */
const CHECKPOINTS: readonly (readonly [archive: string, file: string, endOffset: number])[] = [
  ["kafka-data-dir-clean", "00000000000000000153-0000000001.checkpoint", 153],
  ["kafka-data-dir-clean", "00000000000000000273-0000000002.checkpoint", 273],
  ["kafka-data-dir-clean", "00000000000000000303-0000000002.checkpoint", 303],
  ["kafka-data-dir-unclean", "00000000000000000194-0000000001.checkpoint", 194],
];

referenceTest("applyBatch makes of Kafka's logs the images that Kafka made of them", () => {
  for (const [archive, file, endOffset] of CHECKPOINTS) {
    const log = fold(golden(archive, LOG), endOffset);
    const checkpoint = fold(golden(archive, file));
    assert.is(log.image.endOffset, endOffset);
    assert.is(checkpoint.unfinished, undefined);
    same(contentLines(log.image), contentLines(checkpoint.image), `${archive} ${file}`);
  }
});

referenceTest("applyBatch makes the same of the same bytes in one piece or batch by batch", () => {
  for (const archive of ARCHIVES) {
    const bytes = golden(archive, LOG);
    let state = EMPTY_STATE;
    for (const batch of readBatches(bytes)) {
      for (const one of metadataBatches(batch.bytes)) state = applyBatch(state, one);
    }
    assert.ok(state.image.topics.size > 5, archive);
    same(imageLines(state.image), imageLines(fold(bytes).image), archive);
  }
});

interface Expected {
  readonly finalizedFeatures: Readonly<Record<string, number>>;
  readonly topics: Readonly<
    Record<string, {
      readonly topicId: string;
      readonly configs: Readonly<Record<string, string>>;
      readonly partitions: Readonly<Record<string, unknown>>;
    }>
  >;
  readonly acls: readonly string[];
  readonly scram: Readonly<Record<string, readonly string[]>>;
  readonly clientQuotas: readonly { readonly quotas: object }[];
  readonly dynamicConfigs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const TYPES: Readonly<Record<string, number>> = { BROKER: 4, CLIENT_METRICS: 16, GROUP: 32 };

referenceTest("applyBatch finds in Kafka's log what clients see of that cluster", () => {
  const expected = JSON.parse(
    readFileSync(new URL("expected.json", REFERENCE), "utf8"),
  ) as Expected;
  const { image } = fold(golden("kafka-data-dir-clean", LOG));
  for (const [name, topic] of Object.entries(expected.topics)) {
    assert.is(image.topicIds.get(name) as string | undefined, topic.topicId, name);
    const partitions = Object.keys(topic.partitions).length;
    assert.is(image.topics.get(topic.topicId)?.partitions.length, partitions, name);
    assert.equal(configsOf(image, 2, name), topic.configs, name);
  }
  assert.is(image.topics.size, Object.keys(expected.topics).length);
  const { "kraft.version": _, ...features } = expected.finalizedFeatures;
  assert.equal(Object.fromEntries(image.features), features);
  for (const [key, values] of Object.entries(expected.dynamicConfigs)) {
    const [type = "", name = ""] = key.split(":");
    // Clients see the defaults of the cluster under each broker.
    const inherited = type === "BROKER" ? configsOf(image, 4, "") : {};
    assert.equal({ ...inherited, ...configsOf(image, TYPES[type] ?? -1, name) }, values, key);
  }
  assert.is(image.acls.size, expected.acls.length);
  assert.is(image.scramUsers.size, Object.values(expected.scram).flat().length);
  const quotas = expected.clientQuotas.flatMap((one) => Object.keys(one.quotas));
  assert.is(image.clientQuotas.size, quotas.length);
  assert.is(image.brokers.size, 1);
  assert.is(image.controllers.size, 1);
});

function configsOf(image: ClusterImage, type: number, name: string): Record<string, string> {
  return Object.fromEntries(image.configs.get(configKey(type, name)) ?? []);
}

test.run();
