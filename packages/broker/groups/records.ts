// The records of `__consumer_offsets` that a coordinator of classic groups writes, in the versions
// of Kafka 4.3.

import { type Uuid, ZERO_UUID } from "@odradek/base";
import {
  encodeCoordinatorKey,
  encodeCoordinatorRecord,
} from "@odradek/protocol/schemas/coordinator";
import { type GroupRecord, groupRecords } from "@odradek/protocol/schemas/group/mod";
import type { KeyValue } from "@odradek/protocol/schemas/key_value";
import { type ClassicGroup, metadataFor } from "./classic/group.ts";

/** 4 differs only by being flexible. */
const GROUP_VERSION = 3;
/** Keeps the topic's id. */
const OFFSET_VERSION = 4;
/** Keeps when the offset is to go, which a client could say up to OffsetCommit 4. */
const EXPIRING_OFFSET_VERSION = 1;
/** Of a record without a value. */
const TOMBSTONE = { value: null, version: -1 } as const;

export function groupRecord(group: ClassicGroup, stateSinceMs: number): GroupRecord {
  return {
    type: "GroupMetadata",
    key: { group: group.id },
    version: GROUP_VERSION,
    value: {
      protocolType: group.protocolType ?? "",
      generation: group.generation,
      protocol: group.protocol,
      leader: group.leader,
      currentStateTimestamp: BigInt(stateSinceMs),
      members: [...group.members.values()].map((member) => ({
        memberId: member.id,
        groupInstanceId: member.instanceId,
        clientId: member.clientId,
        clientHost: member.clientHost,
        rebalanceTimeout: member.rebalanceTimeoutMs,
        sessionTimeout: member.sessionTimeoutMs,
        subscription: metadataFor(member, group.protocol),
        assignment: member.assignment,
      })),
    },
  };
}

export function groupTombstone(group: string): GroupRecord {
  return { type: "GroupMetadata", key: { group }, ...TOMBSTONE };
}

export interface OffsetDraft {
  readonly topic: string;
  readonly topicId: Uuid;
  readonly partition: number;
  readonly offset: bigint;
  readonly leaderEpoch: number;
  readonly metadata: string;
  readonly committedMs: number;
  /** -1: as the broker is configured. */
  readonly expiresMs: bigint;
}

export function offsetRecord(group: string, draft: OffsetDraft): GroupRecord {
  const { topic, partition, offset, metadata, expiresMs } = draft;
  const expires = expiresMs >= 0n;
  return {
    type: "OffsetCommit",
    key: { group, topic, partition },
    version: expires ? EXPIRING_OFFSET_VERSION : OFFSET_VERSION,
    value: {
      offset,
      metadata,
      commitTimestamp: BigInt(draft.committedMs),
      leaderEpoch: expires ? -1 : draft.leaderEpoch,
      expireTimestamp: expires ? expiresMs : -1n,
      topicId: expires ? ZERO_UUID : draft.topicId,
    },
  };
}

export function offsetTombstone(
  group: string,
  { topic, partition }: { readonly topic: string; readonly partition: number },
): GroupRecord {
  return { type: "OffsetCommit", key: { group, topic, partition }, ...TOMBSTONE };
}

const SCHEMAS = new Map<string, (typeof groupRecords)[number]>(
  groupRecords.map((schema) => [schema.name, schema]),
);

export function encodeGroupRecord({ type, key, value, version }: GroupRecord): KeyValue {
  const schema = SCHEMAS.get(type) as (typeof groupRecords)[number];
  if (value === null) return { key: encodeCoordinatorKey(schema as never, key as never), value };
  const draft = { key, value } as never;
  return encodeCoordinatorRecord(schema as never, draft, version);
}
