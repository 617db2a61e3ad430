// What stands around compressed blocks. Read here to know how long a result can become before
// anything is inflated.
//
//   gzip:   members, each with the length of its content, uint32 LE, at its end (RFC 1952)
//   Xerial: 82 "SNAPPY" 00, version int32, compatible int32, then blocks: length int32, raw snappy
//   LZ4:    04 22 4D 18, FLG, BD, [content size], [dictionary], HC, blocks: size uint32 LE, bytes
//   zstd:   28 B5 2F FD, FHD, [window], [dictionary], [content size], blocks (RFC 8878)

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

/** Three bytes of snappy yield at most 64. */
const SNAPPY_RATIO_MAX = 64 / 3;

/** The length that a raw snappy block says it unpacks to. Malformed if it cannot. */
export function snappyLength(block: Uint8Array): number {
  const length = new Reader(block).uvarint() >>> 0;
  if (length > block.length * SNAPPY_RATIO_MAX) {
    throw new Malformed(`Cannot read snappy: ${length} bytes out of ${block.length}`);
  }
  return length;
}

const GZIP_MAGIC = 0x1f8b;
const GZIP_MEMBER_BYTES_MIN = 18;

/** What the last member says that it unpacks to; 0: it is none. */
export function gzipLength(bytes: Uint8Array): number {
  if (bytes.length < GZIP_MEMBER_BYTES_MIN) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint16(0) === GZIP_MAGIC ? view.getUint32(bytes.length - 4, true) : 0;
}

const ZSTD_MAGIC = 0xfd2fb528;
const ZSTD_HEADER_BYTES_MAX = 18;
const ZSTD_DICTIONARY_BYTES = [0, 1, 2, 4];

/** What the first frame says that it unpacks to; 0: it does not say, or is none. */
export function zstdLength(bytes: Uint8Array): number {
  const header = new Uint8Array(ZSTD_HEADER_BYTES_MAX);
  header.set(bytes.subarray(0, ZSTD_HEADER_BYTES_MAX));
  const view = new DataView(header.buffer);
  if (view.getUint32(0, true) !== ZSTD_MAGIC) return 0;
  const descriptor = view.getUint8(4);
  const isSingle = (descriptor & 0b10_0000) !== 0;
  const at = 5 + (isSingle ? 0 : 1) + (ZSTD_DICTIONARY_BYTES[descriptor & 0b11] as number);
  switch (descriptor >> 6) {
    case 0:
      return isSingle ? view.getUint8(at) : 0;
    case 1:
      return view.getUint16(at, true) + 256;
    case 2:
      return view.getUint32(at, true);
    default:
      return Number(view.getBigUint64(at, true));
  }
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
