// The server's end of a connection: frames in, answers out, in the order of the requests.
//
// Requests start in order. Only requests of an API that overlaps (Produce) may start before the
// answer of the one before them; everything else waits for it. Bytes of requests that have not been
// answered are bounded, and so are answers that the client does not read: past either, reading
// pauses. What one read brought in is answered by one write.

import { type Clock, type Lease, reason, type Receiver, type Socket } from "@odradek/base";
import { Slab, Writer } from "@odradek/protocol/wire/writer";
import type { ConnectionFacts } from "./context.ts";
import { type Dispatch, keptOf, type Opened, type Outcome, writeAnswer } from "./dispatch.ts";
import { FrameCutter, type SpareBuffers } from "./frames.ts";
import type { Logger } from "./logging.ts";
import { Slot } from "./slot.ts";

export interface ConnectionLimits {
  /** Of one request. */
  readonly requestBytesMax: number;
  /** Of all requests of a connection that are not answered yet. */
  readonly inFlightBytesMax: number;
}

export interface ConnectionOptions {
  readonly facts: ConnectionFacts;
  readonly dispatch: Dispatch;
  readonly limits: ConnectionLimits;
  /** Of all connections of the listener. */
  readonly spares: SpareBuffers;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told once, when the socket has ended. */
  readonly ended: (connection: Connection) => void;
}

interface Waiting {
  readonly opened: Opened;
  readonly sizeBytes: number;
}

