// configs --alter.

import { type ConfigResource, done, type QuotaEntity } from "@odradek/client";
import { Failure } from "../failure.ts";
import { withoutBrackets } from "./changes.ts";
import { type Entity, type EntityType, QUOTA_TYPES, RESOURCES, singular } from "./entity.ts";
import type { Alterations, ConfigsContext } from "./flags.ts";
import { isMechanism, scramCredential } from "./scram.ts";

const CLIENT_RATES = new Set([
  "producer_byte_rate",
  "consumer_byte_rate",
  "request_percentage",
  "controller_mutation_rate",
]);
const ADDRESS_RATES = new Set(["connection_creation_rate"]);

export async function alter(context: ConfigsContext, changes: Alterations): Promise<void> {
  const { terminal, entities, flags } = context;
  const [first] = entities as [Entity, ...Entity[]];
  for (const { type, name } of entities) {
    if (name !== undefined) continue;
    throw new Failure(`--alter needs to know which of the ${type}: --entity-name or a default`);
  }
  const resource = RESOURCES[first.type];
  if (resource !== undefined) await alterResource(context, changes, resource);
  else if (isOfScram(changes)) await alterScram(context, changes);
  else await alterQuotas(context, changes);
  terminal.print(flags.json === true ? JSON.stringify({ altered: entities }) : doneLine(first));
}

function doneLine({ type, name }: Entity): string {
  return name === null
    ? `Completed updating default config for ${type} in the cluster.`
    : `Completed updating config for ${singular(type)} ${name}.`;
}

async function alterResource(
  { admin, entities }: ConfigsContext,
  { additions, deletions }: Alterations,
  type: ConfigResource["type"],
): Promise<void> {
  const name = entities[0]?.name ?? "";
  if (name === "" && type !== "broker") {
    throw new Failure(`There is no default for ${entities[0]?.type}: name one with --entity-name`);
  }
  const set = Object.fromEntries(
    [...additions].map(([key, value]) => [key, withoutBrackets(value)]),
  );
  const change = { type, name, set, unset: deletions };
  done((await admin.alterConfigs([change])).get(change));
}

async function alterQuotas(
  { admin, entities }: ConfigsContext,
  { additions, deletions }: Alterations,
): Promise<void> {
  const types = entities.map(({ type }) => type);
  checkRates(types, [...additions.keys()], "added");
  checkRates(types, deletions, "deleted");
  const entity: QuotaEntity = Object.fromEntries(
    entities.map(({ type, name = null }) => [QUOTA_TYPES[type] ?? type, name]),
  );
  const set = Object.fromEntries([...additions].map(([key, text]) => [key, rate(key, text)]));
  const change = { entity, set, unset: deletions };
  done((await admin.alterQuotas([change])).get(change));
}

function checkRates(types: readonly EntityType[], keys: readonly string[], what: string): void {
  const isOfAddress = types.includes("ips");
  const known = isOfAddress ? ADDRESS_RATES : CLIENT_RATES;
  const others = keys.filter((key) => !known.has(key));
  if (others.length === 0) return;
  const kind = isOfAddress ? "connection quota configs" : "quota configs";
  const whom = types.map((type) => `'${type}'`).join(" and ");
  const some = `Unexpected config names: ${others.join(", ")}`;
  throw new Failure(`Only ${kind} can be ${what} for ${whom}. ${some}`);
}

function rate(key: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new Failure(`Cannot parse quota configuration value for ${key}: ${text}`);
}

function isOfScram({ additions, deletions }: Alterations): boolean {
  return [...additions.keys(), ...deletions].some(isMechanism);
}

async function alterScram(
  { admin, entities }: ConfigsContext,
  { additions, deletions }: Alterations,
): Promise<void> {
  const [{ type, name }, ...more] = entities as [Entity, ...Entity[]];
  if (type !== "users" || more.length > 0 || name === null || name === undefined) {
    throw new Failure("Only a single user, named by --entity-name, has SCRAM credentials");
  }
  const others = [...additions.keys(), ...deletions].filter((key) => !isMechanism(key));
  if (others.length > 0) {
    const some = `together with ${others.join(", ")}`;
    throw new Failure(`SCRAM credentials cannot be altered ${some}: run the command twice`);
  }
  const set = [...additions].map(([mechanism, text]) => scramCredential(mechanism, text));
  await admin.alterScramUser({ user: name, set, unset: deletions.filter(isMechanism) });
}
