// A listener: accepts sockets and makes connections of them, within the limits of the node, and
// ends those whose clients are silent, do not read, or keep others waiting.

import {
  type Address,
  type Clock,
  type Listening,
  type ListenOptions,
  type Socket,
  type Timer,
  type Transport,
} from "@odradek/base";
import type { Admission, Entrance } from "./bounds/admission.ts";
import { sweepHeld, sweepSilent } from "./bounds/sweep.ts";
import { ThreadBounds } from "./bounds/thread_bounds.ts";
import { type ConnectionLimits, DEFAULT_LIMITS } from "./bounds/connection_limits.ts";
import type { Logger } from "./logging.ts";
import { Connection } from "./connection.ts";
import { ANONYMOUS } from "./context.ts";
import type { Dispatch } from "./dispatch.ts";
import { SpareBuffers } from "./frames.ts";

export interface ListenerOptions {
  /** As in `listeners`: PLAINTEXT, CONTROLLER. */
  readonly name: string;
  readonly securityProtocol: string;
  readonly dispatch: Dispatch;
  /** What is absent is as the defaults of its key are. */
  readonly limits: Partial<ConnectionLimits> & Pick<ConnectionLimits, "requestBytesMax">;
  /** `connections.max.idle.ms`; connections that wait for an answer are not idle. */
  readonly idleMsMax: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What this thread shares with the node. Absent: nothing, and nobody is turned away. */
  readonly shared?: ListenerShare;
}

export interface ListenerShare {
  readonly bounds: ThreadBounds;
  readonly admission: Admission;
  /** Number of the listener in this node. */
  readonly index: number;
  /** Only other nodes connect here. */
  readonly isInternal: boolean;
}

const CHECK_MS = 1000;
/** Silence and stalls are looked for at most every so many ms. */
const SILENCE_CHECK_MS = 10_000;

export class Listener implements Entrance {
  readonly #options: ListenerOptions;
  readonly #connections = new Set<Connection>();
  readonly #spares = new SpareBuffers();
  readonly #limits: ConnectionLimits;
  readonly #bounds: ThreadBounds;
  #unwatch: (() => void) | undefined;
  #listening: Listening | undefined;
  #check: Timer | undefined;
  #nextId = 1;

  constructor(options: ListenerOptions) {
    this.#options = options;
    const { limits, clock, logger, shared } = options;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#bounds = shared?.bounds ?? new ThreadBounds(clock, logger);
    shared?.admission.add(this);
  }

  get name(): string {
    return this.#options.name;
  }

  get index(): number {
    return this.#options.shared?.index ?? 0;
  }

  get isInternal(): boolean {
    return this.#options.shared?.isInternal ?? true;
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
    this.#checkAgain(0);
    this.#unwatch = this.#bounds.bytes.watch(() => {
      for (const connection of this.#connections) connection.pace();
    });
    return this.#listening.address;
  }

  /** A socket that came in, by the address listened on or by another way. */
  accept(socket: Socket): void {
    const { shared } = this.#options;
    if (shared === undefined) this.admit(socket);
    else shared.admission.ask(this, socket);
  }

  admit(socket: Socket): void {
    const { name, securityProtocol, dispatch, clock, logger } = this.#options;
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
      limits: this.#limits,
      bounds: this.#bounds,
      spares: this.#spares,
      clock,
      logger,
      ended: (one) => this.#ended(one),
    });
    this.#connections.add(connection);
    const { shared } = this.#options;
    if (shared !== undefined) dispatch.counters.opened(shared.index);
    if (connection.hasEnded) this.#ended(connection);
  }

  closeOldest(): boolean {
    let oldest: Connection | undefined;
    for (const one of this.#connections) {
      if (oldest === undefined || one.lastActiveMs < oldest.lastActiveMs) oldest = one;
    }
    if (oldest === undefined) return false;
    // Its socket may take a turn to end.
    this.#ended(oldest);
    oldest.destroy();
    return true;
  }

  #ended(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    const { shared, dispatch } = this.#options;
    if (shared === undefined) return;
    dispatch.counters.closed(shared.index);
    shared.admission.left(this, connection.facts.clientAddress);
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Accepts no more, answers what was read, and ends the connections. */
  async close(): Promise<void> {
    this.#check?.cancel();
    this.#unwatch?.();
    this.#options.shared?.admission.close(this);
    await this.#listening?.close();
    for (const connection of this.#connections) connection.close();
  }

  /** Ends the connections at once. */
  destroy(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  /** `sinceMs`: for how long nobody has looked for silence. */
  #checkAgain(sinceMs: number): void {
    const { clock, idleMsMax } = this.#options;
    const { stalledMsMax } = this.#limits;
    const silenceMs = Math.min(SILENCE_CHECK_MS, idleMsMax, stalledMsMax);
    const waitMs = Math.min(CHECK_MS, silenceMs);
    this.#check = clock.schedule(waitMs, () => {
      const swept = {
        connections: this.#connections,
        bounds: this.#bounds,
        nowMs: clock.monotonic(),
      };
      this.#options.shared?.admission.trim(this);
      if (this.#bounds.bytes.level !== "free") sweepHeld(swept);
      const isDue = sinceMs + waitMs >= silenceMs;
      if (isDue) sweepSilent(swept, { idleMsMax, stalledMsMax });
      this.#checkAgain(isDue ? 0 : sinceMs + waitMs);
    });
  }
}
