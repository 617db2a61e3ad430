// A listener: accepts sockets and makes connections of them, within the limits of the node, and
// closes those that are silent for too long.

import {
  type Address,
  type Clock,
  type Listening,
  type ListenOptions,
  type Socket,
  type Timer,
  type Transport,
} from "@odradek/base";
import type { Logger } from "./logging.ts";
import { Connection, type ConnectionLimits } from "./connection.ts";
import { ANONYMOUS } from "./context.ts";
import type { Dispatch } from "./dispatch.ts";
import { SpareBuffers } from "./frames.ts";

export interface ListenerOptions {
  /** As in `listeners`: PLAINTEXT, CONTROLLER. */
  readonly name: string;
  readonly securityProtocol: string;
  readonly dispatch: Dispatch;
  readonly limits: ConnectionLimits;
  /** `connections.max.idle.ms`; connections that wait for an answer are not idle. */
  readonly idleMsMax: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

const IDLE_CHECK_MS = 10_000;

export class Listener {
  readonly #options: ListenerOptions;
  readonly #connections = new Set<Connection>();
  readonly #spares = new SpareBuffers();
  #listening: Listening | undefined;
  #idleCheck: Timer | undefined;
  #nextId = 1;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Where it listens, with the port that was really bound. Fault "in use". */
  async listen(
    transport: Transport,
    address: Address,
    options: ListenOptions = {},
  ): Promise<Address> {
    this.#listening = await transport.listen(
      address,
      (socket) => this.accept(socket),
      options,
    );
    this.#checkIdle();
    return this.#listening.address;
  }

  /** A socket that came in, by the address listened on or by another way. */
  accept(socket: Socket): void {
    const { name, securityProtocol, dispatch, limits, clock, logger } = this.#options;
    const connection = new Connection(socket, {
      facts: {
        id: this.#nextId++,
        listener: name,
        securityProtocol,
        clientAddress: socket.remote.host,
        localHost: socket.local.host,
        principal: ANONYMOUS,
        software: undefined,
      },
      dispatch,
      limits,
      spares: this.#spares,
      clock,
      logger,
      ended: (one) => this.#connections.delete(one),
    });
    this.#connections.add(connection);
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Accepts no more, answers what was read, and ends the connections. */
  async close(): Promise<void> {
    this.#idleCheck?.cancel();
    await this.#listening?.close();
    for (const connection of this.#connections) connection.close();
  }

  /** Ends the connections at once. */
  destroy(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  #checkIdle(): void {
    const { clock, idleMsMax } = this.#options;
    this.#idleCheck = clock.schedule(Math.min(IDLE_CHECK_MS, idleMsMax), () => {
      const oldest = clock.monotonic() - idleMsMax;
      for (const connection of this.#connections) {
        if (connection.isIdle && connection.lastActiveMs < oldest) {
          connection.close();
        }
      }
      this.#checkIdle();
    });
  }
}
