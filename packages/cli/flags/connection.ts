// The flags by which commands reach a cluster: Kafka's present spellings, and its old ones.

import { readFile } from "node:fs/promises";
import { reason } from "@odradek/base";
import { type Cluster, type ClusterSettings, connect } from "@odradek/client";
import { parseProperties } from "@odradek/metadata/configs/sources/properties";
import { type Command, Option } from "commander";
import { Failure } from "../failure.ts";
import { Progress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";
import { gatherProperty } from "./values.ts";

export interface ConnectionFlagsOptions {
  /** Old spellings of `--command-config` and `--command-property` that the command knows. */
  readonly oldConfig?: "--producer.config" | "--consumer.config" | "--admin.config";
  readonly oldProperty?: "--producer-property" | "--consumer-property";
  /** --bootstrap-controller as well: the command asks nothing that only brokers know. */
  readonly withController?: boolean;
  /** False: --broker-list is something else to the command. */
  readonly withBrokerList?: boolean;
}

const DEFAULT_SERVER = "localhost:9092";
/** Of a command that waits for its cluster. */
const CALL_TIMEOUT_MS = 30_000;
const SERVER_VARIABLE = "ODRADEK_BOOTSTRAP_SERVER";

export function addConnectionFlags(
  command: Command,
  options: ConnectionFlagsOptions = {},
): void {
  const { oldConfig = "--admin.config", oldProperty, withBrokerList = true } = options;
  command.option(
    "--bootstrap-server <host:port,…>",
    `brokers to begin with (default: $${SERVER_VARIABLE}, or ${DEFAULT_SERVER})`,
  );
  if (options.withController === true) {
    command.option("--bootstrap-controller <host:port,…>", "controllers to ask instead");
  }
  command.option("--command-config <file>", "client properties");
  command.option("--command-property <key=value>", "one client property", gatherProperty);
  const old = (flag: string) => command.addOption(new Option(flag).hideHelp());
  if (withBrokerList) old("--broker-list <host:port,…>");
  old("--zookeeper <address>");
  command.addOption(new Option(`${oldConfig} <file>`).hideHelp());
  if (oldProperty === undefined) return;
  command.addOption(
    new Option(`${oldProperty} <key=value>`).argParser(gatherProperty).hideHelp(),
  );
}

export interface Connection {
  readonly cluster: Cluster;
  /** All client properties that were given. */
  readonly properties: ReadonlyMap<string, string>;
}

export interface ConnectionDefaults extends ClusterSettings {
  readonly terminal: Terminal;
}

/** Nothing is connected before it is used. Failure for what cannot be worked with. */
export async function connection(
  flags: Readonly<Record<string, unknown>>,
  { terminal, ...settings }: ConnectionDefaults,
): Promise<Connection> {
  if (flags["zookeeper"] !== undefined) {
    throw new Failure("--zookeeper is gone with ZooKeeper: use --bootstrap-server host:port");
  }
  const properties = await clientProperties(flags);
  if (flags["bootstrapServer"] !== undefined && flags["bootstrapController"] !== undefined) {
    throw new Failure("Only one of --bootstrap-server and --bootstrap-controller can be given");
  }
  const servers = flags["bootstrapController"] ?? flags["bootstrapServer"] ?? flags["brokerList"] ??
    properties.get("bootstrap.servers") ?? terminal.environment[SERVER_VARIABLE] ?? DEFAULT_SERVER;
  const given = settingsOf(properties);
  const ofControllers = flags["bootstrapController"] !== undefined;
  const all = { callTimeoutMs: CALL_TIMEOUT_MS, ...settings, ...given, ofControllers };
  return { cluster: connect(String(servers), all), properties };
}

/**
 * For commands that would wait for their broker for ever, as Kafka's clients do: nobody there is
 * told, at once or when they have waited as long as they wait for anything. Fault "network".
 */
export async function reach(
  cluster: Cluster,
  terminal: Terminal,
  timeoutMs = CALL_TIMEOUT_MS,
): Promise<void> {
  const { callTimeoutMs } = cluster.settings;
  using _ = new Progress(terminal, {});
  await cluster.persist(() => cluster.refresh(), {
    timeoutMs: Math.min(timeoutMs, callTimeoutMs),
  });
}

const FILE_FLAGS = ["commandConfig", "producer.config", "consumer.config", "admin.config"];
const PROPERTY_FLAGS = ["producerProperty", "consumerProperty", "commandProperty"];

async function clientProperties(
  flags: Readonly<Record<string, unknown>>,
): Promise<Map<string, string>> {
  const properties = new Map<string, string>();
  for (const path of FILE_FLAGS.map((name) => flags[name])) {
    if (typeof path !== "string") continue;
    for (const [name, text] of await readProperties(path)) properties.set(name, text);
  }
  for (const some of PROPERTY_FLAGS.map((name) => flags[name])) {
    for (const [name, text] of (some as ReadonlyMap<string, string> | undefined) ?? []) {
      properties.set(name, text);
    }
  }
  return properties;
}

/** Failure if the file cannot be read. */
export async function readProperties(path: string): Promise<Map<string, string>> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new Failure(`Cannot read "${path}": ${reason(error)}`);
  });
  return new Map(parseProperties(text).map((one) => [one.name, one.text]));
}

function settingsOf(properties: ReadonlyMap<string, string>): ClusterSettings {
  const protocol = properties.get("security.protocol") ?? "PLAINTEXT";
  if (protocol !== "PLAINTEXT") {
    throw new Failure(`security.protocol ${protocol} is not built yet: only PLAINTEXT is`);
  }
  const clientId = properties.get("client.id");
  const requestTimeoutMs = milliseconds(properties, "request.timeout.ms");
  const callTimeoutMs = milliseconds(properties, "default.api.timeout.ms");
  return {
    ...(clientId === undefined ? {} : { clientId }),
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    ...(callTimeoutMs === undefined ? {} : { callTimeoutMs }),
  };
}

/** Of a client property, if it is given. Failure if it is no number. */
export function milliseconds(
  properties: ReadonlyMap<string, string>,
  name: string,
): number | undefined {
  const text = properties.get(name);
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text.trim())) throw new Failure(`${name} must be a number, not "${text}"`);
  return Number(text);
}
