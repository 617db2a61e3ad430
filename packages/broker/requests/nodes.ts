// The brokers as a client sees them: by the addresses of the listener that it came in by.

import type { NodeId } from "@odradek/base";
import type { BrokerImage, ClusterImage } from "@odradek/metadata";
import type { ConnectionFacts } from "@odradek/network";

export interface NodeAddress {
  readonly nodeId: NodeId;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

/** Undefined if the broker is not there, is fenced, or has no such listener. */
export function addressOf(
  image: ClusterImage,
  id: number,
  connection: ConnectionFacts,
): NodeAddress | undefined {
  const broker = image.brokers.get(id as NodeId);
  return broker === undefined || broker.isFenced ? undefined : endpointOf(broker, connection);
}

/** All that are not fenced and have the listener, by id. */
export function liveNodes(image: ClusterImage, connection: ConnectionFacts): NodeAddress[] {
  return [...image.brokers.values()].filter((broker) => !broker.isFenced)
    .map((broker) => endpointOf(broker, connection)).filter((node) => node !== undefined)
    .sort((a, b) => a.nodeId - b.nodeId);
}

export function endpointOf(
  broker: BrokerImage,
  { listener, localHost }: ConnectionFacts,
): NodeAddress | undefined {
  const endpoint = broker.endpoints.find(({ name }) => name === listener);
  if (endpoint === undefined) return undefined;
  // Nothing to advertise was configured: the client has reached this address, so it is one.
  const host = endpoint.host === "" ? localHost : endpoint.host;
  return { nodeId: broker.id, host, port: endpoint.port, rack: broker.rack };
}

export function isAlive(image: ClusterImage, id: number): boolean {
  const broker = image.brokers.get(id as NodeId);
  return broker !== undefined && !broker.isFenced;
}

/** The addresses of some nodes, each once, for answers that send a client to them (KIP-951). */
export function nodeEndpoints(
  ids: readonly number[],
  image: ClusterImage,
  connection: ConnectionFacts,
): NodeAddress[] {
  return [...new Set(ids)].map((id) => addressOf(image, id, connection))
    .filter((node) => node !== undefined);
}
