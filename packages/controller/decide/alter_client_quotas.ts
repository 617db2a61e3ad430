// Quotas of users, client ids and addresses are set and removed (KIP-546). They are kept and shown;
// nothing enforces them yet.

import { type ClusterImage, quotasOf } from "@odradek/metadata";
import { errors } from "@odradek/protocol/errors";
import type {
  AlterClientQuotasRequest,
  AlterClientQuotasResponse,
} from "@odradek/protocol/messages/alter_client_quotas";
import { Refusal } from "@odradek/protocol/refusal";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import type { Decision } from "./decision.ts";

type Entry = AlterClientQuotasRequest["entries"][number];
type Entity = Entry["entity"];
type Answer = AlterClientQuotasResponse["entries"][number];

/** Keys by what they may be set for. */
const RATES_OF_CLIENTS: Readonly<Record<string, "whole" | "any">> = {
  producer_byte_rate: "whole",
  consumer_byte_rate: "whole",
  request_percentage: "any",
  controller_mutation_rate: "any",
};
const RATES_OF_ADDRESSES: typeof RATES_OF_CLIENTS = { connection_creation_rate: "whole" };
const TYPES: readonly string[] = ["user", "client-id", "ip"];

export function decideAlterClientQuotas(
  next: ClusterImage,
  { entries, validateOnly }: AlterClientQuotasRequest,
): Decision<readonly Answer[]> {
  const records: MetadataRecordDraft[] = [];
  const byEntity = Map.groupBy(entries, ({ entity }) => text(entity));
  const present = Map.groupBy(quotasOf(next), ({ entity }) => text(entity));
  const reply = entries.map((entry): Answer => {
    try {
      if ((byEntity.get(text(entry.entity))?.length ?? 0) > 1) {
        throw invalid(`Client quota entity ${text(entry.entity)} appears more than once`);
      }
      checkEntity(entry.entity);
      const values = new Map(
        present.get(text(entry.entity))?.map(({ key, value }) => [key, value]),
      );
      const made = recordsOf(entry, values);
      if (!validateOnly) records.push(...made);
      return answer(entry, errors.NONE.code, null);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refusedQuota(entry, error);
    }
  });
  return { records, reply };
}

export function refusedQuota(entry: Entry, { code, message }: Refusal): Answer {
  return answer(entry, code, message);
}

function answer({ entity }: Entry, errorCode: number, errorMessage: string | null): Answer {
  return { errorCode, errorMessage, entity };
}

function checkEntity(entity: Entity): void {
  if (entity.length === 0) throw invalid("Invalid empty client quota entity");
  const types = entity.map(({ entityType }) => entityType);
  const unknown = types.find((type) => !TYPES.includes(type));
  if (unknown !== undefined) throw invalid(`Unhandled client quota entity type: ${unknown}`);
  const empty = entity.find(({ entityName }) => entityName === "");
  if (empty !== undefined) throw invalid(`Empty ${empty.entityType} not supported`);
  if (new Set(types).size < types.length) {
    throw invalid(`Invalid client quota entity: ${text(entity)} names a type twice`);
  }
  if (!types.includes("ip")) return;
  if (types.length > 1) {
    const why = "IP entity shouldnot be combined with User or ClientId";
    throw invalid(`Invalid quota entity combination, ${why}`);
  }
  const address = entity[0]?.entityName ?? null;
  if (address === null || isAddress(address)) return;
  throw invalid(`${address} is not a valid IP or resolvable host.`);
}

/** `present`: what is set for the entity, by key. */
function recordsOf(
  { entity, ops }: Entry,
  present: ReadonlyMap<string, number>,
): MetadataRecordDraft[] {
  const keys = new Set<string>();
  for (const { key } of ops) {
    if (keys.has(key)) throw invalid(`${text(entity)} has ${key} more than once`);
    keys.add(key);
  }
  const isOfAddress = entity.some(({ entityType }) => entityType === "ip");
  const known = isOfAddress ? RATES_OF_ADDRESSES : RATES_OF_CLIENTS;
  return ops.flatMap(({ key, value, remove }): MetadataRecordDraft[] => {
    const kind = Object.hasOwn(known, key) ? known[key] : undefined;
    if (kind === undefined) throw invalid(`Invalid configuration key ${key}`);
    const before = present.get(key);
    if (remove && before === undefined) return [];
    if (!remove) checkValue(key, value, kind);
    if (!remove && before === value) return [];
    return [{ type: "ClientQuotaRecord", entity, key, value: remove ? 0 : value, remove }];
  });
}

function checkValue(key: string, value: number, kind: "whole" | "any"): void {
  if (!(value > 0)) throw invalid(`Quota ${key} must be greater than 0`);
  if (kind === "any" || Number.isInteger(value)) return;
  throw invalid(`${key} cannot be a fractional value.`);
}

/** Whatever the order of the parts. */
function text(entity: Entity): string {
  return entity.map(({ entityType, entityName }) => `${entityType}=${entityName ?? "<default>"}`)
    .sort().join(", ");
}

/** By its form: a decision asks no name server. */
function isAddress(text: string): boolean {
  const parts = text.split(".");
  const isV4 = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && +part < 256);
  return isV4 || (text.includes(":") && /^[0-9a-f:.%]+$/i.test(text));
}

function invalid(message: string): Refusal {
  return new Refusal("INVALID_REQUEST", message);
}
