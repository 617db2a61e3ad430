// Cuts a stream of bytes into frames: size int32, then so many bytes. A frame that lies whole in
// what was received is handed on as a view; one that comes in pieces gathers in memory that grows
// as its bytes come, so that a claimed size alone costs nothing. A server's connections lend that
// memory to each other: making, zeroing and unmapping a megabyte costs more than all that is done
// with what comes in it.

import { Malformed } from "@odradek/protocol/wire/malformed";

const SIZE_BYTES = 4;
/** First allocation for a frame in pieces; doubles as the bytes come. */
const GATHER_BYTES_MIN = 16 * 1024;

/** Of all spare buffers together. */
const SPARE_BYTES_MAX = 8 * 1024 * 1024;
/** A spare buffer that is larger by more than this is kept for larger frames. */
const SPARE_FACTOR_MAX = 8;

/**
 * Takes a frame without its size. `isShared`: the bytes are good during the call only. False: no
 * further frame is to be cut now.
 */
export type FrameTaker = (frame: Uint8Array, isShared: boolean) => unknown;

/** A frame whose size is above what is taken. */
export class TooLarge extends Malformed {}

/** Memory of frames that have been handed on, for those that come next. */
export class SpareBuffers {
  readonly #spares: Uint8Array[] = [];
  #bytes = 0;

  /** The smallest that is large enough; undefined if there is none, or it is far too large. */
  take(bytesMin: number): Uint8Array | undefined {
    let best: Uint8Array | undefined;
    for (const spare of this.#spares) {
      const fits = spare.length >= bytesMin && spare.length <= bytesMin * SPARE_FACTOR_MAX;
      if (fits && spare.length < (best?.length ?? Number.POSITIVE_INFINITY)) best = spare;
    }
    if (best === undefined) return undefined;
    this.#spares.splice(this.#spares.indexOf(best), 1);
    this.#bytes -= best.length;
    return best;
  }

  give(buffer: Uint8Array): void {
    // What is not kept goes at once: collecting garbage would let it pile up.
    if (this.#bytes + buffer.length > SPARE_BYTES_MAX) return void free(buffer);
    this.#spares.push(buffer);
    this.#bytes += buffer.length;
  }
}

export class FrameCutter {
  /** Of frames that begin from now on. */
  bytesMax: number;
  readonly #spares: SpareBuffers | undefined;
  /** Gathered frames go back to the spares once they have been taken. */
  readonly #isLent: boolean;
  readonly #size = new Uint8Array(SIZE_BYTES);
  #sizeLength = 0;
  /** Of the frame that is being gathered; -1: its size is not known yet. */
  #frameBytes = -1;
  #gathered: Uint8Array = NONE;
  #gatheredLength = 0;
  #hasStopped = false;

  /**
   * Frames of more than `bytesMax` are refused. Frames in pieces are whoever's takes them, unless
   * there are `spares`: then they gather there and are shared as well. `isGiven`: they are not, and
   * whoever takes them gives them back.
   */
  constructor(bytesMax: number, spares?: SpareBuffers, { isGiven = false } = {}) {
    this.bytesMax = bytesMax;
    this.#spares = spares;
    this.#isLent = spares !== undefined && !isGiven;
  }

  /** Memory that the frame takes that has not come whole yet: at most twice what has come. */
  get heldBytes(): number {
    return this.#gathered.length;
  }

  /**
   * How many of the bytes were used: all, unless `take` has said no. Malformed for a size below 0,
   * TooLarge for one above the limit; what came before it has been handed on.
   */
  feed(bytes: Uint8Array, take: FrameTaker): number {
    let at = 0;
    while (at < bytes.length) {
      at = this.#frameBytes < 0 ? this.#readSize(bytes, at) : at;
      if (this.#frameBytes < 0) return at;
      at = this.#readFrame(bytes, at, take);
      if (this.#hasStopped) {
        this.#hasStopped = false;
        return at;
      }
    }
    return at;
  }

  /** The rest of a frame will not come. */
  end(): void {
    free(this.#gathered);
    this.#gathered = NONE;
    this.#gatheredLength = 0;
  }

  #readSize(bytes: Uint8Array, start: number): number {
    let at = start;
    while (this.#sizeLength < SIZE_BYTES && at < bytes.length) {
      this.#size[this.#sizeLength++] = bytes[at++] as number;
    }
    if (this.#sizeLength < SIZE_BYTES) return at;
    this.#sizeLength = 0;
    const size = new DataView(this.#size.buffer).getInt32(0);
    if (size < 0) throw new Malformed(`Cannot read frame: its size is ${size}`);
    if (size > this.bytesMax) {
      throw new TooLarge(`Cannot read frame: ${size} bytes, at most ${this.bytesMax} are taken`);
    }
    this.#frameBytes = size;
    return at;
  }

  #readFrame(bytes: Uint8Array, at: number, take: FrameTaker): number {
    const size = this.#frameBytes;
    if (this.#gatheredLength === 0 && bytes.length - at >= size) {
      this.#frameBytes = -1;
      this.#hasStopped = take(bytes.subarray(at, at + size), true) === false;
      return at + size;
    }
    const piece = bytes.subarray(at, at + size - this.#gatheredLength);
    this.#gather(piece, size);
    if (this.#gatheredLength === size) {
      const gathered = this.#gathered;
      this.#frameBytes = -1;
      this.#gathered = NONE;
      this.#gatheredLength = 0;
      this.#hasStopped = take(gathered.subarray(0, size), this.#isLent) === false;
      if (this.#isLent) this.#spares?.give(gathered);
    }
    return at + piece.length;
  }

  #gather(piece: Uint8Array, size: number): void {
    const needed = this.#gatheredLength + piece.length;
    if (needed > this.#gathered.length) {
      const grown = this.#spares?.take(size) ?? this.#larger(needed, size);
      grown.set(this.#gathered.subarray(0, this.#gatheredLength));
      free(this.#gathered);
      this.#gathered = grown;
    }
    this.#gathered.set(piece, this.#gatheredLength);
    this.#gatheredLength = needed;
  }

  #larger(needed: number, size: number): Uint8Array {
    const length = Math.max(needed, GATHER_BYTES_MIN, this.#gathered.length * 2);
    return new Uint8Array(Math.min(size, length));
  }
}

const NONE = new Uint8Array(0);

/** Nobody sees the buffer any more: its memory goes back now, not when garbage is collected. */
function free({ buffer, length }: Uint8Array): void {
  if (length > 0) (buffer as ArrayBuffer).transfer(0);
}

/** A copy of both. */
export function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
