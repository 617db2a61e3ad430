// The server's end of a connection: frames in, answers out, in the order of the requests.
//
// Requests start in order. Only requests of an API that overlaps (Produce) may start before the
// answer of the one before them; everything else waits for it. Bytes of requests that have not been
// answered are bounded, for a connection and for the node, and so are answers that the client does
// not read: past any, no further request is cut out of what has come, and reading pauses. What one
// read brought in is answered by one write, if the answers are small.

import { type Clock, type Lease, reason, type Receiver, type Socket } from "@odradek/base";
import { Slab, Writer } from "@odradek/protocol/wire/writer";
import { HeldBytes, REQUEST_OVERHEAD_BYTES, Stall } from "./bounds/held_bytes.ts";
import type { ThreadBounds } from "./bounds/thread_bounds.ts";
import type { ConnectionFacts } from "./context.ts";
import { type Dispatch, keptOf, type Opened, type Outcome, writeFrame } from "./dispatch.ts";
import { FrameCutter, joined, type SpareBuffers, TooLarge } from "./frames.ts";
import { requestBound, requestBytesMax } from "./bounds/connection_limits.ts";
import type { ConnectionLimits } from "./bounds/connection_limits.ts";
import type { Logger } from "./logging.ts";
import { Slot } from "./slot.ts";

export interface ConnectionOptions {
  readonly facts: ConnectionFacts;
  readonly dispatch: Dispatch;
  readonly limits: ConnectionLimits;
  readonly bounds: ThreadBounds;
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

/** How many answers are ready at most before the first of them is written. */
const ANSWERS_MAX = 256;

export class Connection implements Receiver {
  readonly facts: ConnectionFacts;
  readonly #socket: Socket;
  readonly #dispatch: Dispatch;
  readonly #limits: ConnectionLimits;
  readonly #bounds: ThreadBounds;
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
  readonly #held: HeldBytes;
  /** What came behind the last request that was cut out when reading paused. */
  #rest: Uint8Array | undefined;
  /** Monotonic ms at which the frame began that has not come whole; 0: there is none. */
  #gatheringSinceMs = 0;
  #isReading = true;
  #isInCallback = false;
  #isFlushPlanned = false;
  /** Nothing more is read: the connection ends when what was read is answered. */
  #isClosing = false;
  #isBacklogged = false;
  /** An answer that is not sent yet refers to a log. */
  #holdsLeases = false;
  #isThrottled = false;
  /** Requests that were cut out in this turn. */
  #taken = 0;
  /** It has had its turn: others come first. */
  #isResting = false;
  /** Answers of the size of the last ones that go into one write. */
  #answersPerWrite = 32;
  readonly #stall = new Stall();
  /** Monotonic ms of the last bytes in or out. */
  lastActiveMs: number;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.facts = options.facts;
    this.#socket = socket;
    this.#dispatch = options.dispatch;
    this.#limits = options.limits;
    this.#bounds = options.bounds;
    this.#held = new HeldBytes(options.bounds, options.limits.inFlightBytesMax);
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#ended = options.ended;
    this.#cutter = new FrameCutter(requestBytesMax(this.facts, this.#limits), options.spares);
    this.lastActiveMs = options.clock.monotonic();
    socket.receive(this);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get isIdle(): boolean {
    return this.#slots.length + this.#waiting.length === 0;
  }

  /** Of requests, whole or not, and of answers that its client has not read. */
  get heldKib(): number {
    return this.#held.kib;
  }

  /** Monotonic ms since which it holds the oldest of that. */
  get heldSinceMs(): number {
    const request = this.#slots[0]?.receivedAtMs ?? this.lastActiveMs;
    return this.#gatheringSinceMs === 0 ? request : Math.min(request, this.#gatheringSinceMs);
  }

  /** Since when, in monotonic ms, the client has not taken anything of its answers. */
  stalledSinceMs(nowMs: number): number {
    this.#account();
    return this.#stall.sinceMs(nowMs, this.#socket.pendingBytes);
  }

