// A connection between two threads of a node: the port `Socket` over a MessagePort. Frames of the
// protocol go over it as over TCP, so that a broker and a controller in one process speak no other
// language than two that are apart.

import type { MessagePort } from "node:worker_threads";
import type { Address, Lease, Receiver, Socket } from "@odradek/base";

/** The other side, as its connections name it. */
export const LOCAL: Address = { host: "local", port: 0 };

export function portSocket(port: MessagePort): Socket {
  return new PortSocket(port);
}

class PortSocket implements Socket {
  readonly local: Address = LOCAL;
  readonly remote: Address = LOCAL;
  readonly pendingBytes = 0;
  readonly #port: MessagePort;
  #receiver: Receiver | undefined;
  #isPaused = false;
  readonly #held: Uint8Array[] = [];

  constructor(port: MessagePort) {
    this.#port = port;
  }

  receive(receiver: Receiver): void {
    this.#receiver = receiver;
    this.#port.on("message", (bytes: Uint8Array) => {
      if (this.#isPaused) this.#held.push(bytes);
      else receiver.received(bytes);
    });
    this.#port.on("close", () => receiver.ended(undefined));
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
    this.#port.postMessage(bytes, [bytes.buffer]);
    return true;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    while (!this.#isPaused) {
      const bytes = this.#held.shift();
      if (bytes === undefined) return;
      this.#receiver?.received(bytes);
    }
  }

  close(): void {
    this.#port.close();
  }

  destroy(): void {
    this.#port.close();
  }
}
