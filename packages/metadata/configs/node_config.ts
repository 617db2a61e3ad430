// What a node must know to start, typed and judged: the one place where properties, environment and
// command line come together. Pure: whoever starts a node reads the file and the environment.

import { assert, type NodeId, nodeId } from "@odradek/base";
import { BROKER_CONFIGS } from "./catalogue.ts";
import { type EnvironmentReading, readEnvironment } from "./sources/environment.ts";
import { isIgnored } from "./ignored.ts";
import { checkConsistency } from "./node/consistency.ts";
import { containerListeners } from "./node/container_listeners.ts";
import { type Listener, readListeners, type SecurityProtocol } from "./node/listeners.ts";
import {
  type FsyncPolicy,
  type Logging,
  type MetricsListener,
  readFsync,
  readLogging,
  readMetricsListener,
} from "./node/own_settings.ts";
import { type QuorumConfig, quorumWarnings, readQuorum } from "./node/quorum.ts";
import { refuseKeys } from "./node/refuse.ts";
import { readRoles, type Roles } from "./node/roles.ts";
import { unconfigured } from "./node/unconfigured.ts";
import { parseProperties } from "./sources/properties.ts";
import { resolveConfig } from "./resolve.ts";
import type { ResolvedConfig } from "./resolved_config.ts";
import { readOverrides, type Setting } from "./sources/setting.ts";

export interface NodeConfig {
  readonly nodeId: NodeId;
  readonly roles: Roles;
  /** Null: none. */
  readonly rack: string | null;
  /** What to bind. An empty host is every interface; port 0 is any. */
  readonly listeners: readonly Listener[];
  /** What to tell others, by the same names. An empty host: the address they came in by. */
  readonly advertised: readonly Listener[];
  readonly controllerListenerNames: readonly string[];
  /** On which this node speaks to controllers. */
  readonly controllerProtocol: SecurityProtocol;
  /** Name of the listener among brokers; undefined without that role. */
  readonly interBrokerListener: string | undefined;
  readonly quorum: QuorumConfig;
  /** At least one. */
  readonly logDirs: readonly string[];
  /** One of `logDirs`, or a directory of its own. */
  readonly metadataLogDir: string;
  /** As it was given: a uuid, or a name to be hashed into one. Undefined: not given. */
  readonly clusterId: string | undefined;
  /** Threads that own partitions; undefined: by the number of processors. */
  readonly reactors: number | undefined;
  readonly metricsListener: MetricsListener | undefined;
  readonly fsync: FsyncPolicy;
  readonly logging: Logging;
  /** False: neither file nor environment said anything. */
  readonly isConfigured: boolean;
  /** Everything else, by key. */
  readonly config: ResolvedConfig;
}

export interface NodeConfigSources {
  /** The text of server.properties; absent: there is none. */
  readonly properties?: string | undefined;
  /** How messages call that file. */
  readonly propertiesName?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `key=value` each. */
  readonly overrides: readonly string[];
  /** Whether this process runs in a container: then localhost is worth a warning. */
  readonly insideContainer?: boolean;
}

export interface NodeReading {
  readonly node: NodeConfig;
  /** One line each, to be told once at the start. */
  readonly warnings: readonly string[];
  /** One line each, for debugging. */
  readonly notes: readonly string[];
}

/**
 * Reads and judges the configuration of a node. Throws Fault "configuration" with one line that
 * names the keys, where they come from, and what to do.
 */
export function readNodeConfig(sources: NodeConfigSources): NodeReading {
  const environment = readEnvironment(sources.environment);
  const isConfigured = sources.properties !== undefined ||
    environment.settings.some(({ name }) =>
      Object.hasOwn(BROKER_CONFIGS, name) && !isIgnored(name)
    );
  const { config, warnings, notes } = resolveConfig(gather(sources, environment, isConfigured));
  checkConsistency(config);
  const roles = readRoles(config);
  const id = readNodeId(config);
  const { listeners, advertised, controllerNames, controllerProtocol, interBroker, ...told } =
    readListeners(config, roles, sources.insideContainer);
  const logDirs = readLogDirs(config);
  const node: NodeConfig = {
    nodeId: id,
    roles,
    rack: config.value("broker.rack"),
    listeners,
    advertised,
    controllerListenerNames: controllerNames,
    controllerProtocol,
    interBrokerListener: interBroker,
    quorum: readQuorum(config, { id, roles, mayBeAlone: !isConfigured }),
    logDirs,
    metadataLogDir: config.value("metadata.log.dir") || first(logDirs),
    clusterId: config.value("cluster.id") ?? undefined,
    reactors: config.value("odradek.reactors") ?? undefined,
    metricsListener: readMetricsListener(config, isConfigured),
    fsync: readFsync(config),
    logging: readLogging(config, environment),
    isConfigured,
    config,
  };
  return { node, warnings: [...warnings, ...told.warnings, ...quorumWarnings(config)], notes };
}

/** All sources, the weakest first. */
function gather(
  sources: NodeConfigSources,
  environment: EnvironmentReading,
  isConfigured: boolean,
): Setting[][] {
  const name = sources.propertiesName ?? "server.properties";
  const file = parseProperties(sources.properties ?? "")
    .map((property) => ({ ...property, origin: `${name} line ${property.line}` }));
  const clusterId = environment.clusterId ? [{ ...environment.clusterId, name: "cluster.id" }] : [];
  const variables = [...environment.settings, ...clusterId];
  const overrides = readOverrides(sources.overrides);
  if (!isConfigured) return [variables, unconfigured(overrides)];
  const all = [file, variables, overrides];
  return [...all, containerListeners(all, variables)];
}

function readNodeId(config: ResolvedConfig): NodeId {
  const id = config.value("node.id");
  if (id === undefined) {
    refuseKeys(config, ["node.id"], "it is required; give each node a number of its own");
  }
  return nodeId(id);
}

function readLogDirs(config: ResolvedConfig): readonly string[] {
  const key = config.value("log.dirs") === null ? "log.dir" : "log.dirs";
  const dirs = config.value("log.dirs") ?? config.value("log.dir");
  if (dirs.length === 0 || dirs.includes("")) {
    refuseKeys(config, [key], "a directory without a name; give at least one path");
  }
  const twice = dirs.find((dir, i) => dirs.indexOf(dir) !== i);
  if (twice !== undefined) refuseKeys(config, [key], `${twice} is there twice; name it once`);
  return dirs;
}

function first(dirs: readonly string[]): string {
  const [dir] = dirs;
  assert(dir !== undefined, "There is a log directory");
  return dir;
}
