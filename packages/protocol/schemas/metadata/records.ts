// All metadata records: the table by key, and the union that the folds switch on.

import type { Draft } from "../../schema/mod.ts";
import { AbortTransactionRecord } from "./abort_transaction.ts";
import { AccessControlEntryRecord } from "./access_control_entry.ts";
import { BeginTransactionRecord } from "./begin_transaction.ts";
import { BrokerRegistrationChangeRecord } from "./broker_registration_change.ts";
import { ClearElrRecord } from "./clear_elr.ts";
import { ClientQuotaRecord } from "./client_quota.ts";
import { ConfigRecord } from "./config.ts";
import { DelegationTokenRecord } from "./delegation_token.ts";
import { EndTransactionRecord } from "./end_transaction.ts";
import { FeatureLevelRecord } from "./feature_level.ts";
import { FenceBrokerRecord } from "./fence_broker.ts";
import { NoOpRecord } from "./no_op.ts";
import { PartitionRecord } from "./partition.ts";
import { PartitionChangeRecord } from "./partition_change.ts";
import { ProducerIdsRecord } from "./producer_ids.ts";
import type {
  AnyMetadataRecordSchema,
  MetadataRecordOf,
  MetadataRecordSchema,
} from "./record.ts";
import { RegisterBrokerRecord } from "./register_broker.ts";
import { RegisterControllerRecord } from "./register_controller.ts";
import { RemoveAccessControlEntryRecord } from "./remove_access_control_entry.ts";
import { RemoveDelegationTokenRecord } from "./remove_delegation_token.ts";
import { RemoveTopicRecord } from "./remove_topic.ts";
import { RemoveUserScramCredentialRecord } from "./remove_user_scram_credential.ts";
import { TopicRecord } from "./topic.ts";
import { UnfenceBrokerRecord } from "./unfence_broker.ts";
import { UnregisterBrokerRecord } from "./unregister_broker.ts";
import { UnregisterControllerRecord } from "./unregister_controller.ts";
import { UserScramCredentialRecord } from "./user_scram_credential.ts";
import { ZkMigrationStateRecord } from "./zk_migration_state.ts";

const schemas = [
  RegisterBrokerRecord,
  UnregisterBrokerRecord,
  TopicRecord,
  PartitionRecord,
  ConfigRecord,
  PartitionChangeRecord,
  FenceBrokerRecord,
  UnfenceBrokerRecord,
  RemoveTopicRecord,
  DelegationTokenRecord,
  UserScramCredentialRecord,
  FeatureLevelRecord,
  ClientQuotaRecord,
  ProducerIdsRecord,
  BrokerRegistrationChangeRecord,
  AccessControlEntryRecord,
  RemoveAccessControlEntryRecord,
  NoOpRecord,
  ZkMigrationStateRecord,
  RemoveUserScramCredentialRecord,
  BeginTransactionRecord,
  EndTransactionRecord,
  AbortTransactionRecord,
  RemoveDelegationTokenRecord,
  RegisterControllerRecord,
  ClearElrRecord,
  UnregisterControllerRecord,
] as const;
type AnyRecord = (typeof schemas)[number];

/** By key. 6, 13 and 16 were never in a released metadata log. */
export const metadataRecords: ReadonlyMap<number, AnyMetadataRecordSchema> = new Map(
  schemas.map((one: AnyMetadataRecordSchema) => [one.key, one]),
);

/** A metadata record; `switch` on its `type`. */
export type MetadataRecord = MetadataRecordOf<AnyRecord>;
/** What `type` can be. */
export type MetadataRecordName = AnyRecord["name"];
/** A record to write: fields with a default may be left out. */
export type MetadataRecordDraft = DraftOfEach<AnyRecord>;

type DraftOfEach<R> = R extends MetadataRecordSchema<infer Name, infer S>
  ? { readonly type: Name } & Draft<S>
  : never;

const byName: ReadonlyMap<string, AnyMetadataRecordSchema> = new Map(
  schemas.map((one: AnyMetadataRecordSchema) => [one.name, one]),
);

export function metadataRecordNamed(name: MetadataRecordName): AnyMetadataRecordSchema {
  return byName.get(name) as AnyMetadataRecordSchema;
}
