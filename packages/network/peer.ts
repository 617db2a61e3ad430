// The client's end of a connection: requests out, answers in, in the order of the requests.

import { type Clock, Fault, reason, type Receiver, type Socket, type Timer } from "@odradek/base";
import { RequestHeader, ResponseHeader } from "@odradek/protocol/header";
import type { AnyApi, RequestDraft, Response } from "@odradek/protocol/schema/mod";
import { Reader } from "@odradek/protocol/wire/reader";
import { Writer } from "@odradek/protocol/wire/writer";
import { FrameCutter, SpareBuffers } from "./frames.ts";

export interface PeerOptions {
  readonly clock: Clock;
  readonly clientId: string | null;
  /** Of an answer. */
  readonly responseBytesMax?: number;
  /** Whoever asks says when answers are done with (`letGo`): their memory is used again. */
  readonly reusesMemory?: boolean;
}

const RESPONSE_BYTES_MAX = 1024 * 1024 * 1024;

interface Asked {
  readonly correlationId: number;
  readonly timer: Timer;
  resolve(frame: Uint8Array): void;
  reject(cause: Error): void;
}

export interface AskOptions {
  readonly timeoutMs: number;
}

export class Peer implements Receiver {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #clientId: string | null;
  readonly #cutter: FrameCutter;
  readonly #spares: SpareBuffers | undefined;
  /** Frames in memory of their own that have been handed on. */
  #lent: Uint8Array[] = [];
  readonly #asked: Asked[] = [];
  #correlationId = 0;
  #cause: Error | undefined;

  constructor(socket: Socket, options: PeerOptions) {
    this.#socket = socket;
    this.#clock = options.clock;
    this.#clientId = options.clientId;
    this.#spares = options.reusesMemory === true ? new SpareBuffers() : undefined;
    const bytesMax = options.responseBytesMax ?? RESPONSE_BYTES_MAX;
    this.#cutter = new FrameCutter(bytesMax, this.#spares, { isGiven: true });
    socket.receive(this);
  }

  /** False once the connection has ended: it is of no use any more. */
  get isOpen(): boolean {
    return this.#cause === undefined;
  }

  /** Requests without an answer so far. */
  get askedCount(): number {
    return this.#asked.length;
  }

  /**
   * Sends a request and resolves with its answer. Fault "network" if the connection breaks or no
   * answer comes in time; then it is not known whether the request was carried out.
   */
  async ask<A extends AnyApi>(
    api: A,
    request: { readonly version: number; readonly body: RequestDraft<A> },
    options: AskOptions,
  ): Promise<Response<A>> {
    const { version, body } = request;
    const frame = await this.exchange(this.#encode(api, version, body), options);
    const reader = new Reader(frame);
    ResponseHeader.read(reader, api.responseHeaderVersion(version));
    return api.response.read(reader, version) as Response<A>;
  }

  /** Sends a request that has no answer: Produce with acks 0. */
  tell<A extends AnyApi>(
    api: A,
    request: { readonly version: number; readonly body: RequestDraft<A> },
  ): void {
    if (this.#cause !== undefined) throw this.#cause;
    this.#socket.write(this.#encode(api, request.version, request.body));
  }

  /** Nobody looks at the bytes of the answers so far any more: those to come may lie there. */
  letGo(): void {
    for (const { buffer } of this.#lent) this.#spares?.give(new Uint8Array(buffer));
    this.#lent = [];
  }

  /** Sends a frame, its size included, and resolves with the answer's, without its size. */
  exchange(parts: readonly Uint8Array[], { timeoutMs }: AskOptions): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.#cause !== undefined) return reject(this.#cause);
      const timer = this.#clock.schedule(timeoutMs, () => {
        // What comes later could not be told from the answers to other requests.
        this.destroy(new Fault("network", `No answer from ${this.#name} within ${timeoutMs} ms`));
      });
      this.#asked.push({ correlationId: this.#correlationId, timer, resolve, reject });
      this.#socket.write(parts);
    });
  }

  received(bytes: Uint8Array): void {
    try {
      this.#cutter.feed(bytes, (frame, isShared) => {
        if (!isShared && this.#spares !== undefined) this.#lent.push(frame);
        this.#take(isShared ? frame.slice() : frame);
      });
    } catch (error) {
      const cause = new Fault("network", `Cannot read the answer of ${this.#name}`, {
        cause: error,
      });
      this.destroy(cause);
    }
  }

  drained(): void {
    // Requests are small, and their number is the caller's to bound.
  }

  ended(cause: Error | undefined): void {
    this.#cause ??= new Fault(
      "network",
      `Connection to ${this.#name} has ended${cause === undefined ? "" : `: ${reason(cause)}`}`,
      { cause },
    );
    for (const { timer, reject } of this.#asked.splice(0)) {
      timer.cancel();
      reject(this.#cause);
    }
  }

  close(): void {
    this.#socket.close();
  }

  destroy(cause?: Error): void {
    if (cause !== undefined) this.#cause ??= cause;
    this.#socket.destroy(cause);
    this.ended(cause);
  }

  #take(frame: Uint8Array): void {
    const asked = this.#asked.shift();
    const correlationId = new Reader(frame).int32();
    if (asked === undefined || asked.correlationId !== correlationId) {
      throw new Fault("network", `An answer to a request that was not sent: ${correlationId}`);
    }
    asked.timer.cancel();
    asked.resolve(frame);
  }

  #encode<A extends AnyApi>(api: A, version: number, body: RequestDraft<A>): Uint8Array[] {
    const writer = new Writer();
    this.#correlationId = (this.#correlationId + 1) & 0x7fff_ffff;
    writer.int32(0);
    const header = {
      requestApiKey: api.key,
      requestApiVersion: version,
      correlationId: this.#correlationId,
      clientId: this.#clientId,
    };
    RequestHeader.codec(api.requestHeaderVersion(version)).write(writer, header);
    api.request.codec(version).write(writer, body as never);
    writer.patchInt32(0, writer.length - 4);
    return writer.finish();
  }

  get #name(): string {
    const { host, port } = this.#socket.remote;
    return `${host}:${port}`;
  }
}
