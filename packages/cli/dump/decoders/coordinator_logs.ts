// The coordinators' topics: what reads their records, and how Kafka 3 showed them. It knew offset
// commits, classic groups and transactions.

import {
  ConsumerProtocolAssignment,
  decodeGroupRecord,
  type GroupMetadataValue,
  type GroupRecord,
  groupRecordToJson,
} from "@odradek/protocol/schemas/group/mod";
import {
  decodeShareRecord,
  type ShareRecord,
  shareRecordToJson,
} from "@odradek/protocol/schemas/share/mod";
import {
  decodeTransactionRecord,
  type TransactionLogValue,
  type TransactionRecord,
  transactionRecordToJson,
} from "@odradek/protocol/schemas/transaction/mod";
import { decodeVersionedOrNewer } from "@odradek/protocol/schemas/versioned";
import { type CoordinatorLog, TOMBSTONE } from "./coordinator_decoder.ts";
import type { DecodedRecord } from "./record_decoder.ts";
import { javaJsonText } from "../java_json.ts";

/** `__consumer_offsets` */
export const groupLog: CoordinatorLog<GroupRecord> = {
  decode: decodeGroupRecord,
  toJson: groupRecordToJson,
  toSeedText: seedGroupRecord,
};

/** `__transaction_state` */
export const transactionLog: CoordinatorLog<TransactionRecord> = {
  decode: decodeTransactionRecord,
  toJson: transactionRecordToJson,
  toSeedText({ key, value }) {
    return {
      key: `transaction_metadata::transactionalId=${key.transactionalId}`,
      payload: value === null ? TOMBSTONE : seedTransaction(value),
    };
  },
};

/** `__share_group_state` */
export const shareLog: CoordinatorLog<ShareRecord> = {
  decode: decodeShareRecord,
  toJson: shareRecordToJson,
  toSeedText: () => undefined,
};

function seedGroupRecord(record: GroupRecord): DecodedRecord | undefined {
  switch (record.type) {
    case "OffsetCommit":
    case "LegacyOffsetCommit": {
      const { group, topic, partition } = record.key;
      const key = `offset_commit::group=${group},partition=${topic}-${partition}`;
      if (record.value === null) return { key, payload: TOMBSTONE };
      const { offset, metadata } = record.value;
      const also = metadata === "" ? "" : `,metadata=${metadata}`;
      return { key, payload: `offset=${offset}${also}` };
    }
    case "GroupMetadata": {
      const key = `group_metadata::group=${record.key.group}`;
      return { key, payload: record.value === null ? TOMBSTONE : seedGroup(record.value) };
    }
    default:
      return undefined;
  }
}

const CONSUMER_PROTOCOL = "consumer";

function seedGroup(group: GroupMetadataValue): string {
  const { protocolType, protocol, generation: generationId, members } = group;
  const assignments = members.map(({ memberId, assignment }) =>
    `${memberId}=${seedAssignment(protocolType, assignment)}`
  );
  const assignment = `{${assignments.join(",")}}`;
  return javaJsonText({ protocolType, protocol, generationId, assignment });
}

/** `[t-0, t-1]`, with what the assignor says in hexadecimal digits. */
function seedAssignment(protocolType: string, bytes: Uint8Array): string {
  if (protocolType !== CONSUMER_PROTOCOL) return bytes.toHex();
  if (bytes.length === 0) return "[]";
  const { message } = decodeVersionedOrNewer(ConsumerProtocolAssignment, bytes);
  const partitions = message.assignedPartitions.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => `${topic}-${partition}`)
  );
  const { userData } = message;
  const also = userData === null || userData.length === 0 ? "" : `:${userData.toHex()}`;
  return `[${partitions.join(", ")}]${also}`;
}

/** By their numbers. */
const TRANSACTION_STATES = [
  "Empty",
  "Ongoing",
  "PrepareCommit",
  "PrepareAbort",
  "CompleteCommit",
  "CompleteAbort",
  "Dead",
  "PrepareEpochFence",
] as const;

function seedTransaction(value: TransactionLogValue): string {
  const partitions = (value.transactionPartitions ?? []).flatMap(({ topic, partitionIds }) =>
    partitionIds.map((partition) => `${topic}-${partition}`)
  );
  return [
    `producerId:${value.producerId}`,
    `producerEpoch:${value.producerEpoch}`,
    `state=${TRANSACTION_STATES[value.transactionStatus] ?? value.transactionStatus}`,
    `partitions=[${partitions.join(",")}]`,
    `txnLastUpdateTimestamp=${value.transactionLastUpdateTimestampMs}`,
    `txnTimeoutMs=${value.transactionTimeoutMs}`,
  ].join(",");
}
