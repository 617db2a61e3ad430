// What one connection may use.

import { ANONYMOUS, type ConnectionFacts } from "../context.ts";
import type { Bound } from "./node_bounds.ts";

export interface ConnectionLimits {
  /** Of one request: `socket.request.max.bytes`. */
  readonly requestBytesMax: number;
  /** Of one request of a client that must authenticate first: `sasl.server.max.receive.size`. */
  readonly unknownBytesMax: number;
  /** Of all requests of a connection that are not answered yet. */
  readonly inFlightBytesMax: number;
  /** Of its answers that the client has not read: no request begins while there are more. */
  readonly unreadBytesMax: number;
  /** How long the client may read nothing of them. */
  readonly stalledMsMax: number;
}

/** As the defaults of their keys are. */
export const DEFAULT_LIMITS: Omit<ConnectionLimits, "requestBytesMax"> = {
  unknownBytesMax: 524_288,
  inFlightBytesMax: 16 * 1024 * 1024,
  unreadBytesMax: 64 * 1024,
  stalledMsMax: 600_000,
};

/** Whether its client must authenticate, and has not. */
export function isUnknown({ principal, securityProtocol }: ConnectionFacts): boolean {
  return principal === ANONYMOUS && securityProtocol.startsWith("SASL_");
}

/** Of its next request. */
export function requestBytesMax(facts: ConnectionFacts, limits: ConnectionLimits): number {
  return isUnknown(facts) ? limits.unknownBytesMax : limits.requestBytesMax;
}

/** The key of that. */
export function requestBound(facts: ConnectionFacts): Bound {
  return isUnknown(facts) ? "sasl.server.max.receive.size" : "socket.request.max.bytes";
}
