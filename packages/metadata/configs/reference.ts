// The page of all keys, in Markdown, from the tables: what is written there is what the program
// does.

import type { ConfigDefinition } from "./definition.ts";
import { IGNORED, REFUSED } from "./ignored.ts";
import { UNBUILT_KEYS } from "./not_built_yet.ts";
import { allowed, textOf } from "./parse.ts";
import { GROUP_KEYS } from "./tables/group_keys.ts";
import { GROUPS } from "./tables/groups.ts";
import { LOG } from "./tables/log.ts";
import { METRICS } from "./tables/metrics.ts";
import { NETWORK } from "./tables/network.ts";
import { NODE } from "./tables/node.ts";
import { OWN } from "./tables/own.ts";
import { SASL } from "./tables/sasl.ts";
import { SECURITY } from "./tables/security.ts";
import { SHARE_GROUPS } from "./tables/share_groups.ts";
import { STREAMS_GROUPS } from "./tables/streams_groups.ts";
import { TIERED } from "./tables/tiered.ts";
import { TOPIC_KEYS } from "./tables/topic_keys.ts";
import { TOPICS } from "./tables/topics.ts";
import { TRANSACTIONS } from "./tables/transactions.ts";

type Keys = Readonly<Record<string, ConfigDefinition>>;

const SECTIONS: readonly (readonly [string, Keys])[] = [
  ["Node, quorum, directories", NODE],
  ["Listeners and connections", NETWORK],
  ["Topics and replication", TOPICS],
  ["Logs", LOG],
  ["Groups and offsets", GROUPS],
  ["Share groups", SHARE_GROUPS],
  ["Streams groups", STREAMS_GROUPS],
  ["Transactions", TRANSACTIONS],
  ["Security and quotas", SECURITY],
  ["SASL", SASL],
  ["Metrics", METRICS],
  ["Tiered storage", TIERED],
  ["Keys of Odradek", OWN],
];

const CHANGES: Readonly<Record<ConfigDefinition["scope"], string>> = {
  "read-only": "at restart",
  "per-broker": "per broker",
  "both": "at any time",
};

const HEAD = `# Configuration

Values come from these sources, and the later ones count: the defaults below, a properties file, the
environment, \`--override key=value\`, what was set for all brokers while the cluster runs, what was
set for one. A topic's own value counts before all of these.

The variable \`KAFKA_NODE_ID\` is the key \`node.id\`: the prefix goes, \`_\` is a dot, \`__\` an
underscore, \`___\` a dash. An unknown key is reported and has no effect; a bad value keeps a node
from starting.

Without any configuration a node is its own cluster: node.id 1, clients on 127.0.0.1:9092,
controllers ten ports above, files in \`./data\`.

The tables of the program make this page: \`node scripts/write_configuration.ts\`.`;

/** The whole page. Ends with a newline. */
export function referencePage(): string {
  const parts = [
    HEAD,
    ...SECTIONS.map(([title, keys]) => `## ${title}\n\n${brokerTable(keys)}`),
    `## Keys of topics\n\n${childTable(TOPIC_KEYS)}`,
    `## Keys of groups\n\n${childTable(GROUP_KEYS)}`,
    `## Not built yet\n\nA node that is given one of these refuses to start.\n\n${unbuiltTable()}`,
    `## Refused\n\n${refusedTable()}`,
    `## Accepted and ignored\n\n${IGNORED.map((name) => `- ${code(name)}`).join("\n")}`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function brokerTable(keys: Keys): string {
  const rows = Object.values(keys).map((key) => [
    code(key.name),
    key.type,
    defaultOf(key),
    limits(key),
    CHANGES[key.scope],
    key.documentation,
  ]);
  return markdownTable(["key", "type", "default", "allowed", "changes", "meaning"], rows);
}

function childTable(keys: Keys): string {
  const rows = Object.values(keys).map((key) => [
    code(key.name),
    key.type,
    defaultOf(key),
    limits(key),
    key.broker === undefined ? "" : code(key.broker),
    key.documentation,
  ]);
  return markdownTable(["key", "type", "default", "allowed", "default of", "meaning"], rows);
}

function unbuiltTable(): string {
  const rows = UNBUILT_KEYS.map(({ keys, part, remedy }) => [
    keys.map(code).join(", "),
    part,
    remedy,
  ]);
  return markdownTable(["keys", "part", "instead"], rows);
}

function refusedTable(): string {
  const rows = REFUSED.map(({ name, reason, remedy }) => [code(name), reason, remedy]);
  return markdownTable(["key", "why", "instead"], rows);
}

function defaultOf(key: ConfigDefinition): string {
  if (key.default === undefined) return "required";
  const text = textOf(key.type, key.default);
  return text === null ? "" : text === "" ? "empty" : code(text);
}

function limits(key: ConfigDefinition): string {
  return key.validity === undefined ? "" : allowed(key);
}

function code(text: string): string {
  return `\`${text}\``;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