export class Connection implements Receiver {
  readonly facts: ConnectionFacts;
  readonly #socket: Socket;
  readonly #dispatch: Dispatch;
  readonly #limits: ConnectionLimits;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #ended: (connection: Connection) => void;
  readonly #cutter: FrameCutter;
  readonly #abort = new AbortController();
  readonly #signal = this.#abort.signal;
  #hasEnded = false;
  readonly #slots: Slot[] = [];
  readonly #waiting: Waiting[] = [];
  /** Slots without an outcome. */
  #running = 0;
  #inFlightBytes = 0;
  #isReading = true;
  #isInCallback = false;
  #isFlushPlanned = false;
  /** Nothing more is read: the connection ends when what was read is answered. */
  #isClosing = false;
  #isBacklogged = false;
  /** An answer that is not sent yet refers to a log. */
  #holdsLeases = false;
  #isThrottled = false;
  /** Monotonic ms of the last bytes in or out. */
  lastActiveMs: number;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.facts = options.facts;
    this.#socket = socket;
    this.#dispatch = options.dispatch;
    this.#limits = options.limits;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#ended = options.ended;
    this.#cutter = new FrameCutter(options.limits.requestBytesMax, options.spares);
    this.lastActiveMs = options.clock.monotonic();
    socket.receive(this);
  }

  get isIdle(): boolean {
    return this.#slots.length === 0 && this.#waiting.length === 0;
  }

  received(bytes: Uint8Array): void {
    if (this.#isClosing) return;
    this.lastActiveMs = this.#clock.monotonic();
    this.#isInCallback = true;
    try {
      this.#cutter.feed(
        bytes,
        (frame, isShared) => this.#take(frame, isShared),
      );
    } catch (error) {
      this.#refuse(error);
    } finally {
      this.#isInCallback = false;
    }
    this.#flush();
    this.#startWaiting();
  }

  drained(): void {
    this.#isBacklogged = false;
    this.#startWaiting();
    this.#pace();
  }

  ended(cause: Error | undefined): void {
    this.#stop();
    for (const slot of this.#slots) slot.release();
    this.#slots.length = 0;
    this.#hasEnded = true;
    this.#abort.abort(
      cause ?? new DOMException("The connection has ended", "AbortError"),
    );
    this.#ended(this);
  }

  /** After the answers to what was read. */
  close(): void {
    this.#isClosing = true;
    this.#closeIfDone();
  }

  destroy(cause?: Error): void {
    this.#socket.destroy(cause);
  }

  #take(frame: Uint8Array, isShared: boolean): void {
    if (this.#isClosing) return;
    // Small answers leave together; those from the log would pile up, whether they are read or not.
    if (this.#holdsLeases) this.#flush();
    const sizeBytes = frame.length;
    const opened = this.#dispatch.open(frame);
    const mayStart = this.#waiting.length === 0 && this.#mayStart(opened);
    // The buffer that a shared frame lies in is read into again.
    const kept = isShared && !(mayStart && opened.endpoint.readsInPlace) ? keptOf(opened) : opened;
    if (mayStart) this.#start(kept, sizeBytes);
    else this.#wait({ opened: kept, sizeBytes });
    this.#pace();
  }

  #mayStart({ endpoint }: Opened): boolean {
    if (this.#isBacklogged) return false;
    return this.#running === 0 ||
      (endpoint.overlaps &&
        this.#slots.every((slot) =>
          slot.outcome !== undefined || slot.opened.endpoint === endpoint
        ));
  }

  #wait(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#inFlightBytes += waiting.sizeBytes;
  }

  #start(opened: Opened, sizeBytes: number): void {
    const slot = new Slot(opened, sizeBytes, {
      connection: this.facts,
      receivedAtMs: this.lastActiveMs,
      signal: this.#signal,
    });
    this.#slots.push(slot);
    this.#running++;
    this.#inFlightBytes += sizeBytes;
    let outcome: Outcome | Promise<Outcome>;
    try {
      outcome = this.#dispatch.run(opened, slot);
    } catch (error) {
      // The body is malformed: what came before it is still answered.
      this.#slots.pop();
      this.#running--;
      this.#inFlightBytes -= sizeBytes;
      this.#stop();
      return this.#refuse(error);
    }
    this.#throttle(this.#dispatch.hooks.quota(slot));
    if (outcome instanceof Promise) {
      void outcome.then((settled) => this.#settle(slot, settled));
    } else this.#settle(slot, outcome);
  }

  #settle(slot: Slot, outcome: Outcome): void {
    slot.outcome = outcome;
    if (slot.leases !== undefined) this.#holdsLeases = true;
    this.#running--;
    this.#inFlightBytes -= slot.sizeBytes;
    if (this.#hasEnded) return slot.release();
    if (outcome.closes || slot.closes) this.#stop();
    if (this.#isInCallback || this.#isFlushPlanned) return;
    // Several answers that become ready together leave together.
    this.#isFlushPlanned = true;
    queueMicrotask(() => {
      this.#isFlushPlanned = false;
      this.#flush();
      this.#startWaiting();
      this.#pace();
    });
  }

  /** No request begins any more. */
  #stop(): void {
    this.#isClosing = true;
    for (const { sizeBytes } of this.#waiting) this.#inFlightBytes -= sizeBytes;
    this.#waiting.length = 0;
  }

  #closeIfDone(): void {
    if (
      this.#isClosing && this.#slots.length === 0 && this.#waiting.length === 0
    ) {
      this.#socket.close();
    }
  }

  #startWaiting(): void {
    let next = this.#waiting[0];
    while (next !== undefined && this.#mayStart(next.opened)) {
      this.#waiting.shift();
      this.#inFlightBytes -= next.sizeBytes;
      this.#start(next.opened, next.sizeBytes);
      this.#flush();
      next = this.#waiting[0];
    }
  }

  /** Sends what is answered, up to the first that is not. */
  #flush(): void {
    if (this.#hasEnded) return;
    let slot = this.#slots[0];
    if (slot?.outcome === undefined) return this.#closeIfDone();
    this.#holdsLeases = false;
    const writer = new Writer(answers);
    let leases: Lease[] | undefined;
    while (slot?.outcome !== undefined) {
      this.#slots.shift();
      if (slot.leases !== undefined) leases = leases?.concat(slot.leases) ?? slot.leases;
      if (!this.#encode(writer, slot, slot.outcome)) break;
      slot = this.#slots[0];
    }
    if (writer.length > 0) {
      this.lastActiveMs = this.#clock.monotonic();
      this.#isBacklogged = !this.#socket.write(writer.finish(), leases);
    } else for (const lease of leases ?? []) lease.release();
    this.#closeIfDone();
  }

  /** False: the answer cannot be written, and nothing can follow it. */
  #encode(writer: Writer, { opened }: Slot, outcome: Outcome): boolean {
    if (outcome.answer === undefined) return true;
    const start = writer.length;
    try {
      writer.int32(0);
      writeAnswer(writer, opened, outcome);
      writer.patchInt32(start, writer.length - start - 4);
      return true;
    } catch (error) {
      const { name } = opened.endpoint.api;
      this.#dispatch.bugs++;
      this.#logger.error({ err: error }, `Bug in ${name}: its answer cannot be written`);
      this.#socket.destroy();
      return false;
    }
  }

  /** A frame that is none: no more is read, and what is under way is still answered. */
  #refuse(error: unknown): void {
    const { clientAddress, id } = this.facts;
    this.#logger.info(
      { connection: id, client: clientAddress },
      `Closing connection from ${clientAddress}: ${reason(error)}`,
    );
    this.close();
  }

  /** Answers leave at once; only what the client sends next has to wait (KIP-219). */
  #throttle(ms: number): void {
    if (ms <= 0) return;
    this.#isThrottled = true;
    this.#clock.schedule(ms, () => {
      this.#isThrottled = false;
      this.#pace();
    });
  }

  /** Pauses reading while there is too much to do, and goes on when there is not. */
  #pace(): void {
    const isFull = this.#inFlightBytes > this.#limits.inFlightBytesMax;
    const reads = !this.#isBacklogged && !isFull && !this.#isThrottled;
    if (reads === this.#isReading) return;
    this.#isReading = reads;
    if (reads) this.#socket.resume();
    else this.#socket.pause();
  }
}

/** What small answers gather in: of all connections of a thread, for it is written in one go. */
const answers = new Slab();
