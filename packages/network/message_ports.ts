// Connections between two threads of a node, over one MessagePort: the port `Socket`. Frames of the
// protocol go over it as over TCP, so that a broker and a controller in one process speak no other
// language than two that are apart.
//
// A MessagePort that is closed cannot be opened again, and a connection whose answer is late must
// end. So a connection is a number: whoever opens gives each the next one, and the other side makes
// a socket when it first hears of it. What comes for a number that has ended is not looked at.

import type { MessagePort } from "node:worker_threads";
import type { Address, Lease, Receiver, Socket } from "@odradek/base";

/** The other side, as its connections name it. */
export const LOCAL: Address = { host: "local", port: 0 };

/** `bytes` null: the connection has ended. */
interface Message {
  readonly connection: number;
  readonly bytes: Uint8Array | null;
}

/** Opens connections, any number of them, to whoever accepts at the port's other end. */
export function portConnector(port: MessagePort): () => Socket {
  const sockets = new PortSockets(port);
  let last = 0;
  return () => sockets.open(++last);
}

/** Accepts what is opened at the port's other end. Once for a port. */
export function acceptOnPort(port: MessagePort, accept: (socket: Socket) => void): void {
  new PortSockets(port).accept(accept);
}

/** One side's connections over a port. */
class PortSockets {
  readonly #port: MessagePort;
  readonly #open = new Map<number, PortSocket>();
  #accept: ((socket: Socket) => void) | undefined;
  /** Of those that were accepted. */
  #newest = 0;
  #isClosed = false;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on("message", ({ connection, bytes }: Message) => this.#take(connection, bytes));
    port.on("close", () => {
      this.#isClosed = true;
      for (const socket of this.#open.values()) socket.endFromAfar();
    });
  }

  accept(accept: (socket: Socket) => void): void {
    this.#accept = accept;
  }

  open(connection: number): PortSocket {
    const socket = new PortSocket({
      send: (bytes) => this.#port.postMessage({ connection, bytes }, [bytes.buffer as ArrayBuffer]),
      end: () => this.#port.postMessage({ connection, bytes: null }),
      ended: () => this.#open.delete(connection),
    });
    this.#open.set(connection, socket);
    if (this.#isClosed) socket.endFromAfar();
    return socket;
  }

  #take(connection: number, bytes: Uint8Array | null): void {
    const socket = this.#open.get(connection) ?? this.#acceptNew(connection);
    if (bytes === null) socket?.endFromAfar();
    else socket?.arrive(bytes);
  }

  #acceptNew(connection: number): PortSocket | undefined {
    if (this.#accept === undefined || connection <= this.#newest) return undefined;
    this.#newest = connection;
    const socket = this.open(connection);
    this.#accept(socket);
    return socket;
  }
}

interface Way {
  send(bytes: Uint8Array): void;
  end(): void;
  ended(): void;
}

class PortSocket implements Socket {
  readonly local: Address = LOCAL;
  readonly remote: Address = LOCAL;
  readonly pendingBytes = 0;
  readonly #way: Way;
  #receiver: Receiver | undefined;
  #isPaused = false;
  #isEnding = false;
  #hasEnded = false;
  readonly #held: Uint8Array[] = [];

  constructor(way: Way) {
    this.#way = way;
  }

  receive(receiver: Receiver): void {
    this.#receiver = receiver;
    this.#hand();
  }

  write(parts: readonly Uint8Array[], leases: readonly Lease[] = []): boolean {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    for (const lease of leases) lease.release();
    if (!this.#isEnding) this.#way.send(bytes);
    return true;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#hand();
  }

  close(): void {
    this.destroy();
  }

  /** What was written before has left. */
  destroy(cause?: Error): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#way.end();
    // As with other sockets, whoever ends it is told in a turn of its own.
    queueMicrotask(() => this.#end(cause));
  }

  arrive(bytes: Uint8Array): void {
    this.#held.push(bytes);
    this.#hand();
  }

  endFromAfar(): void {
    this.#isEnding = true;
    queueMicrotask(() => this.#end(undefined));
  }

  #hand(): void {
    while (!this.#isPaused && !this.#hasEnded && this.#receiver !== undefined) {
      const bytes = this.#held.shift();
      if (bytes === undefined) return;
      this.#receiver.received(bytes);
    }
  }

  #end(cause: Error | undefined): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#way.ended();
    this.#receiver?.ended(cause);
  }
}
