// What is kept of quotas and SCRAM users, by its type: nothing acts on it yet, but it is told.

import type {
  ClientQuotaRecord,
  UserScramCredentialRecord,
} from "@odradek/protocol/schemas/metadata/mod";
import type { ClusterImage } from "./image.ts";

export function quotasOf({ clientQuotas }: ClusterImage): ClientQuotaRecord[] {
  return [...clientQuotas.values()].filter((record) => record.type === "ClientQuotaRecord");
}

export function scramCredentialsOf({ scramUsers }: ClusterImage): UserScramCredentialRecord[] {
  return [...scramUsers.values()].filter((record) => record.type === "UserScramCredentialRecord");
}
