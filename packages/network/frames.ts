// Cuts a stream of bytes into frames: size int32, then so many bytes. A frame that lies whole in
// what was received is handed on as a view; one that comes in pieces gathers in memory that grows
// as its bytes come, so that a claimed size alone costs nothing.

import { Malformed } from "@odradek/protocol/wire/malformed";

const SIZE_BYTES = 4;
/** First allocation for a frame in pieces; doubles as the bytes come. */
const GATHER_BYTES_MIN = 16 * 1024;

/** Takes a frame without its size. `isShared`: the bytes are good during the call only. */
export type FrameTaker = (frame: Uint8Array, isShared: boolean) => void;

export class FrameCutter {
  readonly #bytesMax: number;
  readonly #size = new Uint8Array(SIZE_BYTES);
  #sizeLength = 0;
  /** Of the frame that is being gathered; -1: its size is not known yet. */
  #frameBytes = -1;
  #gathered: Uint8Array = new Uint8Array(0);
  #gatheredLength = 0;

  /** Frames of more than `bytesMax` are refused. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Malformed for a size below 0 or above the limit; what came before it has been handed on. */
  feed(bytes: Uint8Array, take: FrameTaker): void {
    let at = 0;
    while (at < bytes.length) {
      at = this.#frameBytes < 0 ? this.#readSize(bytes, at) : at;
      if (this.#frameBytes < 0) return;
      at = this.#readFrame(bytes, at, take);
    }
  }

  #readSize(bytes: Uint8Array, start: number): number {
    let at = start;
    while (this.#sizeLength < SIZE_BYTES && at < bytes.length) {
      this.#size[this.#sizeLength++] = bytes[at++] as number;
    }
    if (this.#sizeLength < SIZE_BYTES) return at;
    this.#sizeLength = 0;
    const size = new DataView(this.#size.buffer).getInt32(0);
    if (size < 0 || size > this.#bytesMax) {
      throw new Malformed(
        `Cannot read frame: ${size} bytes, at most ${this.#bytesMax} are taken`,
      );
    }
    this.#frameBytes = size;
    return at;
  }

  #readFrame(bytes: Uint8Array, at: number, take: FrameTaker): number {
    const size = this.#frameBytes;
    if (this.#gatheredLength === 0 && bytes.length - at >= size) {
      this.#frameBytes = -1;
      take(bytes.subarray(at, at + size), true);
      return at + size;
    }
    const piece = bytes.subarray(at, at + size - this.#gatheredLength);
    this.#gather(piece, size);
    if (this.#gatheredLength === size) {
      const frame = this.#gathered.subarray(0, size);
      this.#frameBytes = -1;
      this.#gathered = new Uint8Array(0);
      this.#gatheredLength = 0;
      take(frame, false);
    }
    return at + piece.length;
  }

  #gather(piece: Uint8Array, size: number): void {
    const needed = this.#gatheredLength + piece.length;
    if (needed > this.#gathered.length) {
      const length = Math.max(
        needed,
        GATHER_BYTES_MIN,
        this.#gathered.length * 2,
      );
      const grown = new Uint8Array(Math.min(size, length));
      grown.set(this.#gathered.subarray(0, this.#gatheredLength));
      this.#gathered = grown;
    }
    this.#gathered.set(piece, this.#gatheredLength);
    this.#gatheredLength = needed;
  }
}
