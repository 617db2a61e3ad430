// A connection that costs its client next to nothing: whole frames go out as they are, and of what
// comes in only the heads of the frames are looked at. Answers come in the order of the requests.

import { once } from "node:events";
import net from "node:net";
import type { Address } from "@odradek/base";

/** What a connection's owner does with what comes in. */
export interface AnswerTaker {
  /** `head`: the first bytes after the size, good during the call only. */
  answered(head: DataView, sizeBytes: number): void;
  /** Everything that was read at once has been handed on. */
  caughtUp(): void;
  /** The other side is gone. Not after `close`. */
  broken(error: Error): void;
}

const SIZE_BYTES = 4;
/** Longer than whatever is looked at in an answer. */
const HEAD_BYTES = 512;

/** One for all: it is worked off before the next read. */
const shared = new Uint8Array(256 * 1024);

export class RawConnection {
  readonly #socket: net.Socket;
  readonly #taker: AnswerTaker;
  readonly #head = new Uint8Array(HEAD_BYTES);
  readonly #headView = new DataView(this.#head.buffer);
  #isClosed = false;
  /** Of the frame that is coming; -1: its size is still coming. */
  #frameBytes = -1;
  /** Bytes of the size, or of the frame, that have come. */
  #come = 0;
  #size = 0;

  private constructor(address: Address, taker: AnswerTaker) {
    this.#taker = taker;
    this.#socket = net.connect({
      ...address,
      noDelay: true,
      onread: { buffer: shared, callback: (length) => this.#read(length) },
    });
  }

  static async open(address: Address, taker: AnswerTaker): Promise<RawConnection> {
    const connection = new RawConnection(address, taker);
    const socket = connection.#socket;
    await once(socket, "connect");
    socket.on("error", (error) => connection.#broken(error));
    socket.on("close", () => connection.#broken(new Error("The broker closed a connection")));
    return connection;
  }

  /** The frame must not change before it is answered. */
  send(frame: Uint8Array): void {
    this.#socket.write(frame);
  }

  /** What is sent until `uncork` leaves together. */
  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #broken(error: Error): void {
    if (this.#isClosed) return;
    this.close();
    this.#taker.broken(error);
  }

  #read(length: number): boolean {
    for (let at = 0; at < length && !this.#isClosed;) {
      at = this.#frameBytes < 0 ? this.#readSize(at) : this.#readFrame(at, length);
    }
    if (!this.#isClosed) this.#taker.caughtUp();
    return true;
  }

  #readSize(at: number): number {
    this.#size = (this.#size << 8) | (shared[at] as number);
    if (++this.#come === SIZE_BYTES) {
      this.#frameBytes = this.#size;
      this.#come = 0;
      this.#size = 0;
    }
    return at + 1;
  }

  #readFrame(at: number, length: number): number {
    const end = Math.min(length, at + this.#frameBytes - this.#come);
    if (this.#come < HEAD_BYTES) {
      this.#head.set(shared.subarray(at, Math.min(end, at + HEAD_BYTES - this.#come)), this.#come);
    }
    this.#come += end - at;
    if (this.#come === this.#frameBytes) {
      const size = this.#frameBytes;
      this.#frameBytes = -1;
      this.#come = 0;
      this.#taker.answered(this.#headView, size);
    }
    return end;
  }
}
