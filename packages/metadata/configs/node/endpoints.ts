// Texts of addresses: `NAME://host:port`, `host:port`, `id@host:port`.

import type { Address, NodeId } from "@odradek/base";
import { nodeId } from "@odradek/base";

/** `NAME://host:port`. The name is in capitals. An empty host is every interface. */
export interface NamedAddress extends Address {
  readonly name: string;
}

/** A voter of a quorum with fixed voters. */
export interface StaticVoter extends Address {
  readonly id: NodeId;
}

/** Undefined if the text has not this form. Brackets around an IPv6 host are taken off. */
export function parseNamedAddress(text: string): NamedAddress | undefined {
  const [, name, rest] = /^([A-Za-z0-9_-]+):\/\/(.*)$/.exec(text) ?? [];
  const address = rest === undefined ? undefined : parseAddress(rest);
  return name && address ? { name: name.toUpperCase(), ...address } : undefined;
}

/** Undefined if the text is not `host:port` with a port up to 65535. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([0-9a-fA-F:.%a-zA-Z]*)\]|([0-9a-zA-Z\-%._:]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) return undefined;
  return { host: match[1] ?? match[2] ?? "", port };
}

/** Undefined if the text is not `id@host:port` with a host. */
export function parseVoter(text: string): StaticVoter | undefined {
  const [, id, rest] = /^(\d{1,10})@(.+)$/.exec(text) ?? [];
  const address = rest === undefined ? undefined : parseAddress(rest);
  if (id === undefined || address === undefined || address.host === "") return undefined;
  return { id: nodeId(Number(id)), ...address };
}

/** Whether a host stands for every interface. */
export function isWildcard(host: string): boolean {
  return host === "" || host === "0.0.0.0" || /^(0*:)*:?0*$/.test(host);
}

/** Whether a host is this machine alone. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === "localhost" || host === "::1" || /^127\./.test(host);
}

/** Whether a host is an address of IPv4 (4), of IPv6 (6), or a name (undefined). */
export function ipVersion(host: string): 4 | 6 | undefined {
  if (host.includes(":")) return 6;
  return /^\d+\.\d+\.\d+\.\d+$/.test(host) ? 4 : undefined;
}
