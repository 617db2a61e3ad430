// The environment as configuration: KAFKA_NODE_ID is node.id. Which variables are keys, which are
// settings of something else, and how a name is made of a variable's. Reads a record it is given.

import type { Setting } from "./setting.ts";

export interface EnvironmentReading {
  /** Keys with their texts, in the order of their names. */
  readonly settings: readonly Setting[];
  /** CLUSTER_ID: the cluster to format for. */
  readonly clusterId: Setting | undefined;
  /** KAFKA_LOG4J_ROOT_LOGLEVEL. */
  readonly rootLevel: Setting | undefined;
  /** KAFKA_LOG4J_LOGGERS: `name=LEVEL,…`. */
  readonly loggers: Setting | undefined;
}

/** Settings of the Java machine, of the image and of Kafka's tools. */
const NOT_KEYS = new Set([
  "KAFKA_VERSION",
  "KAFKA_HEAP_OPTS",
  "KAFKA_LOG4J_OPTS",
  "KAFKA_OPTS",
  "KAFKA_JMX_OPTS",
  "KAFKA_JMX_HOSTNAME",
  "KAFKA_JVM_PERFORMANCE_OPTS",
  "KAFKA_GC_LOG_OPTS",
  "KAFKA_LOG4J_ROOT_LOGLEVEL",
  "KAFKA_LOG4J_LOGGERS",
  "KAFKA_TOOLS_LOG4J_LOGLEVEL",
]);

/** Where the image looks for the files that KAFKA_SSL_…_FILENAME name. */
const SECRETS = "/etc/kafka/secrets";

export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): EnvironmentReading {
  const variable = (name: string): Setting | undefined => {
    const text = environment[name];
    return text === undefined ? undefined : { name, text, origin: `environment ${name}` };
  };
  const settings = new Map<string, Setting>();
  // KAFKA_CFG_X first, so that KAFKA_X, which comes later, counts.
  const variables = Object.keys(environment).filter(isKey).sort(bitnamiFirst);
  for (const name of variables) {
    const setting = variable(name);
    if (setting === undefined) continue;
    const named = renamed(setting);
    settings.set(named.name, named);
  }
  return {
    settings: [...settings.values()].sort((a, b) => a.name < b.name ? -1 : 1),
    clusterId: variable("CLUSTER_ID"),
    rootLevel: variable("KAFKA_LOG4J_ROOT_LOGLEVEL"),
    loggers: variable("KAFKA_LOG4J_LOGGERS"),
  };
}

/**
 * The key that a variable names: `_` is a dot, `__` an underscore, `___` a dash.
 *
 * @example
 * keyOf("KAFKA_LISTENER_NAME_SASL___SSL_SSL_CLIENT_AUTH")
 * // "listener.name.sasl-ssl.ssl.client.auth"
 */
export function keyOf(variable: string): string {
  return variable.replace(/^KAFKA_(CFG_)?/, "").toLowerCase()
    .replaceAll("_", ".").replaceAll("...", "-").replaceAll("..", "_");
}

function isKey(variable: string): boolean {
  return /^KAFKA_(CFG_)?[^_]/.test(variable) && !NOT_KEYS.has(variable);
}

function bitnamiFirst(a: string, b: string): number {
  const rank = (name: string): number => name.startsWith("KAFKA_CFG_") ? 0 : 1;
  return rank(a) - rank(b);
}

/** The variables of the image for TLS files name a file in the folder of secrets. */
function renamed({ name: variable, text, origin }: Setting): Setting {
  const store = /^KAFKA_SSL_(KEYSTORE|TRUSTSTORE)_FILENAME$/.exec(variable)?.[1];
  if (store === undefined) return { name: keyOf(variable), text, origin };
  return { name: `ssl.${store.toLowerCase()}.location`, text: `${SECRETS}/${text}`, origin };
}
