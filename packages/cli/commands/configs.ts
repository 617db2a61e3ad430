// odradek configs: shows and alters what is set for topics, brokers, their loggers, groups, users,
// clients, addresses and subscriptions of client metrics (kafka-configs).

import { Admin, BrokerRefused } from "@odradek/client";
import type { Command } from "commander";
import type { CliCommand } from "../command.ts";
import { alter } from "../configs/alter.ts";
import { parseAdditions, parseDeletions } from "../configs/changes.ts";
import { describeClients } from "../configs/describe_clients.ts";
import { describeResources } from "../configs/describe.ts";
import {
  type EntityFlag,
  type EntityType,
  ENTITY_TYPES,
  readEntities,
  RESOURCES,
} from "../configs/entity.ts";
import type { ConfigsContext } from "../configs/flags.ts";
import { Failure } from "../failure.ts";
import { addConnectionFlags, connection, readProperties } from "../flags/connection.ts";
import type { Terminal } from "../terminal.ts";

interface ConfigsFlags {
  readonly describe?: boolean;
  readonly alter?: boolean;
  readonly all?: boolean;
  readonly addConfig?: string;
  readonly addConfigFile?: string;
  readonly deleteConfig?: string;
  readonly json?: boolean;
}

/** Flags that stand for a type and a name. */
const SHORT: Readonly<Record<string, EntityType>> = {
  topic: "topics",
  client: "clients",
  user: "users",
  broker: "brokers",
  "broker-logger": "broker-loggers",
  ip: "ips",
  "client-metrics": "client-metrics",
  group: "groups",
};
/** Those of which there is a default. */
const WITH_DEFAULT = ["client", "user", "broker", "ip"] as const;

export const configs: CliCommand = {
  name: "configs",
  describe(program, terminal) {
    addConnectionFlags(program, { withController: true });
    program
      .option("--describe", "show what is set; with --all everything that counts")
      .option("--alter", "change what is set")
      .option("--all", "with --describe: what nobody has set as well")
      .option("--entity-type <type>", `one of ${ENTITY_TYPES.join(", ")}; users with clients`)
      .option("--entity-name <name>", "which of them")
      .option("--entity-default", "the default of the type, for brokers, users, clients and ips")
      .option("--add-config <k=v,k=[v,v]>", "what to set; brackets group values with commas")
      .option("--add-config-file <file>", "what to set, as properties")
      .option("--delete-config <k,k>", "what not to set any more")
      .option("--json", "as one JSON document");
    const flags = entityFlags(program);
    program.action((given: ConfigsFlags) => run(given, flags, terminal));
  },
};

/** In their order on the command line, which says what belongs together. */
function entityFlags(program: Command): EntityFlag[] {
  const flags: EntityFlag[] = [];
  program.on("option:entity-type", (text: string) => void flags.push({ flag: "type", text }));
  program.on("option:entity-name", (text: string) => void flags.push({ flag: "name", text }));
  program.on("option:entity-default", () => void flags.push({ flag: "default" }));
  for (const [word, type] of Object.entries(SHORT)) {
    program.option(`--${word} <name>`, `as --entity-type ${type} --entity-name <name>`);
    program.on(`option:${word}`, (name: string) => {
      flags.push({ flag: "entity", entity: { type, name } });
    });
  }
  for (const word of WITH_DEFAULT) {
    const type = SHORT[word] ?? "brokers";
    program.option(`--${word}-defaults`, `as --entity-type ${type} --entity-default`);
    program.on(`option:${word}-defaults`, () => {
      flags.push({ flag: "entity", entity: { type, name: null } });
    });
  }
  return flags;
}

async function run(
  flags: ConfigsFlags,
  entityFlags: readonly EntityFlag[],
  terminal: Terminal,
): Promise<void> {
  if ((flags.describe === true) === (flags.alter === true)) {
    throw new Failure("Command must include exactly one action: --describe, --alter");
  }
  const entities = readEntities(entityFlags);
  const changes = flags.alter === true ? await changesOf(flags) : undefined;
  const { cluster } = await connection({ ...flags }, { terminal });
  await using _ = cluster;
  const { ofControllers } = cluster.settings;
  const context = { admin: new Admin(cluster), terminal, entities, flags, ofControllers };
  try {
    if (changes === undefined) await describe(context);
    else await alter(context, changes);
  } catch (error) {
    if (ofControllers && error instanceof BrokerRefused && UNTOLD.has(error.error)) {
      throw new Failure(`${error.message}: ask a broker with --bootstrap-server`);
    }
    throw error;
  }
}

/** What controllers answer to what only brokers know. */
const UNTOLD: ReadonlySet<string> = new Set(["UNSUPPORTED_VERSION", "UNSUPPORTED_ENDPOINT_TYPE"]);

async function describe(context: ConfigsContext): Promise<void> {
  const resource = RESOURCES[context.entities[0]?.type ?? "topics"];
  if (resource === undefined) await describeClients(context);
  else await describeResources(context, resource);
}

async function changesOf({ addConfig, addConfigFile, deleteConfig }: ConfigsFlags) {
  if (addConfig !== undefined && addConfigFile !== undefined) {
    throw new Failure("Only one of --add-config or --add-config-file must be specified.");
  }
  const additions = addConfigFile === undefined
    ? parseAdditions(addConfig ?? "")
    : await readProperties(addConfigFile);
  const deletions = parseDeletions(deleteConfig ?? "");
  if (additions.size === 0 && deletions.length === 0) {
    const flags = "--add-config, --add-config-file or --delete-config";
    throw new Failure(`At least one of ${flags} must be specified with --alter`);
  }
  return { additions, deletions };
}
