// Quotas of clients (KIP-546).

import { AlterClientQuotas } from "@odradek/protocol/messages/alter_client_quotas";
import { DescribeClientQuotas } from "@odradek/protocol/messages/describe_client_quotas";
import type { Cluster } from "../cluster.ts";
import { BrokerRefused, refusalOf, throwIfRefused } from "../refused.ts";
import { isNotYetDone, type Outcome, settle } from "./outcome.ts";

export type QuotaEntityType = "user" | "client-id" | "ip";

/** Names by type; null: the default of its type. */
export type QuotaEntity = Readonly<Partial<Record<QuotaEntityType, string | null>>>;

/** Names by type; null: the default; undefined: whatever the name. */
export type QuotaFilter = Readonly<Partial<Record<QuotaEntityType, string | null | undefined>>>;

export interface DescribedQuota {
  readonly entity: QuotaEntity;
  /** By key. */
  readonly values: ReadonlyMap<string, number>;
}

const [EXACT, DEFAULT, ANY] = [0, 1, 2];

/** Of entities that have exactly the types of the filter. */
export function describeQuotas(cluster: Cluster, filter: QuotaFilter): Promise<DescribedQuota[]> {
  const components = Object.entries(filter).map(([entityType, name]) => ({
    entityType,
    matchType: name === undefined ? ANY : name === null ? DEFAULT : EXACT,
    match: name ?? null,
  }));
  return cluster.persist(async () => {
    const answer = await cluster.ask("any", DescribeClientQuotas, { components, strict: true });
    throwIfRefused(answer.errorCode, answer.errorMessage);
    return (answer.entries ?? []).map(({ entity, values }) => ({
      entity: Object.fromEntries(entity.map((part) => [part.entityType, part.entityName])),
      values: new Map(values.map(({ key, value }) => [key, value])),
    }));
  });
}

export interface QuotaChange {
  readonly entity: QuotaEntity;
  readonly set?: Readonly<Record<string, number>>;
  readonly unset?: readonly string[];
}

export function alterQuotas(
  cluster: Cluster,
  changes: readonly QuotaChange[],
): Promise<Map<QuotaChange, Outcome<true>>> {
  const ask = async (items: readonly QuotaChange[]) => {
    const { entries } = await cluster.ask("any", AlterClientQuotas, {
      entries: items.map(({ entity, set = {}, unset = [] }) => ({
        entity: Object.entries(entity).map(([entityType, entityName]) => ({
          entityType,
          entityName,
        })),
        ops: [
          ...Object.entries(set).map(([key, value]) => ({ key, value, remove: false })),
          ...unset.map((key) => ({ key, value: 0, remove: true })),
        ],
      })),
      validateOnly: false,
    });
    const nothing = new BrokerRefused("UNKNOWN_SERVER_ERROR", "The broker does not say");
    return new Map(items.map((item, i): [QuotaChange, Outcome<true>] => {
      const told = entries[i];
      if (told === undefined) return [item, nothing];
      return [item, refusalOf(told.errorCode, told.errorMessage) ?? true];
    }));
  };
  return settle(cluster, { items: changes, ask, passes: isNotYetDone });
}
