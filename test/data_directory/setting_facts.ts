// What operators have set: configurations, quotas, and the users of SCRAM.

import { Admin, type Cluster, type ConfigResource, done } from "@odradek/client";
import { throwIfRefused } from "@odradek/client/refused";
import { DescribeClientQuotas } from "@odradek/protocol/messages/describe_client_quotas";
import {
  DescribeUserScramCredentials,
} from "@odradek/protocol/messages/describe_user_scram_credentials";
import type { Expected } from "./expected.ts";
import type { Facts } from "./facts.ts";

type Settings = Readonly<Record<string, string>>;

/** By the names in the reference. */
const TYPES: Readonly<Record<string, ConfigResource["type"]>> = {
  BROKER: "broker",
  GROUP: "group",
  CLIENT_METRICS: "client-metrics",
};
/** Where a value comes from: what the node was started with, and what nobody has set. */
const NOT_SET_BY_OPERATORS = new Set([4, 5]);
const TOPIC = 1;

export async function checkConfigs(
  facts: Facts,
  cluster: Cluster,
  { topics, dynamicConfigs = {} }: Expected,
): Promise<void> {
  for (const [name, { configs }] of Object.entries(topics)) {
    const resource: ConfigResource = { type: "topic", name };
    await facts.check(`configuration of topic ${name}`, sorted(configs), () =>
      settingsOf(cluster, resource, (source) => source === TOPIC));
  }
  for (const [key, configs] of Object.entries(dynamicConfigs)) {
    const [type = "", name = ""] = key.split(":");
    const resource: ConfigResource = { type: TYPES[type] ?? "topic", name };
    await facts.check(`configuration of ${key}`, sorted(configs), () =>
      settingsOf(cluster, resource, (source) => !NOT_SET_BY_OPERATORS.has(source)));
  }
}

async function settingsOf(
  cluster: Cluster,
  resource: ConfigResource,
  isWanted: (source: number) => boolean,
): Promise<Settings> {
  const entries = done((await new Admin(cluster).describeConfigs([resource])).get(resource));
  const set = entries.filter(({ source }) => isWanted(source));
  return sorted(Object.fromEntries(set.map(({ name, value }) => [name, value ?? ""])));
}

function sorted(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export async function checkQuotas(
  facts: Facts,
  cluster: Cluster,
  { clientQuotas = [] }: Expected,
): Promise<void> {
  const answer = await cluster.ask("any", DescribeClientQuotas, { components: [], strict: false });
  throwIfRefused(answer.errorCode, answer.errorMessage);
  const told = new Map((answer.entries ?? []).map(({ entity, values }) => [
    entityText(Object.fromEntries(entity.map((one) => [one.entityType, one.entityName]))),
    Object.fromEntries(values.map(({ key, value }) => [key, value])),
  ]));
  for (const { entity, quotas } of clientQuotas) {
    const name = entityText(entity);
    facts.compare(`quota of ${name}`, quotas, told.get(name));
  }
  facts.compare("quotas", clientQuotas.length, told.size);
}

function entityText(entity: Readonly<Record<string, string | null>>): string {
  return JSON.stringify(Object.entries(entity).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const MECHANISMS = ["", "SCRAM_SHA_256", "SCRAM_SHA_512"];

export async function checkScramUsers(
  facts: Facts,
  cluster: Cluster,
  { scram = {} }: Expected,
): Promise<void> {
  const answer = await cluster.ask("any", DescribeUserScramCredentials, { users: null });
  throwIfRefused(answer.errorCode, answer.errorMessage);
  const told = answer.results.map(({ user, credentialInfos }) => [
    user,
    credentialInfos.map((one) => `${MECHANISMS[one.mechanism]},${one.iterations}`).sort(),
  ]);
  facts.compare("SCRAM users", scram, Object.fromEntries(told));
}
