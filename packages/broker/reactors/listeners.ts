// The listeners of one reactor, under the bounds that it shares with the others.

import type { Address, Clock, Transport } from "@odradek/base";
import {
  ConnectionLimitsReader,
  type Lookup,
  type NodeConfig,
  requestLimits,
  type ResolvedConfig,
} from "@odradek/metadata/configs/mod";
import { Admission, type Dispatch, Listener, type ThreadBounds } from "@odradek/network";
import type { Logger } from "@odradek/network";

/** A listener of the broker, with the port that is to be bound. */
export interface ListenerPlace {
  readonly name: string;
  readonly securityProtocol: string;
  readonly address: Address;
  /** Other reactors listen there too. */
  readonly shared: boolean;
}

export interface ListenersOptions {
  readonly node: NodeConfig;
  /** The newest. */
  readonly config: () => ResolvedConfig;
  readonly dispatch: Dispatch;
  readonly bounds: ThreadBounds;
  readonly transport: Transport;
  readonly lookup?: Lookup | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How many reactors listen. */
  readonly reactors: number;
}

export class Listeners {
  readonly #options: ListenersOptions;
  readonly #admission: Admission;
  readonly #limits: ConnectionLimitsReader;
  #all: Listener[] = [];

  constructor(options: ListenersOptions) {
    this.#options = options;
    const { bounds, clock, config, node, reactors, logger, lookup } = options;
    const warn = (message: string, err: unknown): void => logger.warn({ err }, message);
    const limits = new ConnectionLimitsReader({ config, lookup, warn });
    this.#limits = limits;
    this.#admission = new Admission({
      bounds,
      clock,
      limits: (listener) => limits.of(listener),
      waitingMax: node.config.value("socket.listen.backlog.size"),
      threads: reactors,
    });
  }

  /** Takes connections from now on. Fault "in use", or "configuration" for an unknown host. */
  async open(places: readonly ListenerPlace[]): Promise<void> {
    await this.#limits.start();
    const { transport, node: { config } } = this.#options;
    const isOne = places.length === 1;
    for (const [index, place] of places.entries()) {
      const { address, shared } = place;
      const listener = this.#listener(place, { index, isOne });
      const backlog = config.value("socket.listen.backlog.size");
      await listener.listen(transport, address, { shared, backlog });
      this.#all.push(listener);
    }
  }

  /** Takes no more connections, and answers what was asked. */
  async close(): Promise<void> {
    await Promise.all(this.#all.map((listener) => listener.close()));
  }

  destroy(): void {
    for (const listener of this.#all) listener.destroy();
    this.#all = [];
  }

  #listener(
    { name, securityProtocol }: ListenerPlace,
    { index, isOne }: { readonly index: number; readonly isOne: boolean },
  ): Listener {
    const { node, dispatch, bounds, clock, logger } = this.#options;
    const { config, interBrokerListener } = node;
    return new Listener({
      name,
      securityProtocol,
      dispatch,
      limits: requestLimits(config),
      idleMsMax: config.value("connections.max.idle.ms"),
      clock,
      logger,
      shared: {
        bounds,
        admission: this.#admission,
        index,
        // As Kafka's: a listener for clients as well is none of the nodes' own.
        isInternal: !isOne && name === interBrokerListener,
      },
    });
  }
}
