// Addresses as users write them: `host:port,host:port`.

import { type Address, Fault } from "@odradek/base";

const DEFAULT_PORT = 9092;

/**
 * `:9092` is localhost, a host alone has port 9092, brackets stand around an IPv6 host. Fault
 * "configuration" if there is none, or one cannot be read.
 */
export function parseAddresses(text: string): Address[] {
  const parts = text.split(",").map((part) => part.trim()).filter((part) => part !== "");
  if (parts.length === 0) throw new Fault("configuration", "No bootstrap server is given");
  return parts.map(parseAddress);
}

function parseAddress(text: string): Address {
  const match = /^(?:[A-Z_]+:\/\/)?(?:\[([0-9a-fA-F:.%]+)\]|([^\s:[\]]*))(?::(\d+))?$/.exec(text);
  const port = Number(match?.[3] ?? DEFAULT_PORT);
  if (match === null || port < 1 || port > 65535) {
    throw new Fault("configuration", `Cannot use "${text}": an address is host:port`);
  }
  const host = match[1] ?? match[2] ?? "";
  return { host: host === "" ? "localhost" : host, port };
}
