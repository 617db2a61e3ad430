// configs --describe of users, clients and addresses: their quotas, and how users log in.

import type { DescribedQuota, DescribedScramUser, QuotaEntityType } from "@odradek/client";
import { textOf } from "@odradek/metadata/configs/mod";
import { type Entity, QUOTA_TYPES } from "./entity.ts";
import type { ConfigsContext } from "./flags.ts";

/** How entities are called, in the order in which they are told. */
const WORDS: readonly [QuotaEntityType, string][] = [
  ["user", "user-principal"],
  ["client-id", "client-id"],
  ["ip", "ip"],
];

export async function describeClients(context: ConfigsContext): Promise<void> {
  const { admin, terminal, flags, entities } = context;
  const filter = Object.fromEntries(
    entities.map(({ type, name }) => [QUOTA_TYPES[type] ?? type, name]),
  );
  const quotas = await admin.describeQuotas(filter);
  const users = await scramUsers(context);
  if (flags.json === true) return terminal.print(jsonOf(quotas, users));
  for (const { entity, values } of quotas) {
    const words = WORDS.flatMap(([type, word]) => {
      const name = entity[type];
      if (name === undefined) return [];
      return [name === null ? `the default ${word}` : `${word} '${name}'`];
    });
    const rates = [...values].sort(byKey).map(([key, value]) => `${key}=${rateText(value)}`);
    terminal.print(`Quota configs for ${words.join(", ")} are ${rates.join(", ")}`);
  }
  for (const { user, credentials } of users) {
    const known = credentials.map((one) => `${one.mechanism}=iterations=${one.iterations}`);
    const what = `SCRAM credential configs for user-principal '${user}'`;
    terminal.print(`${what} are ${known.join(", ")}`);
  }
}

/** Only of users alone; a default logs nobody in. */
async function scramUsers({ admin, entities }: ConfigsContext): Promise<DescribedScramUser[]> {
  const [{ type, name }, ...more] = entities as [Entity, ...Entity[]];
  if (type !== "users" || more.length > 0 || name === null) return [];
  return await admin.describeScramUsers(name);
}

/** As Java prints doubles. */
function rateText(value: number): string | null {
  return textOf("double", value);
}

function jsonOf(
  quotas: readonly DescribedQuota[],
  users: readonly DescribedScramUser[],
): string {
  return JSON.stringify({
    quotas: quotas.map(({ entity, values }) => ({
      entity,
      values: Object.fromEntries([...values].sort(byKey)),
    })),
    scramUsers: users,
  });
}

function byKey([one]: readonly [string, number], [other]: readonly [string, number]): number {
  return one < other ? -1 : 1;
}
