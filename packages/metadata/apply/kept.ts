// ACLs, SCRAM users, quotas and delegation tokens: nothing here acts on them yet, but nothing of
// them is lost. What removes one is matched with what made it.

import type {
  AccessControlEntryRecord,
  ClientQuotaRecord,
  DelegationTokenRecord,
  MetadataRecord,
  UserScramCredentialRecord,
} from "@odradek/protocol/schemas/metadata/mod";
import type { ClusterImage, KeptRecords } from "../image.ts";

type Kept<R, Name extends string> = R & { readonly type: Name; readonly version: number };

export function applyAcl(
  image: ClusterImage,
  record: Kept<AccessControlEntryRecord, "AccessControlEntryRecord">,
): ClusterImage {
  return { ...image, acls: withRecord(image.acls, record.id, record) };
}

export function applyRemoveAcl(image: ClusterImage, id: string): ClusterImage {
  return { ...image, acls: withoutRecord(image.acls, id) };
}

export function applyScramUser(
  image: ClusterImage,
  record: Kept<UserScramCredentialRecord, "UserScramCredentialRecord">,
): ClusterImage {
  const key = scramKey(record);
  return { ...image, scramUsers: withRecord(image.scramUsers, key, record) };
}

export function applyRemoveScramUser(
  image: ClusterImage,
  record: { readonly name: string; readonly mechanism: number },
): ClusterImage {
  return { ...image, scramUsers: withoutRecord(image.scramUsers, scramKey(record)) };
}

export function applyClientQuota(
  image: ClusterImage,
  record: Kept<ClientQuotaRecord, "ClientQuotaRecord">,
): ClusterImage {
  const entity = record.entity.map(({ entityType, entityName }) => [entityType, entityName]).sort();
  const key = JSON.stringify([entity, record.key]);
  const clientQuotas = record.remove
    ? withoutRecord(image.clientQuotas, key)
    : withRecord(image.clientQuotas, key, record);
  return { ...image, clientQuotas };
}

export function applyDelegationToken(
  image: ClusterImage,
  record: Kept<DelegationTokenRecord, "DelegationTokenRecord">,
): ClusterImage {
  const delegationTokens = withRecord(image.delegationTokens, record.tokenId, record);
  return { ...image, delegationTokens };
}

export function applyRemoveDelegationToken(image: ClusterImage, tokenId: string): ClusterImage {
  return { ...image, delegationTokens: withoutRecord(image.delegationTokens, tokenId) };
}

function scramKey({ name, mechanism }: { readonly name: string; readonly mechanism: number }) {
  return `${mechanism} ${name}`;
}

function withRecord(kept: KeptRecords, key: string, record: MetadataRecord): KeptRecords {
  return new Map(kept).set(key, record);
}

function withoutRecord(kept: KeptRecords, key: string): KeptRecords {
  const rest = new Map(kept);
  rest.delete(key);
  return rest;
}
