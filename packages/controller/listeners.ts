// The listeners of a node's replica of the quorum, under bounds of their own: what clients take of
// a broker in the same process leaves its controller as much as before. The other threads of the
// process reach it past all bounds.

import type { Clock, Socket, Transport } from "@odradek/base";
import {
  ConnectionLimitsReader,
  type Lookup,
  type NodeConfig,
  requestLimits,
  type ResolvedConfig,
} from "@odradek/metadata/configs/mod";
import { Admission, type Dispatch, Listener, NodeBounds, ThreadBounds } from "@odradek/network";
import type { Logger } from "@odradek/network";
import type { ControllerPlace } from "./quorum_parts.ts";

export interface ControllerListenersOptions {
  readonly node: NodeConfig;
  /** The newest. */
  readonly config: () => ResolvedConfig;
  /** Of requests that come over the network, and of those of this process. */
  readonly dispatch: Dispatch;
  readonly localDispatch: Dispatch;
  /** Absent: there is no bound on what all connections use together. */
  readonly bounds?: NodeBounds | undefined;
  readonly transport: Transport;
  readonly lookup?: Lookup | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class ControllerListeners {
  readonly #options: ControllerListenersOptions;
  readonly #limits: ConnectionLimitsReader;
  readonly #bounds: ThreadBounds;
  readonly #admission: Admission;
  readonly #local: Listener;
  readonly #all: Listener[] = [];

  constructor(options: ControllerListenersOptions) {
    this.#options = options;
    const { node, config, bounds = NodeBounds.of(), lookup, clock, logger } = options;
    const warn = (message: string, err: unknown): void => logger.warn({ err }, message);
    this.#limits = new ConnectionLimitsReader({ config, lookup, warn });
    this.#bounds = new ThreadBounds(clock, logger, bounds);
    this.#admission = new Admission({
      bounds: this.#bounds,
      clock,
      limits: (listener) => this.#limits.of(listener),
      waitingMax: node.config.value("socket.listen.backlog.size"),
      threads: 1,
    });
    this.#local = new Listener({
      ...this.#common({ name: "local", securityProtocol: "PLAINTEXT" }),
      dispatch: options.localDispatch,
    });
  }

  /** Takes connections from now on. Fault "in use", or "configuration" for an unknown host. */
  async open(places: readonly ControllerPlace[]): Promise<void> {
    const { transport, dispatch, node: { config } } = this.#options;
    await this.#limits.start();
    const backlog = config.value("socket.listen.backlog.size");
    for (const [index, place] of places.entries()) {
      const shared = { bounds: this.#bounds, admission: this.#admission, index, isInternal: false };
      const listener = new Listener({ ...this.#common(place), dispatch, shared });
      await listener.listen(transport, place.address, { backlog });
      this.#all.push(listener);
    }
  }

  /** A connection from another thread of this process. */
  accept(socket: Socket): void {
    this.#local.accept(socket);
  }

  /** Takes no more connections, and answers what was asked. */
  async close(): Promise<void> {
    for (const listener of this.#all) await listener.close();
  }

  destroy(): void {
    for (const listener of [this.#local, ...this.#all]) listener.destroy();
  }

  #common({ name, securityProtocol }: Pick<ControllerPlace, "name" | "securityProtocol">) {
    const { node: { config }, clock, logger } = this.#options;
    const idleMsMax = config.value("connections.max.idle.ms");
    return { name, securityProtocol, limits: requestLimits(config), idleMsMax, clock, logger };
  }
}
