// What the configuration allows connections, as it is now: `max.connections` and its kin may change
// while a node runs, for all listeners or for one.

import type { ResolvedConfig } from "@odradek/metadata/configs/mod";
import type { ConnectionBounds } from "@odradek/network";

const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** Of one listener, by its name. */
export class ConnectionLimitsReader {
  readonly #config: () => ResolvedConfig;
  #read: ResolvedConfig | undefined;
  #byListener = new Map<string, ConnectionBounds>();

  constructor(config: () => ResolvedConfig) {
    this.#config = config;
  }

  of(listener: string): ConnectionBounds {
    const config = this.#config();
    if (config !== this.#read) {
      this.#read = config;
      this.#byListener = new Map();
    }
    const known = this.#byListener.get(listener);
    if (known !== undefined) return known;
    const found = readBounds(config, listener);
    this.#byListener.set(listener, found);
    return found;
  }
}

function readBounds(config: ResolvedConfig, listener: string): ConnectionBounds {
  const ofAll = config.value("max.connections.per.ip");
  const overrides = readOverrides(config.value("max.connections.per.ip.overrides"));
  return {
    connectionsMax: config.value("max.connections"),
    listenerConnectionsMax: own(config, listener, "max.connections"),
    fromAddressMax: (address) => overrides.get(address) ?? ofAll,
    perSecondMax: config.value("max.connection.creation.rate"),
    listenerPerSecondMax: own(config, listener, "max.connection.creation.rate"),
  };
}

/** What counts for all listeners together is no bound of one of them. */
function own(config: ResolvedConfig, listener: string, name: string): number {
  const { source, value } = config.read(`listener.name.${listener.toLowerCase()}.${name}`);
  return source === "default" ? NO_LIMIT : Number(value);
}

/** `10.0.0.1:100,::1:7`; a name of a host matches no address. */
function readOverrides(text: string): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const entry of text.split(",").map((one) => one.trim())) {
    const at = entry.lastIndexOf(":");
    const host = entry.slice(0, Math.max(0, at)).replace(/^\[(.*)\]$/, "$1");
    if (host !== "") all.set(host, Number(entry.slice(at + 1)));
  }
  return all;
}
