// TCP as the port `Transport`. All sockets of a thread are read into one buffer: what outlives the
// call that hands the bytes on must be copied.

import { lookup } from "node:dns/promises";
import net from "node:net";
import {
  type Address,
  addressText,
  Fault,
  type Lease,
  type Listening,
  type ListenOptions,
  type Receiver,
  type Socket,
  type Transport,
} from "@odradek/base";

const READ_BUFFER_BYTES = 256 * 1024;
/** More than this waiting for a client that does not read: the connection's reading pauses. */
const BACKLOG_BYTES = 64 * 1024;

/** One per thread. */
export function tcpTransport(): Transport {
  // Not a Buffer: `slice` of one is no copy, and what is kept of a read must be one.
  const buffer = new Uint8Array(READ_BUFFER_BYTES);
  return {
    listen: (address, accept, options) => listen({ address, accept, options, buffer }),
    connect: (address, signal) => connect(address, buffer, signal),
  };
}

/** The first address of a host; of IPv4 if it has one, as Java's. Rejects if it has none. */
export async function lookupAddress(host: string): Promise<string> {
  return (await lookup(host, { order: "ipv4first" })).address;
}

interface ListenRequest {
  readonly address: Address;
  readonly accept: (socket: Socket) => void;
  readonly options: ListenOptions | undefined;
  readonly buffer: Uint8Array;
}

function listen({ address, accept, options, buffer }: ListenRequest): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = net.createServer({ pauseOnConnect: true, noDelay: true });
    server.on("connection", (accepted) => accept(adopt(accepted, buffer)));
    server.once("error", (error) => reject(listenFault(address, error)));
    const { shared = false, backlog = 511 } = options ?? {};
    const { port } = address;
    const host = address.host === "" ? "::" : address.host;
    server.listen({ host, port, backlog, exclusive: true, reusePort: shared }, () => {
      const bound = server.address() as net.AddressInfo;
      resolve({
        address: { host: address.host, port: bound.port },
        close: () => new Promise((done) => server.close(() => done())),
      });
    });
  });
}

function listenFault(address: Address, error: NodeJS.ErrnoException): Fault {
  const where = addressText(address);
  if (error.code === "EADDRINUSE") {
    return new Fault("in use", `Cannot listen on ${where}: the port is in use`, { cause: error });
  }
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
    const message = `Cannot listen on ${where}: this machine has no such address`;
    return new Fault("configuration", message, { cause: error });
  }
  const why = error.code === "EACCES" ? "this user may not" : error.code ?? error.message;
  const message = `Cannot listen on ${where}: ${why}`;
  return new Fault("configuration", message, { cause: error });
}

function connect(address: Address, buffer: Uint8Array, signal?: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const made = new TcpSocket();
    const socket = net.connect({
      ...address,
      noDelay: true,
      onread: { buffer, callback: (length) => made.read(buffer, length) },
    });
    const stop = (): void => {
      socket.destroy();
      reject(new Fault("network", `Connecting to ${addressText(address)} was given up`));
    };
    signal?.addEventListener("abort", stop, { once: true });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "ECONNREFUSED" ? "refused" : error.code ?? error.message;
      const message = `Cannot connect to ${addressText(address)}: ${why}`;
      reject(new Fault("network", message, { cause: error }));
    });
    socket.once("connect", () => {
      signal?.removeEventListener("abort", stop);
      resolve(made.attach(socket, address));
    });
  });
}

interface WithHandle {
  _handle: unknown;
  /** Undefined before a socket is connected. */
  readonly bytesWritten: number | undefined;
}

interface SystemHandle {
  readonly bytesWritten: number;
  readonly writeQueueSize: number;
}

/** An accepted socket, made anew over its handle so that it reads into the shared buffer. */
function adopt(accepted: net.Socket, buffer: Uint8Array): Socket {
  const remote = { host: accepted.remoteAddress ?? "", port: accepted.remotePort ?? 0 };
  const made = new TcpSocket();
  const handle = (accepted as unknown as WithHandle)._handle;
  (accepted as unknown as WithHandle)._handle = null;
  // Without its handle nothing of the connection ends, but the server stops counting it.
  accepted.destroy();
  const socket = new net.Socket({
    handle,
    onread: { buffer, callback: (length: number) => made.read(buffer, length) },
    // Node starts reading by itself only what `net.connect` made.
    manualStart: true,
  } as net.SocketConstructorOpts);
  return made.attach(socket, remote);
}

class TcpSocket implements Socket {
  local: Address = { host: "", port: 0 };
  remote: Address = { host: "", port: 0 };
  #socket: net.Socket | undefined;
  #receiver: Receiver | undefined;
  #cause: Error | undefined;
  #hasEnded = false;
  readonly #leases = new Set<Lease>();

  attach(socket: net.Socket, remote: Address): this {
    this.#socket = socket;
    this.local = { host: plainHost(socket.localAddress ?? ""), port: socket.localPort ?? 0 };
    this.remote = { host: plainHost(socket.remoteAddress ?? remote.host), port: remote.port };
    socket.removeAllListeners("error");
    socket.on("error", (error) => (this.#cause ??= error));
    socket.on("end", () => socket.end());
    socket.on("drain", () => this.#receiver?.drained());
    socket.on("close", () => this.#close());
    socket.pause();
    return this;
  }

  /** Called with the shared buffer. Whether to go on reading. */
  read(buffer: Uint8Array, length: number): boolean {
    this.#receiver?.received(buffer.subarray(0, length));
    return true;
  }

  receive(receiver: Receiver): void {
    this.#receiver = receiver;
    if (this.#hasEnded) return receiver.ended(this.#cause);
    this.#socket?.resume();
  }

  write(parts: readonly Uint8Array[], leases: readonly Lease[] = []): boolean {
    const socket = this.#socket;
    if (socket === undefined || socket.destroyed || this.#hasEnded) {
      for (const lease of leases) lease.release();
      return true;
    }
    for (const lease of leases) {
      lease.holder = this;
      this.#leases.add(lease);
    }
    const sent = leases.length === 0 ? undefined : () => this.#release(leases);
    const last = parts.length - 1;
    if (last > 0) socket.cork();
    parts.forEach((part, i) => (i === last ? socket.write(part, sent) : socket.write(part)));
    if (last > 0) socket.uncork();
    return socket.writableLength <= BACKLOG_BYTES;
  }

  get pendingBytes(): number {
    // Nearly always: the system has taken it at once.
    if ((this.#socket?.writableLength ?? 0) === 0) return 0;
    const socket = this.#socket as unknown as WithHandle;
    const handle = socket._handle as SystemHandle | null | undefined;
    if (!handle) return 0;
    // What the stream has, and what the system has not taken yet of what it was handed.
    return (socket.bytesWritten ?? 0) - handle.bytesWritten + handle.writeQueueSize;
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  close(): void {
    this.#socket?.destroySoon();
  }

  destroy(cause?: Error): void {
    this.#cause ??= cause;
    this.#socket?.destroy();
  }

  #release(leases: readonly Lease[]): void {
    for (const lease of leases) {
      if (this.#leases.delete(lease)) lease.release();
    }
  }

  #close(): void {
    this.#hasEnded = true;
    this.#release([...this.#leases]);
    this.#receiver?.ended(this.#cause);
  }
}

/** IPv4 addresses that came in over IPv6 are IPv4 addresses. */
function plainHost(host: string): string {
  return host.startsWith("::ffff:") ? host.slice("::ffff:".length) : host;
}
