// Where a node listens: each address tried before anything else is started, so that a port in use
// is an error in words, and nothing half-started is left behind.

import { type Address, Fault, type Transport } from "@odradek/base";
import type { ListenerPlace } from "@odradek/broker";
import type { ControllerPlace } from "@odradek/controller";
import type { Listener, NodeConfig } from "@odradek/metadata/configs/mod";

export interface Places {
  readonly brokers: readonly ListenerPlace[];
  readonly controllers: readonly ControllerPlace[];
  /** What is told to clients, by listener. */
  readonly advertised: readonly (Listener & { readonly port: number })[];
}

/**
 * Tries every address and lets it go again: without the option that lets several threads share it,
 * so that another node of the same user is noticed too. Fault with the remedy if one cannot be had.
 */
export async function findPlaces(
  node: NodeConfig,
  transport: Transport,
  reactors: number,
): Promise<Places> {
  const bound = new Map<string, Address>();
  for (const listener of node.listeners) {
    bound.set(listener.name, await tryAddress(transport, listener));
  }
  const advertisedPort = ({ name, port }: Listener): number =>
    port === 0 ? bound.get(name)?.port ?? 0 : port;
  const advertised = node.advertised.map((one) => ({ ...one, port: advertisedPort(one) }));
  const place = ({ name, protocol }: Listener) => ({
    name,
    securityProtocol: protocol,
    address: bound.get(name) as Address,
  });
  return {
    brokers: node.listeners.filter((one) => !one.isController)
      .map((one) => ({ ...place(one), shared: reactors > 1 })),
    controllers: node.listeners.filter((one) => one.isController).map((one) => ({
      ...place(one),
      advertised: advertised.find(({ name }) => name === one.name) ??
        (bound.get(one.name) as Address),
    })),
    advertised: advertised.filter((one) => !one.isController),
  };
}

async function tryAddress(transport: Transport, { name, host, port }: Listener): Promise<Address> {
  try {
    const listening = await transport.listen({ host, port }, (socket) => socket.destroy());
    await listening.close();
    return listening.address;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const free = error.kind === "in use" ? "stop what listens there, or " : "";
    const what = `${error.message} (listener ${name}); ${free}give another one with listeners`;
    throw new Fault(error.kind, what, { cause: error });
  }
}
