// What stands around compressed blocks: the Xerial framing of snappy and the frame of LZ4. Read
// here to know how long a result can become before anything is inflated.
//
//   Xerial: 82 "SNAPPY" 00, version int32, compatible int32, then blocks: length int32, raw snappy
//   LZ4:    04 22 4D 18, FLG, BD, [content size], [dictionary], HC, blocks: size uint32 LE, bytes

import { Malformed } from "../wire/malformed.ts";
import { Reader } from "../wire/reader.ts";

const XERIAL_MAGIC = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00];
const XERIAL_HEADER_BYTES = 16;

export function xerialHeader(): Uint8Array {
  return Uint8Array.of(...XERIAL_MAGIC, 0, 0, 0, 1, 0, 0, 0, 1);
}

/** The raw snappy blocks of Xerial's framing; bytes without its header are one block. */
export function snappyBlocks(bytes: Uint8Array): Uint8Array[] {
  if (!XERIAL_MAGIC.every((byte, i) => bytes[i] === byte)) return [bytes];
  if (bytes.length < XERIAL_HEADER_BYTES) {
    throw new Malformed("Cannot read snappy: header cut off");
  }
  const reader = new Reader(bytes, XERIAL_HEADER_BYTES);
  const blocks: Uint8Array[] = [];
  while (reader.remaining > 0) blocks.push(reader.view(reader.uint32()));
  return blocks;
}

/** The length that a raw snappy block says it unpacks to. */
export function snappyLength(block: Uint8Array): number {
  return new Reader(block).uvarint() >>> 0;
}

const LZ4_MAGIC = 0x184d2204;
const LZ4_BLOCK_BYTES = [
  0,
  0,
  0,
  0,
  64 * 1024,
  256 * 1024,
  1024 * 1024,
  4 * 1024 * 1024,
];
/** A byte of LZ4 yields at most 255. */
const LZ4_RATIO_MAX = 255;

/** What the frames' blocks can become at most. */
export function lz4BytesMax(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let most = 0;
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < 7 || view.getUint32(at, true) !== LZ4_MAGIC) {
      throw new Malformed(`Cannot read LZ4 at byte ${at}: no frame`);
    }
    const flags = bytes[at + 4] as number;
    const blockBytes = LZ4_BLOCK_BYTES[((bytes[at + 5] as number) >> 4) & 7] as number;
    at += 7 + ((flags & 0b1000) === 0 ? 0 : 8) + ((flags & 1) === 0 ? 0 : 4);
    for (;;) {
      if (bytes.length - at < 4) {
        throw new Malformed("Cannot read LZ4: cut off");
      }
      const size = view.getUint32(at, true);
      at += 4;
      if (size === 0) break;
      // The highest bit marks a block that is stored as it is.
      const stored = size & 0x7fff_ffff;
      most += Math.min(blockBytes, stored * LZ4_RATIO_MAX);
      at += stored + ((flags & 0b1_0000) === 0 ? 0 : 4);
    }
    at += (flags & 0b100) === 0 ? 0 : 4;
  }
  return most;
}
