// What the configuration allows connections. `max.connections` and its kin may change while a node
// runs, for all listeners or for one; the limits of requests may not.

import { Fault } from "@odradek/base";
import type { ResolvedConfig } from "../resolved_config.ts";

/** Of one listener, as it is now. */
export interface ConnectionBounds {
  /** `max.connections` of the node. */
  readonly connectionsMax: number;
  /** `max.connections` of the listener, if it has its own. */
  readonly listenerConnectionsMax: number;
  /** `max.connections.per.ip`, with its overrides. */
  readonly fromAddressMax: (address: string) => number;
  /** `max.connection.creation.rate` of the node, and of the listener. */
  readonly perSecondMax: number;
  readonly listenerPerSecondMax: number;
}

/** The address of a host. Rejects if there is none. */
export type Lookup = (host: string) => Promise<string>;

const OVERRIDES = "max.connections.per.ip.overrides";

/** Of one connection, in bytes and ms: as network's `ConnectionLimits`. */
export function requestLimits(config: ResolvedConfig) {
  return {
    requestBytesMax: config.value("socket.request.max.bytes"),
    unknownBytesMax: config.value("sasl.server.max.receive.size"),
    inFlightBytesMax: config.value("odradek.connection.queued.max.request.bytes"),
    unreadBytesMax: config.value("odradek.connection.queued.max.response.bytes"),
    stalledMsMax: config.value("odradek.connection.stalled.max.ms"),
  };
}

const NO_LIMIT = Number.MAX_SAFE_INTEGER;

export interface ConnectionLimitsOptions {
  /** The newest. */
  readonly config: () => ResolvedConfig;
  /** Absent: names of hosts match no address. */
  readonly lookup?: Lookup | undefined;
  /** A name that was set while the node runs has no address. */
  readonly warn: (message: string, error: unknown) => void;
}

export class ConnectionLimitsReader {
  readonly #options: ConnectionLimitsOptions;
  #read: ResolvedConfig | undefined;
  #overrides: ReadonlyMap<string, number> = new Map();
  #byListener = new Map<string, ConnectionBounds>();

  constructor(options: ConnectionLimitsOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the addresses of all hosts are known that the configuration names. Fault
   * "configuration" if one has none: such a node would not start, as Kafka would not.
   */
  async start(): Promise<void> {
    await this.#follow(this.#options.config());
  }

  /** By the listener's name. */
  of(listener: string): ConnectionBounds {
    const config = this.#options.config();
    if (config !== this.#read) {
      this.#follow(config).catch((error: unknown) => {
        this.#options.warn(`Without effect for now: ${OVERRIDES}`, error);
      });
    }
    const known = this.#byListener.get(listener);
    if (known !== undefined) return known;
    const found = readBounds(config, listener, (address) => this.#overrides.get(address));
    this.#byListener.set(listener, found);
    return found;
  }

  /** Other configuration: those before count until the addresses of what it names are known. */
  async #follow(config: ResolvedConfig): Promise<void> {
    this.#read = config;
    this.#byListener = new Map();
    const overrides = await this.#located(readOverrides(config.value(OVERRIDES)));
    if (this.#read === config) this.#overrides = overrides;
  }

  /** By address. */
  async #located(byHost: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
    const { lookup } = this.#options;
    const byAddress = new Map<string, number>();
    for (const [host, count] of byHost) {
      if (isAddress(host)) byAddress.set(host, count);
      else if (lookup !== undefined) byAddress.set(await addressOf(host, lookup), count);
    }
    return byAddress;
  }
}

async function addressOf(host: string, lookup: Lookup): Promise<string> {
  try {
    return await lookup(host);
  } catch (cause) {
    const message = `Cannot find the address of "${host}", which ${OVERRIDES} names`;
    throw new Fault("configuration", message, { cause });
  }
}

function isAddress(host: string): boolean {
  return host.includes(":") || /^\d+(\.\d+){3}$/.test(host);
}

function readBounds(
  config: ResolvedConfig,
  listener: string,
  override: (address: string) => number | undefined,
): ConnectionBounds {
  const ofAll = config.value("max.connections.per.ip");
  return {
    connectionsMax: config.value("max.connections"),
    listenerConnectionsMax: own(config, listener, "max.connections"),
    fromAddressMax: (address) => override(address) ?? ofAll,
    perSecondMax: config.value("max.connection.creation.rate"),
    listenerPerSecondMax: own(config, listener, "max.connection.creation.rate"),
  };
}

/** What counts for all listeners together is no bound of one of them. */
function own(config: ResolvedConfig, listener: string, name: string): number {
  const { source, value } = config.read(`listener.name.${listener.toLowerCase()}.${name}`);
  return source === "default" ? NO_LIMIT : Number(value);
}

/** `10.0.0.1:100,::1:7,example.org:20`, by host. */
function readOverrides(text: string): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const entry of text.split(",").map((one) => one.trim())) {
    const at = entry.lastIndexOf(":");
    const host = entry.slice(0, Math.max(0, at)).replace(/^\[(.*)\]$/, "$1");
    if (host !== "") all.set(plain(host), Number(entry.slice(at + 1)));
  }
  return all;
}

/** As sockets write it: an address of IPv6 has several forms. */
function plain(host: string): string {
  const url = host.includes(":") ? URL.parse(`http://[${host}]`) : null;
  return url === null ? host : url.hostname.slice(1, -1);
}