  received(bytes: Uint8Array): void {
    if (this.#isClosing) return;
    this.lastActiveMs = this.#clock.monotonic();
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest === undefined) this.#cut(bytes, true);
    else this.#cut(joined(rest, bytes), false);
    this.#pace();
  }

  /** Takes requests out of what has come, as many as may be now. */
  #cut(bytes: Uint8Array, isShared: boolean): void {
    this.#isInCallback = true;
    this.#taken = 0;
    try {
      const used = this.#cutter.feed(bytes, (frame, isView) => this.#take(frame, isView));
      if (used < bytes.length && !this.#isClosing) {
        this.#rest = isShared ? bytes.slice(used) : bytes.subarray(used);
      }
    } catch (error) {
      this.#refuse(error);
    } finally {
      this.#isInCallback = false;
    }
    if (this.#cutter.heldBytes === 0) this.#gatheringSinceMs = 0;
    else this.#gatheringSinceMs ||= this.lastActiveMs;
    this.#flush();
    this.#startWaiting();
  }

  drained(): void {
    this.#isBacklogged = false;
    this.#flush();
    this.#startWaiting();
    this.#pace();
  }

  ended(cause: Error | undefined): void {
    this.#stop();
    for (const slot of this.#slots) slot.release();
    this.#slots.length = 0;
    this.#hasEnded = true;
    this.#cutter.end();
    this.#account();
    this.#abort.abort(cause ?? new DOMException("The connection has ended", "AbortError"));
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

  /** False: it was one too many, or the last that is wanted now. */
  #take(frame: Uint8Array, isShared: boolean): boolean {
    if (this.#isClosing) return false;
    this.#gatheringSinceMs = 0;
    // Small answers leave together; others would pile up, whether they are read or not.
    if (this.#holdsLeases || this.#slots.length >= this.#answersPerWrite) this.#flush();
    const sizeBytes = frame.length + REQUEST_OVERHEAD_BYTES;
    const opened = this.#dispatch.open(frame);
    const mayStart = this.#waiting.length === 0 && this.#mayStart(opened);
    // The buffer that a shared frame lies in is read into again.
    const kept = isShared && !(mayStart && opened.endpoint.readsInPlace) ? keptOf(opened) : opened;
    if (mayStart) this.#start(kept, sizeBytes);
    else this.#wait({ opened: kept, sizeBytes });
    if (++this.#taken >= this.#bounds.turns.requestsMax && !this.#isResting) this.#restAWhile();
    this.#pace();
    return this.#isReading;
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
    this.#held.inFlight += waiting.sizeBytes;
  }

  #start(opened: Opened, sizeBytes: number): void {
    const slot = new Slot(opened, sizeBytes, {
      connection: this.facts,
      receivedAtMs: this.lastActiveMs,
      signal: this.#signal,
    });
    this.#slots.push(slot);
    this.#running++;
    this.#held.inFlight += sizeBytes;
    let outcome: Outcome | Promise<Outcome>;
    try {
      outcome = this.#dispatch.run(opened, slot);
    } catch (error) {
      // The body is malformed: what came before it is still answered.
      this.#slots.pop();
      this.#running--;
      this.#held.inFlight -= sizeBytes;
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
    this.#held.served(slot.sizeBytes);
    if (this.#hasEnded) {
      slot.release();
      return this.#account();
    }
    if (outcome.closes || slot.closes) this.#stop();
    // Whoever has authenticated may send more.
    this.#cutter.bytesMax = requestBytesMax(this.facts, this.#limits);
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
    for (const { sizeBytes } of this.#waiting) this.#held.inFlight -= sizeBytes;
    this.#waiting.length = 0;
    this.#rest = undefined;
  }

  #closeIfDone(): void {
    if (this.#isClosing && this.isIdle) this.#socket.close();
  }

  #startWaiting(): void {
    let next = this.#waiting[0];
    while (next !== undefined && this.#mayStart(next.opened)) {
      this.#waiting.shift();
      this.#held.inFlight -= next.sizeBytes;
      this.#start(next.opened, next.sizeBytes);
      this.#flush();
      next = this.#waiting[0];
    }
  }

  /** Sends what is answered, up to the first that is not, or to more than the client reads. */
  #flush(): void {
    let slot = this.#slots[0];
    while (slot?.outcome !== undefined && !this.#isBacklogged && !this.#hasEnded) {
      this.#holdsLeases = false;
      this.#write();
      slot = this.#slots[0];
    }
    if (!this.#hasEnded) this.#closeIfDone();
  }

  /** One write of what is answered, of a bounded size unless a single answer is larger. */
  #write(): void {
    const writer = new Writer(answers);
    let leases: Lease[] | undefined;
    let count = 0;
    let slot = this.#slots[0];
    while (slot?.outcome !== undefined && writer.length < this.#limits.unreadBytesMax) {
      this.#slots.shift();
      count++;
      if (slot.leases !== undefined) leases = leases?.concat(slot.leases) ?? slot.leases;
      if (!this.#encode(writer, slot, slot.outcome)) break;
      slot = this.#slots[0];
    }
    const { length } = writer;
    if (length === 0) return leases?.forEach((lease) => lease.release());
    const fitting = Math.floor(this.#limits.unreadBytesMax * count / length);
    this.#answersPerWrite = Math.max(1, Math.min(ANSWERS_MAX, fitting));
    this.lastActiveMs = this.#clock.monotonic();
    const isTaken = this.#socket.write(writer.finish(), leases);
    const { pendingBytes } = this.#socket;
    if (pendingBytes > 0) this.#held.unread.wrote(length, leases);
    this.#isBacklogged = !isTaken && pendingBytes > this.#limits.unreadBytesMax;
    if (this.#isBacklogged) this.#held.tellUnread();
  }

  /** False: the answer cannot be written, and nothing can follow it. */
  #encode(writer: Writer, slot: Slot, outcome: Outcome): boolean {
    const start = writer.length;
    try {
      if (outcome.answer !== undefined) writeFrame(writer, slot.opened, outcome);
      const nowMs = this.#clock.monotonic();
      this.#dispatch.counters.requests.answered(slot, writer.length - start, nowMs);
      return true;
    } catch (error) {
      const { name } = slot.opened.endpoint.api;
      this.#dispatch.counters.metBug();
      this.#logger.error({ err: error }, `Bug in ${name}: its answer cannot be written`);
      this.#socket.destroy();
      return false;
    }
  }

  /** A frame that is none: no more is read, and what is under way is still answered. */
  #refuse(error: unknown): void {
    const { clientAddress, id } = this.facts;
    this.#bounds.met(
      error instanceof TooLarge ? requestBound(this.facts) : "malformed",
      `Closing connection from ${clientAddress}: ${reason(error)}`,
      { connection: id, client: clientAddress },
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
    this.#account();
    while (!this.#hasEnded && this.#mayRead() !== this.#isReading) {
      this.#isReading = !this.#isReading;
      if (!this.#isReading) return this.#socket.pause();
      const rest = this.#rest;
      this.#rest = undefined;
      if (rest !== undefined) this.#cut(rest, false);
      this.#account();
      if (this.#isReading && this.#mayRead()) return this.#socket.resume();
    }
  }

  /** The node's budget has changed. */
  pace(): void {
    if (!this.#isInCallback) this.#pace();
  }

  /** Whoever sends very many requests at once does not keep the others waiting. */
  #restAWhile(): void {
    this.#isResting = true;
    this.#bounds.turns.rest(() => {
      this.#isResting = false;
      this.#pace();
    });
  }

  #mayRead(): boolean {
    return !this.#isBacklogged && !this.#isThrottled && !this.#isResting && this.#held.mayRead();
  }

  #account(): void {
    this.#held.account(this.#cutter.heldBytes + (this.#rest?.length ?? 0), this.#socket);
  }
}

/** What small answers gather in: of all connections of a thread, for it is written in one go. */
const answers = new Slab();
