// Images from records, and what an image holds as lines: what tests of folds and decisions begin
// with and compare. `PersistentMap` hides its content from the deep equality of test libraries.

import { NO_NODE, type Uuid, uuidFromBytes } from "@odradek/base";
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  type MetadataRecord,
  type MetadataRecordDraft,
} from "@odradek/protocol/schemas/metadata/mod";
import { applyRecord } from "../apply.ts";
import { recordVersion } from "../features.ts";
import { type ClusterImage, EMPTY_IMAGE } from "../image.ts";

/** A draft as its readers see it, in the version that the image asks for. */
export function recordOf(
  draft: MetadataRecordDraft,
  image: ClusterImage = EMPTY_IMAGE,
): MetadataRecord {
  return decodeMetadataRecord(encodeMetadataRecord(draft, recordVersion(draft.type, image)));
}

/** What the records make of an image. */
export function imageOf(
  drafts: readonly MetadataRecordDraft[],
  before: ClusterImage = EMPTY_IMAGE,
): ClusterImage {
  return drafts.reduce((image, draft) => applyRecord(image, recordOf(draft, image)), before);
}

/** The same id for the same number. */
export function uuidOf(number: number): Uuid {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, 0x0100_0000 + number);
  return uuidFromBytes(bytes);
}

export interface BrokerDraft {
  readonly id: number;
  readonly epoch?: number;
  readonly rack?: string;
  readonly isFenced?: boolean;
  readonly isInControlledShutdown?: boolean;
  /** One, if absent. */
  readonly directories?: readonly Uuid[];
  /** Highest levels beside that of metadata.version. */
  readonly features?: Readonly<Record<string, number>>;
}

/** The registration of a broker that is alive if nothing else is said. Its incarnation is `id`. */
export function brokerRecord(draft: BrokerDraft): MetadataRecordDraft {
  const { id, epoch = 100 + id, rack = null } = draft;
  return {
    type: "RegisterBrokerRecord",
    brokerId: id,
    brokerEpoch: BigInt(epoch),
    incarnationId: uuidOf(id),
    endPoints: [{ name: "PLAINTEXT", host: `b${id}`, port: 9092, securityProtocol: 0 }],
    features: [
      { name: "metadata.version", minSupportedVersion: 7, maxSupportedVersion: 30 },
      ...Object.entries(draft.features ?? {}).map(([name, maxSupportedVersion]) =>
        ({ name, minSupportedVersion: 0, maxSupportedVersion })
      ),
    ],
    rack,
    fenced: draft.isFenced ?? false,
    inControlledShutdown: draft.isInControlledShutdown ?? false,
    logDirs: draft.directories ?? [uuidOf(1000 + id)],
  };
}

export interface PartitionDraft {
  readonly replicas: readonly number[];
  /** All replicas, if absent. */
  readonly isr?: readonly number[];
  /** The first in sync, if absent. */
  readonly leader?: number;
  readonly eligibleLeaderReplicas?: readonly number[];
  readonly lastKnownElr?: readonly number[];
}

/** A topic and its partitions; its id is `uuidOf(number)`. */
export function topicRecords(
  name: string,
  number: number,
  partitions: readonly PartitionDraft[],
): MetadataRecordDraft[] {
  const topicId = uuidOf(number);
  return [
    { type: "TopicRecord", name, topicId },
    ...partitions.map((draft, partitionId): MetadataRecordDraft => {
      const { replicas, isr = replicas } = draft;
      return {
        type: "PartitionRecord",
        partitionId,
        topicId,
        replicas,
        isr,
        removingReplicas: [],
        addingReplicas: [],
        leader: draft.leader ?? isr[0] ?? NO_NODE,
        leaderEpoch: 0,
        partitionEpoch: 0,
        directories: replicas.map((id) => uuidOf(1000 + id)),
        eligibleLeaderReplicas: draft.eligibleLeaderReplicas ?? null,
        lastKnownElr: draft.lastKnownElr ?? null,
      };
    }),
  ];
}

/** Everything that an image holds, one thing a line, in an order of its own. */
export function imageLines(image: ClusterImage): string[] {
  return [`end ${image.endOffset} epoch ${image.epoch}`, ...contentLines(image)];
}

/** The same without how far it goes: to compare what came by different ways. */
export function contentLines(image: ClusterImage): string[] {
  return [
    `nextProducerId ${image.nextProducerId}`,
    `kraftVersion ${image.kraftVersion}`,
    ...lines("topic", image.topics),
    ...lines("topicId", image.topicIds),
    ...lines("broker", image.brokers),
    ...lines("controller", image.controllers),
    ...lines("feature", image.features),
    ...lines("config", image.configs),
    ...lines("acl", image.acls),
    ...lines("scramUser", image.scramUsers),
    ...lines("clientQuota", image.clientQuotas),
    ...lines("delegationToken", image.delegationTokens),
  ];
}

function lines(kind: string, entries: Iterable<readonly [string | number, unknown]>): string[] {
  return [...entries]
    .map(([key, value]) => `${kind} ${key} ${JSON.stringify(value, plain)}`)
    .sort();
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return value.toHex();
  if (value instanceof Map) return Object.fromEntries([...value].sort(byKey));
  return value;
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
