// The listeners of a node: what it binds, what it advertises, which protocol each name stands for,
// and which one brokers use among themselves. The rules are Kafka's (KIP-103, KIP-631).

import { addressText } from "@odradek/base";
import type { BrokerConfigName } from "../catalogue.ts";
import { isUnbuiltProtocol, PLAINTEXT_REMEDY } from "../not_built_yet.ts";
import type { ResolvedConfig } from "../resolved_config.ts";
import {
  ipVersion,
  isLoopback,
  isWildcard,
  type NamedAddress,
  parseNamedAddress,
} from "./endpoints.ts";
import { refuseKeys } from "./refuse.ts";
import type { Roles } from "./roles.ts";

export type SecurityProtocol = "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL";

const PROTOCOLS: readonly string[] = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"];

const CONTROLLER_NAMES = "controller.listener.names";

/** An address that is listened on. With port 0 the system chooses one. */
export interface Listener extends NamedAddress {
  readonly protocol: SecurityProtocol;
  /** Whether controllers speak on it; else clients and brokers. */
  readonly isController: boolean;
}

export interface Listeners {
  readonly listeners: readonly Listener[];
  /**
   * What others are told, by the same names. An empty host: the local address of the connection
   * that asks. Port 0: the port that was bound.
   */
  readonly advertised: readonly Listener[];
  /** In the order of the configuration; brokers use the first. */
  readonly controllerNames: readonly string[];
  /** The protocol on which this node speaks to controllers. */
  readonly controllerProtocol: SecurityProtocol;
  /** The listener on which brokers speak to each other; undefined without that role. */
  readonly interBroker: string | undefined;
  readonly warnings: readonly string[];
}

/** Reads and judges all keys of listeners. Throws Fault "configuration". */
export function readListeners(
  config: ResolvedConfig,
  roles: Roles,
  insideContainer = false,
): Listeners {
  const controllerNames = (config.value(CONTROLLER_NAMES) ?? [])
    .map((name) => name.toUpperCase());
  if (controllerNames.length === 0) refuseMissingNames(config, roles);
  const bound = readAddresses(config, "listeners");
  const protocols = readProtocols(config, controllerNames, bound);
  const toListener = (address: NamedAddress): Listener => ({
    ...address,
    protocol: protocolOf(config, address.name, protocols),
    isController: controllerNames.includes(address.name),
  });
  const listeners = bound.map(toListener);
  checkNames(config, "listeners", listeners);
  checkPorts(config, listeners);
  checkRoles(config, { roles, listeners, controllerNames });
  const advertised = readAdvertised(config, listeners);
  return {
    listeners,
    advertised,
    controllerNames,
    controllerProtocol: protocolOf(config, controllerNames[0] ?? "", protocols),
    interBroker: roles.broker ? readInterBroker(config, advertised) : undefined,
    warnings: warningsOf(advertised, insideContainer),
  };
}

function readAddresses(config: ResolvedConfig, key: BrokerConfigName): NamedAddress[] {
  const texts = (config.value(key) ?? []) as readonly string[];
  if (texts.length === 0) refuseKeys(config, [key], "it is empty; give NAME://host:port");
  return texts.map((text) =>
    parseNamedAddress(text) ??
      refuseKeys(config, [key], `"${text}" is not of the form NAME://host:port`)
  );
}

/** Protocols by listener. Those of controllers default to PLAINTEXT if nothing is secured. */
function readProtocols(
  config: ResolvedConfig,
  controllerNames: readonly string[],
  bound: readonly NamedAddress[],
): ReadonlyMap<string, SecurityProtocol> {
  const key = "listener.security.protocol.map";
  const entries = config.value(key).split(",").map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  const protocols = new Map(entries.map((entry) => {
    const [, name = "", protocol = ""] = /^([^:]+):([^:]+)$/.exec(entry) ?? [];
    const known = protocol.trim().toUpperCase();
    if (!PROTOCOLS.includes(known)) {
      const why = `"${entry}" is not NAME:PROTOCOL`;
      refuseKeys(config, [key], `${why}; protocols are ${PROTOCOLS.join(", ")}`);
    }
    return [name.trim().toUpperCase(), known as SecurityProtocol];
  }));
  const isSecured = bound.some(({ name }) => name !== "PLAINTEXT" && PROTOCOLS.includes(name));
  if (config.isSet(key) || isSecured) return protocols;
  for (const name of controllerNames) {
    if (!PROTOCOLS.includes(name)) protocols.set(name, "PLAINTEXT");
  }
  return protocols;
}

function protocolOf(
  config: ResolvedConfig,
  name: string,
  protocols: ReadonlyMap<string, SecurityProtocol>,
): SecurityProtocol {
  const key = "listener.security.protocol.map";
  const protocol = protocols.get(name);
  if (protocol === undefined) {
    refuseKeys(config, [key], `listener ${name} is missing in it; add ${name}:PLAINTEXT`);
  }
  if (isUnbuiltProtocol(protocol)) {
    const part = protocol.startsWith("SASL") ? "SASL" : "TLS";
    const why = `listener ${name} is ${protocol}, and ${part} is not built yet`;
    refuseKeys(config, ["listeners", key], `${why}; ${PLAINTEXT_REMEDY}`);
  }
  return protocol;
}

function checkNames(
  config: ResolvedConfig,
  key: BrokerConfigName,
  addresses: readonly NamedAddress[],
): void {
  const twice = addresses.find(({ name }, i) => addresses.some((a, j) => j < i && a.name === name));
  if (twice === undefined) return;
  refuseKeys(config, [key], `the name ${twice.name} is there twice; give each listener its own`);
}

