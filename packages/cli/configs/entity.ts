// What `configs` is about, by Kafka's names: --entity-type topics --entity-name t, or --topic t.

import type { ConfigResource, QuotaEntityType } from "@odradek/client";
import { Failure } from "../failure.ts";

export const ENTITY_TYPES = [
  "topics",
  "clients",
  "users",
  "brokers",
  "broker-loggers",
  "ips",
  "client-metrics",
  "groups",
] as const;
export type EntityType = (typeof ENTITY_TYPES)[number];

/** `name`: undefined for all of the type, null for the default of the type. */
export interface Entity {
  readonly type: EntityType;
  readonly name: string | null | undefined;
}

/** One flag that says something of entities, as it came. */
export type EntityFlag =
  | { readonly flag: "type"; readonly text: string }
  | { readonly flag: "name"; readonly text: string }
  | { readonly flag: "default" }
  | { readonly flag: "entity"; readonly entity: Entity };

/** A type begins an entity; a name or --entity-default is of the first one without. */
export function readEntities(flags: readonly EntityFlag[]): Entity[] {
  const entities: Entity[] = [];
  const name = (name: string | null): void => {
    const at = entities.findIndex((one) => one.name === undefined);
    const found = entities[at];
    if (found === undefined) throw new Failure("--entity-name must follow its --entity-type");
    entities[at] = { ...found, name };
  };
  for (const flag of flags) {
    if (flag.flag === "type") entities.push({ type: entityType(flag.text), name: undefined });
    else if (flag.flag === "name") name(flag.text);
    else if (flag.flag === "default") name(null);
    else entities.push(flag.entity);
  }
  checkTogether(entities.map(({ type }) => type));
  return entities;
}

function entityType(text: string): EntityType {
  const found = ENTITY_TYPES.find((type) => type === text);
  if (found !== undefined) return found;
  const all = ENTITY_TYPES.join(", ");
  throw new Failure(`Invalid entity type ${text}, the entity type must be one of ${all}`);
}

function checkTogether(types: readonly EntityType[]): void {
  if (types.length === 0) {
    throw new Failure("At least one entity type must be specified: --entity-type, or --topic …");
  }
  const isPair = types.length === 2 && types.includes("users") && types.includes("clients");
  if (types.length === 1 || isPair) return;
  throw new Failure("Only users and clients can be specified together");
}

/** Of those whose settings the metadata or a broker has as such. */
export const RESOURCES: Readonly<Partial<Record<EntityType, ConfigResource["type"]>>> = {
  topics: "topic",
  brokers: "broker",
  "broker-loggers": "broker-logger",
  "client-metrics": "client-metrics",
  groups: "group",
};

export const QUOTA_TYPES: Readonly<Partial<Record<EntityType, QuotaEntityType>>> = {
  users: "user",
  clients: "client-id",
  ips: "ip",
};

/** `topic`, `broker-logger`, `client-metrics`: as Kafka's tool cuts the plural. */
export function singular(type: EntityType): string {
  return type.slice(0, -1);
}
