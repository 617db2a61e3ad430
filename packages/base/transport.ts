// The port of connections: sockets between nodes and clients, message ports between the threads of
// a node, and simulated ones. Bytes only; frames are made in the network package.

import type { Lease } from "./files.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, with brackets around an IPv6 host. */
export function addressText({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What a socket's owner does with what comes in. */
export interface Receiver {
  /** `bytes` are good during this call only: the buffer they lie in is shared. */
  received(bytes: Uint8Array): void;
  /** What `write` had to hold back has left. */
  drained(): void;
  /** Once, after the last `received`. `cause`: why it broke; undefined: it was closed in order. */
  ended(cause: Error | undefined): void;
}

export interface Socket {
  readonly local: Address;
  readonly remote: Address;
  /** Hands everything that comes to `receiver` from now on. Once. */
  receive(receiver: Receiver): void;
  /**
   * Sends the parts in order. They must not change until they are sent; `leases` end when they
   * are, or with the socket. False: the other side is slow; wait for `drained` before more.
   */
  write(parts: readonly Uint8Array[], leases?: readonly Lease[]): boolean;
  /** Bytes written and not yet taken by the other side or the system. */
  readonly pendingBytes: number;
  /** No more `received` until `resume`. */
  pause(): void;
  resume(): void;
  /** Sends what is pending, then ends. */
  close(): void;
  /** Ends at once. */
  destroy(cause?: Error): void;
}

export interface Listening {
  /** With the port that was really bound. */
  readonly address: Address;
  /** No new connections; those in the accept queue are still handed over. Open ones stay. */
  close(): Promise<void>;
}

export interface ListenOptions {
  /** Several threads may listen on one address, and the system spreads connections over them. */
  readonly shared?: boolean;
  /** Length of the accept queue. */
  readonly backlog?: number;
}

export interface Transport {
  /** Fault "in use" if the address is taken. Each accepted socket waits for its `receive`. */
  listen(
    address: Address,
    accept: (socket: Socket) => void,
    options?: ListenOptions,
  ): Promise<Listening>;
  /** Fault "network" if it is refused, not found, or the signal aborts first. */
  connect(address: Address, signal?: AbortSignal): Promise<Socket>;
}