/** Ports differ, but an address of IPv4 and one of IPv6 may share one. */
function checkPorts(config: ResolvedConfig, listeners: readonly Listener[]): void {
  for (const [i, one] of listeners.entries()) {
    const other = listeners.find((a, j) => j < i && a.port === one.port && a.port !== 0);
    if (other === undefined) continue;
    const versions = [ipVersion(one.host), ipVersion(other.host)];
    if (versions.includes(4) && versions.includes(6)) continue;
    const why = `${other.name} and ${one.name} share port ${one.port}; give each its own`;
    refuseKeys(config, ["listeners"], why);
  }
}

function refuseMissingNames(config: ResolvedConfig, roles: Roles): never {
  const remedy = roles.controller
    ? "name the one of `listeners` that controllers use, say CONTROLLER"
    : "name the listener that the controllers use, say CONTROLLER";
  refuseKeys(config, [CONTROLLER_NAMES], `it is required; ${remedy}`);
}

interface Shape {
  readonly roles: Roles;
  readonly listeners: readonly Listener[];
  readonly controllerNames: readonly string[];
}

/** Which kinds of listeners the roles need and forbid (KIP-631). */
function checkRoles(config: ResolvedConfig, { roles, listeners, controllerNames }: Shape): void {
  const [controllers, clients] = [true, false].map((is) =>
    listeners.filter(({ isController }) => isController === is)
  );
  const first = controllerNames[0];
  if (roles.controller && controllers?.length === 0) {
    const why = `no listener is called ${controllerNames.join(" or ")}`;
    const remedy = `add ${first}://:9093 to listeners`;
    refuseKeys(config, ["listeners", CONTROLLER_NAMES], `${why}; ${remedy}`);
  }
  if (!roles.controller && controllers?.[0]) {
    const why = `a broker alone opens no listener of controllers`;
    refuseKeys(config, ["process.roles", "listeners"], `${why}; remove ${controllers[0].name}`);
  }
  if (!roles.broker && clients?.[0]) {
    const why = `a controller alone opens no listener of clients`;
    refuseKeys(config, ["process.roles", "listeners"], `${why}; remove ${clients[0].name}`);
  }
  if (roles.broker && clients?.length === 0) {
    refuseKeys(config, ["listeners"], "a broker needs one for clients; add PLAINTEXT://:9092");
  }
}

function readAdvertised(config: ResolvedConfig, listeners: readonly Listener[]): Listener[] {
  const key = "advertised.listeners";
  const explicit = config.value(key) === null ? [] : readAddresses(config, key);
  checkNames(config, key, explicit);
  for (const { name, host } of explicit) {
    if (!listeners.some((listener) => listener.name === name)) {
      const known = listeners.map((listener) => listener.name).join(", ");
      refuseKeys(config, [key, "listeners"], `${name} is no listener; those are ${known}`);
    }
    if (host !== "" && isWildcard(host)) {
      const why = "nobody can connect to an address that stands for all";
      refuseKeys(config, [key], `${why}; give the name or address of this machine`);
    }
  }
  // Each listener is told as it is unless it is named; with names given, clients learn those alone.
  return listeners.flatMap((listener) => {
    const told = explicit.find(({ name }) => name === listener.name);
    if (told !== undefined) return { ...listener, host: told.host, port: told.port };
    if (explicit.length > 0 && !listener.isController) return [];
    return { ...listener, host: isWildcard(listener.host) ? "" : listener.host };
  });
}

/** By name, else the listener named like the protocol, else the only one that speaks it. */
function readInterBroker(config: ResolvedConfig, advertised: readonly Listener[]): string {
  const [nameKey, protocolKey] = ["inter.broker.listener.name", "security.inter.broker.protocol"] as
    const;
  const clients = advertised.filter(({ isController }) => !isController);
  const known = clients.map(({ name }) => name).join(", ");
  const given = config.value(nameKey)?.toUpperCase();
  if (given !== undefined) {
    if (config.isSet(protocolKey)) {
      refuseKeys(config, [nameKey, protocolKey], `one of the two counts; remove ${protocolKey}`);
    }
    if (clients.some(({ name }) => name === given)) return given;
    const why = "brokers can only use a listener that is advertised and not for controllers";
    refuseKeys(config, [nameKey], `${why}; those are ${known}`);
  }
  const protocol = config.value(protocolKey);
  const speaking = clients.filter((listener) => listener.protocol === protocol);
  const found = speaking.find(({ name }) => name === protocol) ??
    (speaking.length === 1 ? speaking[0] : undefined);
  if (found !== undefined) return found.name;
  const why = "it is not clear which listener brokers use among themselves";
  refuseKeys(config, ["listeners", nameKey], `${why}; set ${nameKey} to one of ${known}`);
}

/** Of localhost only where no other listener helps: beside one, it is for clients on the host. */
function warningsOf(advertised: readonly Listener[], insideContainer: boolean): string[] {
  const clients = advertised.filter(({ isController }) => !isController);
  const isUseless = insideContainer && clients.every(({ host }) => isLoopback(host));
  return clients.filter(({ host }) => isUseless || host === "").map((listener) => {
    const text = `Listener ${listener.name}://${addressText(listener)}`;
    return listener.host === ""
      ? `${text} is bound to all interfaces and not advertised: clients are told the address ` +
        "that they came in by; set advertised.listeners if they cannot use it"
      : `${text} is advertised from inside a container: other containers and machines cannot use ` +
        "it; set advertised.listeners to a name that they know";
  });
}
